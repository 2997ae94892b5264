"""What looks alike on every board: units, the meaning of colours, and the data source. Nothing here draws."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from vitals_telemetry.contract import Unit

UNITS: Mapping[Unit, str] = {
    Unit.SECONDS: "s",
    Unit.RATIO: "percentunit",
    Unit.PER_SECOND: "reqps",
    Unit.COUNT: "short",
    Unit.BYTES: "bytes",
    Unit.BYTES_PER_SECOND: "Bps",
}
"""Grafana's unit id for each unit of the contract."""


class Colour(StrEnum):
    """A colour has one meaning on every board; the values are Grafana's names."""

    GOOD = "green"
    WARNING = "orange"
    BAD = "red"
    TRAFFIC = "blue"
    TIME = "purple"
    NEUTRAL = "text"


OF_SEVERITY: Mapping[str, Colour] = {
    "critical": Colour.BAD,
    "warning": Colour.WARNING,
    "info": Colour.TRAFFIC,
}
"""The colour of a bound by the severity of the alert that draws it."""

DATASOURCE: Mapping[str, str] = {"type": "prometheus", "uid": "${datasource}"}
"""The data source of every query: whichever is chosen on the board."""

MOST_SERIES = 8
"""More lines than this cannot be told apart; queries that could return more take the worst ones."""
