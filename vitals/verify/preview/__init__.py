"""Synthetic series for dashboards: what a reviewer sees of panels whose metrics no Prometheus has collected yet.

They are derived from what the contract says of each metric and from what the queries read, and live in a Prometheus of
their own, at their own time stamps; :mod:`vitals.local.pictures` draws them.
"""
