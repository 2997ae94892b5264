"""Bounds as Grafana thresholds: the colour of a value, and the lines across a panel."""

from __future__ import annotations

from itertools import pairwise

from vitals.kit.dashboards.context import ThresholdLine
from vitals.kit.dashboards.theme import OF_SEVERITY, Colour
from vitals.model.signals import Direction

Step = dict[str, float | str]
"""From ``value`` upwards the colour is ``color``; the first step has no value: Grafana reads minus infinity."""


def steps_of(lines: tuple[ThresholdLine, ...], direction: Direction) -> list[Step]:
    """The colours between bounds.

    Args:
        lines: Bounds, lowest first.
        direction: On which side of a bound it is bad.

    Returns:
        Steps, lowest first. Without bounds nothing is judged, so the only colour is the neutral one.
    """
    if not lines:
        return [{"color": Colour.NEUTRAL}]
    colours = [OF_SEVERITY[line.severity] for line in lines]
    above = [*colours[1:], Colour.GOOD] if direction is Direction.LOWER_IS_WORSE else colours
    below = colours[0] if direction is Direction.LOWER_IS_WORSE else Colour.GOOD
    return [{"color": below}, *steps_from({line.value: c for line, c in zip(lines, above, strict=True)})]


def steps_from(colours: dict[float, Colour]) -> list[Step]:
    """Steps from a colour for each lower end.

    Raises:
        ValueError: The values do not ascend.
    """
    if any(low >= high for low, high in pairwise(colours)):
        raise ValueError(f"threshold values must ascend, got {list(colours)}")
    return [{"value": value, "color": colour} for value, colour in colours.items()]


OF_SHARE_THAT_ANSWERS: list[Step] = [{"color": Colour.BAD}, *steps_from({0.001: Colour.WARNING, 1.0: Colour.GOOD})]
"""No replica is red, some are orange, all are green; 0.001 is one replica of the most that a service may have."""
OF_BUDGET_LEFT: list[Step] = [{"color": Colour.BAD}, *steps_from({0.0: Colour.GOOD})]
"""Overspent is red: the promise is broken."""
OF_ALERTS: list[Step] = [{"color": Colour.GOOD}, *steps_from({1.0: Colour.BAD})]
"""Any alert is red."""
