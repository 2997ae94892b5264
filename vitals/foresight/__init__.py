"""Anomalies and forecasts of single series, from numbers to numbers: pure, causal, and without a server.

``detect`` judges each row from the rows before it, ``forecast`` says what a series will be at a lead time, ``bench``
compares both with other methods. Nothing here knows Prometheus, the catalogue or the time of day.
"""
