"""Dashboards as still pictures: what a reader sees of them without a running Grafana.

Read are dashboard files and a Prometheus; drawn is with what the portal draws with, so both show the same.
"""
