"""Anomalies and forecasts of single series, from numbers to numbers: pure, causal, and without a server.

``detect`` judges each row from the rows before it, ``forecast`` says what a series will be at a lead time, ``bench``
compares both with other methods. Only ``service``, which does both for a running platform, knows Prometheus and the
time of day, and nothing here knows the catalogue.
"""
