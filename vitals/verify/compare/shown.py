"""A comparison as people read it: the cells of its rows, for a terminal and for Markdown."""

from __future__ import annotations

from vitals.verify.compare.verdict import ComparedMeasure, EndpointVerdict

HEADINGS = ("endpoint", "measure", "verdict", "change", "95 % interval", "would find", "minutes", "needs")
WORDS = 3
"""Columns of words; the others hold numbers."""


_MANY_TIMES = 100
"""From here on a change of latency is said to be beyond: a decision is the same at 150 times and at 200."""


def cells(one: EndpointVerdict) -> tuple[str, ...]:
    """One row, a cell for each of ``HEADINGS``."""
    if one.effect is None:
        return one.endpoint, one.measure, one.verdict, "", "", "", str(one.minutes), ""
    found = "nothing" if one.smallest_found is None else _change(one, one.smallest_found)
    needs = "over a week" if one.minutes_needed is None else f"{one.minutes_needed} min"
    return (
        one.endpoint,
        one.measure,
        one.verdict,
        _change(one, one.effect),
        _interval(one),
        found,
        str(one.minutes),
        needs,
    )


def _interval(one: EndpointVerdict) -> str:
    if one.low is None:
        return "unknown" if one.high is None else f"up to {_change(one, one.high)}"
    low = _change(one, one.low)
    if one.high is None:
        return f"from {low}"
    high = _change(one, one.high)
    return low if low == high else f"{low} to {high}"


def _change(one: EndpointVerdict, value: float) -> str:
    if one.measure is ComparedMeasure.ERRORS:
        return f"{value * 100:+.2f} points"
    if value + 1 > _MANY_TIMES:
        return f"more than {_MANY_TIMES} times"
    return f"less than 1/{_MANY_TIMES}" if value + 1 < 1 / _MANY_TIMES else f"{value:+.1%}"
