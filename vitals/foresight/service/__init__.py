"""The service: anomalies and forecasts of a running platform, every minute, as metrics.

What it looks at stands in ``model.json``; what it knows of the past comes from Prometheus, and stays in its own folder
where Prometheus keeps less. It decides nothing: rules read its metrics and alert, scalers read its forecasts.
"""
