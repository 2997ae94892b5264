"""What a dashboard is made from: the services, their signals, and where alerts draw their lines.

Bounds come as plain numbers, so that dashboards depend on no alert and alerts on no dashboard.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from vitals.model.catalog import Service, Slo
from vitals.model.conventions import Severity
from vitals.model.signals import Signal


@dataclass(frozen=True, slots=True)
class ThresholdLine:
    """A bound of an alert, as a line on a panel.

    Attributes:
        value: Where it lies, in the base unit of its signal.
        severity: How urgent its alert is; decides the colour.
    """

    value: float
    severity: Severity


@dataclass(frozen=True, slots=True)
class DashboardContext:
    """Everything that the dashboards of one environment are made from.

    Attributes:
        services: Every service.
        signals: Every distinct signal that at least one service has.
        lines: Bounds of alerts by signal id.
        dashboards_url: Base of links to dashboards, without a final slash.
        runbooks_url: Base of links to runbooks; the name of an alert follows.
        environment: Name of the environment; a tag of every dashboard.
    """

    services: tuple[Service, ...]
    signals: tuple[Signal, ...]
    lines: Mapping[str, tuple[ThresholdLine, ...]]
    dashboards_url: str
    runbooks_url: str
    environment: str

    def signal(self, signal_id: str) -> Signal | None:
        """The signal with this id, or ``None`` where no service has it: then its panel is left out."""
        return next((signal for signal in self.signals if signal.id == signal_id), None)

    def objective(self, kind: type[Slo]) -> Slo | None:
        """An objective of a kind, for the signals that all of that kind share; ``None`` where no service has one."""
        return next((slo for service in self.services for slo in service.slos if isinstance(slo, kind)), None)

    def has_dashboard(self, uid: str) -> bool:
        """Whether any signal is at home on a dashboard; one without signals is not built."""
        return any(signal.dashboard == uid for signal in self.signals)

    def lines_of(self, signals: tuple[Signal, ...]) -> tuple[ThresholdLine, ...]:
        """The distinct lines of several signals, lowest first."""
        found = {line for signal in signals for line in self.lines.get(signal.id, ())}
        return tuple(sorted(found, key=lambda line: (line.value, line.severity)))
