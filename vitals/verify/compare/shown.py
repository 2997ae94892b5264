"""A comparison as people read it: the cells of its rows, for a terminal and for Markdown."""

from __future__ import annotations

from vitals.verify.compare.verdict import ComparedMeasure, EndpointVerdict

HEADINGS = ("endpoint", "measure", "verdict", "change", "95 % interval", "would find", "minutes", "needs")
WORDS = 3
"""Columns of words; the others hold numbers."""


def cells(one: EndpointVerdict) -> tuple[str, ...]:
    """One row, a cell for each of ``HEADINGS``."""
    if one.effect is None:
        return one.endpoint, one.measure, one.verdict, "", "", "", str(one.minutes), ""
    ends = f"{_change(one, one.low)} to {_change(one, one.high)}"
    found = "nothing" if one.smallest_found is None else _change(one, one.smallest_found)
    needs = "over a week" if one.minutes_needed is None else f"{one.minutes_needed} min"
    return one.endpoint, one.measure, one.verdict, _change(one, one.effect), ends, found, str(one.minutes), needs


def _change(one: EndpointVerdict, value: float | None) -> str:
    if value is None:
        return "?"
    return f"{value:+.1%}" if one.measure is ComparedMeasure.LATENCY else f"{value * 100:+.2f} points"
