"""The foresight service: anomalies and forecasts of other series, and how the service itself is.

``anomaly_name``, ``anomaly_type`` and ``anomaly_strategy`` are the labels of the field; ``anomaly_service`` says whose
series it is, because ``service`` is that of the scrape. Source: ``vitals/foresight/service/exposition.py``.
"""

from __future__ import annotations

from vitals.model.metrics.exporter import Exporter, counter, gauge
from vitals_telemetry.contract import Label, Unit

OF_SERIES = (
    Label("anomaly_service", "Whose series it is.", most=500, expected=3),
    Label("anomaly_name", "What is looked at: the id of a signal or a demand, and labels.", most=1000, expected=5),
    Label("anomaly_type", "requests, errors, latency, resource or demand.", most=5, expected=1),
    Label("anomaly_strategy", "How anomalies are found.", most=3, expected=1),
)
HORIZON = Label("horizon", "How far ahead, as people say it.", most=5, expected=1)
QUANTILE = Label("quantile", "Share of values that lie below.", most=3, expected=3)

FORESIGHT = Exporter(
    name="foresight",
    description="The service that finds anomalies and forecasts loads.",
    metrics=(
        gauge("anomaly_score", "How unusual the newest value is, from 0 to 1.", *OF_SERIES, unit=Unit.RATIO),
        gauge("anomaly_lower_bound", "The least value that would not be news.", *OF_SERIES),
        gauge("anomaly_expected", "What the value should be.", *OF_SERIES),
        gauge("anomaly_upper_bound", "The greatest value that would not be news.", *OF_SERIES),
        gauge("anomaly_active", "1 in the first hour of an incident, 0 otherwise.", *OF_SERIES),
        gauge("forecast_value", "What the value will be.", *OF_SERIES, HORIZON, QUANTILE),
        gauge("forecast_coverage_ratio", "Share of values below their forecast.", *OF_SERIES, HORIZON, unit=Unit.RATIO),
        gauge("forecast_limit_seconds", "Time until the limit is reached.", *OF_SERIES, unit=Unit.SECONDS),
        gauge("forecast_timestamp_seconds", "When the forecasts were made.", *OF_SERIES, unit=Unit.SECONDS),
        gauge("foresight_cycle_duration_seconds", "Time that the last cycle took.", unit=Unit.SECONDS),
        gauge(
            "foresight_last_success_timestamp_seconds",
            "The last cycle in which Prometheus answered every question.",
            unit=Unit.SECONDS,
        ),
        counter("foresight_query_failures_total", "Questions that Prometheus did not answer."),
    ),
    series=65,
)
