"""What a board must be told: the services, their signals, and where alerts draw their lines.

Bounds come as plain numbers, so that boards depend on no alert and alerts on no board.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from vitals.model.catalog import Service
from vitals.model.signals import Signal


@dataclass(frozen=True, slots=True)
class Line:
    """A bound of an alert, as a line on a panel.

    Attributes:
        value: Where it lies, in the base unit of its signal.
        severity: ``critical``, ``warning`` or ``info``; decides the colour.
    """

    value: float
    severity: str


@dataclass(frozen=True, slots=True)
class BoardFacts:
    """Everything that the boards of one environment are made from.

    Attributes:
        services: Every service.
        signals: Every distinct signal that at least one service has.
        lines: Bounds of alerts by signal id.
        boards_url: Base of links to boards, without a final slash.
        runbooks_url: Base of links to runbooks; the name of an alert follows.
        environment: Name of the environment; a tag of every board.
    """

    services: tuple[Service, ...]
    signals: tuple[Signal, ...]
    lines: Mapping[str, tuple[Line, ...]]
    boards_url: str
    runbooks_url: str
    environment: str

    def signal(self, signal_id: str) -> Signal | None:
        """The signal with this id, or ``None`` where no service has it: then its panel is left out."""
        return next((signal for signal in self.signals if signal.id == signal_id), None)

    def has_board(self, uid: str) -> bool:
        """Whether any signal is at home on a board; one without signals is not built."""
        return any(signal.board == uid for signal in self.signals)

    def lines_of(self, signals: tuple[Signal, ...]) -> tuple[Line, ...]:
        """The distinct lines of several signals, lowest first."""
        found = {line for signal in signals for line in self.lines.get(signal.id, ())}
        return tuple(sorted(found, key=lambda line: (line.value, line.severity)))
