"""Time to a limit: how long until a disk is full, if it goes on as it went.

A forecast warns while there is time, which no bound on the present can. It must not cry wolf: the signal gives none
before its window is full of samples, and a filesystem with plenty of room may shrink fast for an hour and mean nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from vitals.kit.alerts.alert import Alert, Bound, Severity, whose
from vitals.kit.alerts.threshold import bound_of, value
from vitals.model.catalog import Environment, Service
from vitals.model.signals import Signal, forecast, system


@dataclass(frozen=True, slots=True)
class Forecast:
    """Tell somebody when a limit will be reached too soon.

    Attributes:
        id: Stable id; ``Environment.bounds`` overrides ``within`` by it.
        name: CamelCase name of the alert.
        signal: The time that is left.
        within: The default bound, a duration.
        used: The share in use below which a slope says nothing.
        lasting: How long the forecast must hold.
        severity: How urgent it is.
        means: What it means.
        do: The first thing to do.
    """

    id: str
    name: str
    signal: Signal
    within: str
    used: float
    lasting: str
    severity: Severity
    means: str
    do: str

    def of(self, exporter: Service, environment: Environment) -> Alert:
        """The alert for the machines of an exporter.

        Raises:
            VitalsError: The bound is no duration.
        """
        text, bound = bound_of(self.id, self.name, self.within, self.signal.unit, environment)
        soon = self.signal.read(service=exporter.name) < bound
        return Alert(
            id=self.id,
            name=self.name,
            severity=self.severity,
            service=exporter.name,
            owner=exporter.owner,
            group=f"{exporter.name}.{self.signal.group}",
            expr=soon & (system.SPACE_USED.read(service=exporter.name) > self.used),
            lasting=self.lasting,
            summary=f"A disk of {whose(self.signal, exporter)} is full in {value(self.signal)}, within {text}",
            means=self.means,
            do=self.do,
            signal=forecast.TIME_LEFT_SOON,
            bounds=(Bound(self.signal.id, bound, self.severity),),
        )


disk_full_in_hours = Forecast(
    id="system.disk.full_in_hours",
    name="DiskFullInHours",
    signal=forecast.TIME_LEFT_SOON,
    within="4h",
    used=0.8,
    lasting="15m",
    severity=Severity.CRITICAL,
    means="Something writes so fast that the filesystem is full before anybody would look at it.",
    do="Stop or slow what writes; then free space.",
)

disk_full_in_days = Forecast(
    id="system.disk.full_in_days",
    name="DiskFullInDays",
    signal=forecast.TIME_LEFT,
    within="3d",
    used=0.6,
    lasting="1h",
    severity=Severity.WARNING,
    means="At the pace of the last hours the filesystem will be full within days.",
    do="Plan it this week; shorten retention, clean up or enlarge.",
)

FORECASTS = (disk_full_in_hours, disk_full_in_days)


def alerts(exporter: Service, environment: Environment) -> list[Alert]:
    """The forecasts, where the exporter is the one that measures disks."""
    return [one.of(exporter, environment) for one in FORECASTS] if exporter.name == "node" else []
