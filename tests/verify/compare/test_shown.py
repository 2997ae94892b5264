"""A comparison as people read it: changes beyond what a share says, and intervals with an open end."""

from __future__ import annotations

from dataclasses import replace

import pytest

from vitals.verify.compare.judge import judge
from vitals.verify.compare.shown import HEADINGS, cells
from vitals.verify.compare.verdict import ComparedMeasure, ComparisonVerdict, Effects, EndpointVerdict

from .sides import side

LATENCY = EndpointVerdict(
    "GET /a", ComparedMeasure.LATENCY, ComparisonVerdict.NO_EVIDENCE, 60, 0.1, -0.05, 0.3, 0.2, None, 90
)
ERRORS = replace(LATENCY, measure=ComparedMeasure.ERRORS, effect=0.004, low=-0.001, high=0.01)


@pytest.mark.parametrize(
    ("row", "change", "interval"),
    [
        (LATENCY, "+10.0%", "-5.0% to +30.0%"),
        (ERRORS, "+0.40 points", "-0.10 points to +1.00 points"),
        (replace(LATENCY, effect=149.0, low=120.0, high=200.0), "more than 100 times", "more than 100 times"),
        (replace(LATENCY, effect=-0.995, low=-0.999, high=-0.5), "less than 1/100", "less than 1/100 to -50.0%"),
        (replace(LATENCY, high=None), "+10.0%", "from -5.0%"),
        (replace(LATENCY, low=None), "+10.0%", "up to +30.0%"),
        (replace(LATENCY, low=None, high=None), "+10.0%", "unknown"),
    ],
)
def test_changes_and_intervals_read_as_words_where_a_number_says_nothing(
    row: EndpointVerdict, change: str, interval: str
) -> None:
    """Cells of one row, by their headings."""
    shown = dict(zip(HEADINGS, cells(row), strict=True))

    assert (shown["change"], shown["95 % interval"]) == (change, interval)


def test_a_version_that_is_a_thousand_times_slower_has_an_interval_in_words() -> None:
    """From 0.1 s to 100 s: the row says that it is more than 100 times, and holds no question mark."""
    found = judge(side("A", {"GET /a": 0.1}), side("B", {"GET /a": 0.1}, slower=999.0), Effects())
    (latency,) = [one for one in found.endpoints if one.measure is ComparedMeasure.LATENCY]

    assert latency.low is not None
    assert latency.high is not None
    assert latency.low < 999 < latency.high
    assert "more than 100 times" in cells(latency)
    assert not any("?" in cell for cell in cells(latency))


def test_no_share_of_errors_changes_by_more_than_all_of_it() -> None:
    """Six minutes of nothing but errors: the interval ends at a hundred points."""
    found = judge(side("A", {"GET /a": 0.1}, minutes=6), side("B", {"GET /a": 0.1}, minutes=6, errors=1.0), Effects())
    (errors,) = [one for one in found.endpoints if one.measure is ComparedMeasure.ERRORS]

    assert errors.high is not None
    assert errors.high <= 1
