"""Overrides mean the series that Grafana's matchers mean."""

from __future__ import annotations

import math
from typing import Any

import pytest

from vitals.local.draw.matchers import is_meant
from vitals.local.draw.series import DrawnSeries

BUSY = DrawnSeries("busy cpu", {}, (1.0, 2.0), (0.0, 4.0), "B")


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("byName", "busy cpu"),
        ("byNames", {"mode": "include", "names": ["busy cpu"]}),
        ("byNames", {"mode": "exclude", "names": ["idle"]}),
        ("byRegexp", "/cpu/"),
        ("byRegexp", "/BUSY/i"),
        ("byRegexp", "busy.*"),
        ("byRegexp", "/^(?<state>\\w+) cpu$/"),
        ("byFrameRefID", "B"),
        ("byType", "number"),
        ("byValue", {"reducer": "max", "op": "gte", "value": 4}),
    ],
)
def test_a_matcher_means_the_series(kind: str, options: Any) -> None:  # noqa: ANN401
    """By name, pattern, query, type or value."""
    assert is_meant({"id": kind, "options": options}, BUSY)


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("byName", "busy"),
        ("byNames", {"mode": "exclude", "names": ["busy cpu"]}),
        ("byNames", "busy cpu"),
        ("byRegexp", "cpu"),
        ("byRegexp", "/BUSY/"),
        ("byRegexp", "/(/"),
        ("byFrameRefID", "A"),
        ("byType", "time"),
        ("byValue", {"reducer": "max", "op": "gte", "value": "4"}),
        ("byValue", {"reducer": "max", "op": "almost", "value": 4}),
        ("byColour", "red"),
        (None, None),
    ],
)
def test_what_a_matcher_does_not_mean(kind: str | None, options: Any) -> None:  # noqa: ANN401
    """A pattern without slashes is of the whole name; what is broken or unknown means nothing."""
    assert not is_meant({"id": kind, "options": options}, BUSY)


def test_a_series_without_values_has_no_value_to_compare() -> None:
    """NaN is above nothing and below nothing."""
    empty = DrawnSeries("a", {}, (1.0,), (math.nan,))

    assert not is_meant({"id": "byValue", "options": {"reducer": "max", "op": "lt", "value": 1}}, empty)


def test_a_pattern_takes_time_by_the_length_of_the_name() -> None:
    """A backtracking engine would need years for this one."""
    long = DrawnSeries("a" * 60 + "!", {}, (1.0,), (1.0,))

    assert not is_meant({"id": "byRegexp", "options": "/^(a+)+$/"}, long)
