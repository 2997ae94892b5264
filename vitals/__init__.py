"""Vitals: the monitoring stack of a wellness analytics platform, as code."""
