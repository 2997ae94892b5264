"""What a panel says about itself, whatever its type: its id, its question, its unit and its bounds."""

from __future__ import annotations

from dataclasses import dataclass

from vitals.kit.dashboards.context import DashboardContext, ThresholdLine
from vitals.model.signals import Direction, Signal
from vitals_telemetry.contract import Unit

_NOT_EXPECTED = "No data: see whether its targets are up"
_MAY_BE_EMPTY = "No data in this time range"


@dataclass(frozen=True, slots=True)
class PanelMetadata:
    """The outside of a panel.

    Attributes:
        panel: Its id.
        title: Its title.
        description: The question that it answers.
        unit: What one unit of its values is.
        direction: Which way is worse.
        lines: Bounds, lowest first.
        no_value: What it says without data.
    """

    panel: int
    title: str
    description: str
    unit: Unit
    direction: Direction
    lines: tuple[ThresholdLine, ...]
    no_value: str


def metadata_of(context: DashboardContext, *signals: Signal, title: str = "", panel: int = 0) -> PanelMetadata:
    """The metadata of a panel that shows signals.

    Args:
        context: Where alerts draw their lines.
        signals: The first is at home there and gives all but the lines, which come from every one.
        title: In place of its title.
        panel: In place of its panel id, for a panel away from the signal's home.
    """
    home = signals[0]
    may_be_empty = home.may_be_empty or home.without_history
    reason = f"\n\nMay be empty: {may_be_empty}." if may_be_empty else ""
    return PanelMetadata(
        panel=panel or home.panel,
        title=title or home.title,
        description=home.question + reason,
        unit=home.unit,
        direction=home.direction,
        lines=context.lines_of(signals),
        no_value=_no_value(home),
    )


def _no_value(home: Signal) -> str:
    """What a panel says without data: what is missing where that is known, so that a new stack does not look broken."""
    if home.needs:
        return f"No data: needs {home.needs}"
    return _MAY_BE_EMPTY if home.may_be_empty or home.without_history else _NOT_EXPECTED
