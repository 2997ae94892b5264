"""Axes hold what is shown and are labelled by the rules of Grafana; a nightly test compares them with its own."""

from __future__ import annotations

from itertools import pairwise

import pytest

from vitals.local.draw.axes import value_axis, y_axis, y_domain
from vitals.local.draw.series import DrawnSeries
from vitals.local.draw.time_ticks import time_ticks
from vitals.local.draw.window import Window

from .conftest import START, PanelMaker


def _series(*values: float) -> DrawnSeries:
    return DrawnSeries("a", {}, tuple(float(i) for i in range(len(values))), values)


@pytest.mark.parametrize(
    ("values", "low", "high"),
    [
        ((0.1, 0.2), 0.09, 0.21),
        ((0.01, 0.2), 0.0, 0.22),
        ((0.0, 0.95), 0.0, 1.05),
        ((-1.0, 1.0), -1.2, 1.2),
        ((5.0, 5.0), 0.0, 10.0),
        ((0.0, 0.0), 0.0, 100.0),
    ],
)
def test_the_axis_holds_all_values(values: tuple[float, ...], low: float, high: float, make_panel: PanelMaker) -> None:
    """With a tenth of their range around them; padding does not cross zero, and what is flat begins there."""
    assert y_domain(make_panel(), [_series(*values)], stacked=False) == pytest.approx((low, high))


@pytest.mark.parametrize(
    ("values", "soft_top", "high"), [((0.1, 0.2), 0.5, 0.5), ((0.1, 0.9), 0.5, 0.99), ((0.0, 0.0), 0.5, 0.5)]
)
def test_a_soft_end_is_reached_and_left_where_values_are_larger(
    values: tuple[float, ...], soft_top: float, high: float, make_panel: PanelMaker
) -> None:
    """So that the line of a bound is seen without pressing what is larger."""
    panel = make_panel(min=0, custom={"axisSoftMax": soft_top})

    assert y_domain(panel, [_series(*values)], stacked=False) == pytest.approx((0.0, high))


def test_the_panels_own_ends_win(make_panel: PanelMaker) -> None:
    """A fixed minimum and maximum are taken as they are."""
    assert y_domain(make_panel(min=0, max=1), [_series(0.5, 3.0)], stacked=False) == (0, 1)


def test_stacks_count_their_sum(make_panel: PanelMaker) -> None:
    """Stacked areas need room for their sum."""
    _, top = y_domain(make_panel(), [_series(1, 2), _series(1, 2)], stacked=True)
    assert top >= 4


def test_nothing_still_gives_an_axis(make_panel: PanelMaker) -> None:
    """An axis always has a length."""
    low, high = y_domain(make_panel(), [], stacked=False)
    assert low < high


@pytest.mark.parametrize(
    ("top", "unit", "height", "texts"),
    [
        (1.0, "percentunit", 240, ("0%", "20%", "40%", "60%", "80%", "100%")),
        (0.5, "s", 240, ("0 s", "100 ms", "200 ms", "300 ms", "400 ms", "500 ms")),
        (0.25, "s", 120, ("0 s", "50 ms", "100 ms", "150 ms", "200 ms", "250 ms")),
        (20 * 2**30, "bytes", 240, ("0 B", "4 GiB", "8 GiB", "12 GiB", "16 GiB", "20 GiB")),
        (6000.0, "short", 240, ("0", "1 K", "2 K", "3 K", "4 K", "5 K", "6 K")),
    ],
)
def test_ticks_are_round(top: float, unit: str, height: float, texts: tuple[str, ...], make_panel: PanelMaker) -> None:
    """Steps are 1, 2, 2.5 or 5 of a power of ten, in bytes powers of two; a low panel has them closer together."""
    axis = value_axis(make_panel(unit=unit, min=0, max=top), [_series(0.0, top / 2)], height)

    assert axis.texts == texts


def test_a_logarithmic_axis_has_the_ticks_of_vega(make_panel: PanelMaker) -> None:
    """In the unit of the panel all the same."""
    panel = make_panel(unit="s", custom={"scaleDistribution": {"type": "log", "log": 10}})
    axis = value_axis(panel, [_series(0.001, 10.0)], 240)

    assert axis.ticks is None
    assert "' ms'" in y_axis(panel, axis, None)["axis"]["labelExpr"]


@pytest.mark.parametrize(
    ("length_s", "width", "form", "step_s"),
    [
        (300, 600, "%H:%M:%S", 60),
        (3600, 400, "%H:%M", 600),
        (6 * 3600, 700, "%H:%M", 1800),
        (2 * 86400, 400, "%m/%d %H:%M", 43200),
        (20 * 86400, 400, "%m/%d", 259200),
    ],
)
def test_times_are_round_too(length_s: int, width: float, form: str, step_s: int) -> None:
    """Steps of a clock and of a calendar, and a label no wider than its step."""
    begin = START // 60 * 60
    found = time_ticks(Window(begin, begin + length_s, 15, begin + length_s), width)
    steps = {later - sooner for sooner, later in pairwise(found.moments)}

    assert (found.form, steps) == (form, {step_s})
    assert all(at % min(step_s, 86400) == 0 for at in found.moments)
    assert begin <= found.moments[0] < begin + step_s


@pytest.mark.parametrize("values", [(0.0, 2.2e-16), (1e-12, 2e-12), (-3e-18, 1e-17)])
def test_what_is_left_of_a_difference_has_an_axis(values: tuple[float, ...], make_panel: PanelMaker) -> None:
    """As ``1 - sum(shares)`` has it; its ticks are the multiples of a step, however small."""
    axis = value_axis(make_panel(), [_series(*values)], 240)
    assert axis.ticks is not None
    steps = [later - sooner for sooner, later in pairwise(axis.ticks)]

    assert len(axis.ticks) > 2
    assert steps == pytest.approx([steps[0]] * len(steps), rel=1e-9, abs=0)
    assert abs(axis.ticks[0] - axis.domain[0]) < steps[0] > abs(axis.domain[1] - axis.ticks[-1])
