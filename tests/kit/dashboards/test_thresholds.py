"""Colours between bounds: good on the right side of a bound, bad beyond it."""

from __future__ import annotations

import pytest

from vitals.kit.dashboards.context import ThresholdLine
from vitals.kit.dashboards.theme import Colour
from vitals.kit.dashboards.thresholds import steps_from, steps_of
from vitals.model.conventions import Severity
from vitals.model.signals import Direction

LINES = (ThresholdLine(1.0, Severity.WARNING), ThresholdLine(5.0, Severity.CRITICAL))


def _colour_at(value: float, lines: tuple[ThresholdLine, ...], direction: Direction) -> str | float:
    first, *rest = steps_of(lines, direction)
    colour = first["color"]
    for step in rest:
        colour = step["color"] if value >= float(step["value"]) else colour
    return colour


@pytest.mark.parametrize(("value", "colour"), [(0.5, Colour.GOOD), (1, Colour.WARNING), (4, "orange"), (9, "red")])
def test_higher_is_worse(value: float, colour: str) -> None:
    """Below every bound it is green; each bound brings its own colour."""
    assert _colour_at(value, LINES, Direction.HIGHER_IS_WORSE) == colour


@pytest.mark.parametrize(("value", "colour"), [(0.5, "red"), (1, Colour.WARNING), (4, "orange"), (9, "green")])
def test_lower_is_worse(value: float, colour: str) -> None:
    """Above every bound it is green; each bound colours what lies below it."""
    lines = (ThresholdLine(1.0, Severity.CRITICAL), ThresholdLine(5.0, Severity.WARNING))

    assert _colour_at(value, lines, Direction.LOWER_IS_WORSE) == colour


def test_without_bounds_no_color_is_set() -> None:
    """A value that no alert bounds is neither good nor bad."""
    assert steps_of((), Direction.HIGHER_IS_WORSE) == [{"color": Colour.NEUTRAL}]


def test_bounds_must_ascend() -> None:
    """Grafana draws steps in the order given, so a wrong order is refused."""
    with pytest.raises(ValueError, match="ascend"):
        steps_from({2.0: Colour.BAD, 1.0: Colour.GOOD})
