"""The y axis shows the values, the promise, and neither pressed flat."""

from __future__ import annotations

import pytest

from vitals.local.draw.axes import y_domain
from vitals.local.draw.series import DrawnSeries

from .conftest import PanelMaker

LINES = {"thresholdsStyle": {"mode": "line"}}


def _series(*values: float) -> DrawnSeries:
    return DrawnSeries("a", {}, tuple(float(i) for i in range(len(values))), values)


@pytest.mark.parametrize(
    ("values", "bound", "low", "high"),
    [
        ((0.1, 0.2), 0.25, 0.0, 0.25),
        ((0.01, 0.02), 0.25, 0.0, 0.02),
        ((0.9, 0.3), 0.25, 0.0, 0.9),
        ((0.095, 0.096), 0.25, 0.0, 0.25),
        ((-1.0, 1.0), 0.25, -1.0, 1.0),
    ],
)
def test_a_threshold_is_shown_unless_it_would_press_the_line_flat(
    values: tuple[float, ...], bound: float, low: float, high: float, make_panel: PanelMaker
) -> None:
    """Up to four times the largest value the axis reaches for the threshold; above, the line has the room."""
    panel = make_panel(custom=LINES, steps=[{"color": "green"}, {"color": "red", "value": bound}])
    bottom, top = y_domain(panel, [_series(*values)], stacked=False)
    assert bottom == low
    assert top == pytest.approx(high + (high - low) * 0.06)


def test_the_panels_own_ends_win(make_panel: PanelMaker) -> None:
    """A fixed minimum and maximum are taken as they are."""
    assert y_domain(make_panel(min=0, max=1), [_series(0.5, 3.0)], stacked=False) == (0, 1)


def test_stacks_count_their_sum(make_panel: PanelMaker) -> None:
    """Stacked areas need room for their sum."""
    _, top = y_domain(make_panel(), [_series(1, 2), _series(1, 2)], stacked=True)
    assert top == pytest.approx(4 * 1.06)


def test_nothing_and_constant_zero_still_give_an_axis(make_panel: PanelMaker) -> None:
    """An axis always has a length."""
    for series in ([], [_series(0.0, 0.0)]):
        low, high = y_domain(make_panel(), series, stacked=False)
        assert low < high
