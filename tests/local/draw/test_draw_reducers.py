"""Grafana's calculations over samples of which some are missing."""

from __future__ import annotations

import math

import pytest

from vitals.local.draw.dashboard import Panel
from vitals.local.draw.fields import calc_text
from vitals.local.draw.reducers import CALCULATIONS, calculation, reduce

SAMPLES = [1.0, 7.0, 4.0, 5.0, 9.0, math.nan]


@pytest.mark.parametrize(
    ("calc", "number"),
    [
        ("lastNotNull", 9), ("firstNotNull", 1), ("first", 1), ("max", 9), ("min", 1), ("mean", 5.2), ("median", 5),
        ("sum", 26), ("count", 5), ("countAll", 6), ("range", 8), ("diff", 8), ("diffperc", 800), ("step", -3),
        ("variance", 7.36), ("stdDev", math.sqrt(7.36)), ("logmin", 1), ("changeCount", 4), ("distinctCount", 5),
        ("p50", 5), ("p95", 9), ("p1", 1), ("allIsZero", 0), ("allIsNull", 0),
        # Up by 6, down, up by 1 that does not count, up by 4.
        ("delta", 10),
        ("avg", 5.2), ("current", 9), ("total", 26), ("?", 9),
    ],
)  # fmt: skip
def test_a_calculation_looks_at_the_samples_that_are_there(calc: str, number: float) -> None:
    """By its id, by its old name, and an unknown one as Grafana's default."""
    assert reduce(SAMPLES, calc) == pytest.approx(number)


def test_last_and_first_are_what_is_there_or_not() -> None:
    """The two with a star pass over what is missing; these do not."""
    assert math.isnan(reduce(SAMPLES, "last"))
    assert math.isnan(reduce([math.nan, 2.0], "first"))


@pytest.mark.parametrize("calc", sorted(set(CALCULATIONS) - {"countAll", "allIsNull"}))
def test_nothing_reduces_to_nothing(calc: str) -> None:
    """A series without a finite value reduces to NaN, not to zero."""
    assert math.isnan(reduce([math.nan], calc))
    assert math.isnan(reduce([], calc))


def test_growth_from_zero_has_no_end() -> None:
    """And where nothing grew there is no share of it."""
    assert reduce([0.0, 3.0], "diffperc") == math.inf
    assert reduce([0.0, -3.0], "diffperc") == -math.inf
    assert math.isnan(reduce([0.0, 0.0], "diffperc"))


def test_a_legend_writes_what_is_counted_without_the_unit_of_the_samples() -> None:
    """And percent as percent, yes and no as words."""
    panel = Panel(1, "timeseries", "Wait", defaults={"unit": "s"})
    texts = {calc: calc_text(panel, SAMPLES, calc) for calc in ("max", "diff", "count", "diffperc", "allIsZero")}

    assert texts == {"max": "9 s", "diff": "8 s", "count": "5", "diffperc": "800%", "allIsZero": "false"}
    assert (calculation("diff").name, calculation("p92").name, calculation("p11").name) == (
        "Difference", "92nd %", "11th %",
    )  # fmt: skip
