"""What looks alike on every dashboard: units, the meaning of colours, and the data source. Nothing here draws."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from vitals.model.conventions import Severity
from vitals_telemetry.contract import Unit

UNITS: Mapping[Unit, str] = {
    Unit.SECONDS: "s",
    Unit.RATIO: "percentunit",
    Unit.REQUESTS_PER_SECOND: "reqps",
    Unit.COUNT: "short",
    Unit.BYTES: "bytes",
    Unit.BYTES_PER_SECOND: "Bps",
    Unit.QUERIES_PER_SECOND: "count:queries/s",
    Unit.TASKS_PER_SECOND: "count:tasks/s",
    Unit.CALLS_PER_SECOND: "count:calls/s",
    Unit.KEYS_PER_SECOND: "count:keys/s",
    Unit.SAMPLES_PER_SECOND: "count:samples/s",
    Unit.SPANS_PER_SECOND: "count:spans/s",
    Unit.ERRORS_PER_SECOND: "count:errors/s",
}
"""Grafana's unit id for each unit of the contract; ``count:x/s`` is its custom form, scaled like its own ``reqps``."""


class Colour(StrEnum):
    """A colour has one meaning on every dashboard; the values are Grafana's names."""

    GOOD = "green"
    WARNING = "orange"
    BAD = "red"
    TRAFFIC = "blue"
    TIME = "purple"
    NEUTRAL = "text"


OF_SEVERITY: Mapping[Severity, Colour] = {
    Severity.CRITICAL: Colour.BAD,
    Severity.WARNING: Colour.WARNING,
    Severity.INFO: Colour.TRAFFIC,
}
"""The colour of a bound by the severity of the alert that draws it."""

DATASOURCE: Mapping[str, str] = {"type": "prometheus", "uid": "${datasource}"}
"""The data source of every query: whichever is chosen on the dashboard."""

MOST_SERIES = 8
"""More lines than this cannot be distinguished; queries that could return more take the worst ones."""
