"""Time to a limit: how long until a disk or a volume is full, if it goes on as it went.

A forecast warns while there is time, which no bound on the present can. It must not cry wolf: the signal gives none
before its window is full of samples, and a filesystem with plenty of room may shrink fast for an hour and mean nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from vitals.kit.alerts.alert import TOO_SLOW, Alert, Bound
from vitals.kit.alerts.because import Because, declared_at, of_its_type, required
from vitals.kit.alerts.summary import summary_of
from vitals.kit.alerts.threshold import bound_of, page_of
from vitals.model.catalog import Environment, Service
from vitals.model.conventions import Severity
from vitals.model.signals import Signal, forecast, system


@dataclass(frozen=True, slots=True)
class Forecast:
    """Notify the owner when a limit will be reached too soon.

    Attributes:
        id: Stable id; ``Environment.bounds`` overrides ``within`` by it.
        name: CamelCase name of the alert.
        signal: The time that is left.
        within: The default bound, a duration.
        used: The share in use below which a slope says nothing.
        for_: How long the forecast must hold.
        severity: How urgent it is.
        impact: What it means.
        action: The first thing to do.
        because: Why its bound, its share in use and its duration are what they are.
        space: The share in use.
        panel: The signal on whose panel it is seen.
        no_drill: Why no drill makes it fire; empty where one does.
        declared: File and line of the declaration.
    """

    id: str
    name: str
    signal: Signal
    within: str
    used: float
    for_: str
    severity: Severity
    impact: str
    action: str
    because: Because = field(default_factory=Because)
    space: Signal = system.SPACE_USED
    panel: Signal = forecast.TIME_LEFT_SOON
    no_drill: str = TOO_SLOW
    declared: str = field(init=False, default="", compare=False)

    def __post_init__(self) -> None:
        """Refuse what is not of the type of its field, and a number without a reason."""
        object.__setattr__(self, "declared", declared_at())
        of_its_type(self, self.what)
        numbers = {"bound": self.within, "floor": f"> {self.used:.0%} in use", "duration": self.for_}
        required(self.what, self.because, numbers)

    @property
    def what(self) -> str:
        """The alert as a message names it."""
        return f"{self.declared}, alert {self.name}"

    def of(self, exporter: Service, environment: Environment) -> Alert:
        """The alert for the machines or volumes of an exporter.

        Raises:
            VitalsError: The bound is not a duration.
        """
        text, bound = bound_of(self.id, self.what, self.within, self.signal.unit, exporter, environment=environment)
        soon = self.signal.select(service=exporter.name) < bound
        return Alert(
            id=self.id,
            name=self.name,
            severity=self.severity,
            service=exporter.name,
            owner=exporter.owner,
            group=f"{exporter.name}.{self.signal.group}",
            expr=soon & (self.space.select(service=exporter.name) > self.used),
            for_=self.for_,
            summary=summary_of(exporter.name, self.signal, f"< {text}"),
            impact=self.impact,
            action=self.action,
            signal=self.panel,
            bounds=(Bound(self.signal.id, bound, self.severity),),
            because={
                f"< {text}": self.because.bound,
                f"> {self.used:.0%} in use": self.because.floor,
                f"for {self.for_}": self.because.duration,
            },
            fires_when=(
                f"{self.signal.title} (`{self.signal.record}`) < {text}, and > {self.used:.0%} of the space is in use"
            ),
            no_drill=self.no_drill,
            declared=self.declared,
            last=page_of(self.signal, exporter, environment) if self.severity is Severity.CRITICAL else None,
        )


disk_full_in_hours = Forecast(
    id="system.disk.full_in_hours",
    name="DiskFullInHours",
    signal=forecast.TIME_LEFT_SOON,
    within="4h",
    used=0.8,
    for_="15m",
    severity=Severity.CRITICAL,
    impact="Something writes so fast that the filesystem is full before working hours would find it.",
    action="Stop or slow what writes; then free space.",
    because=Because(
        bound="the time that node_exporter's mixin pages on, too (NodeFilesystemSpaceFillingUp)",
        duration="assumed: a large copy has ended by then",
        floor="20% left, as in that mixin: a filesystem with more room may shrink fast for an hour and mean nothing",
    ),
)

disk_full_in_days = Forecast(
    id="system.disk.full_in_days",
    name="DiskFullInDays",
    signal=forecast.TIME_LEFT,
    within="3d",
    used=0.6,
    for_="1h",
    severity=Severity.WARNING,
    impact="At the pace of the last hours the filesystem will be full within days.",
    action="Plan it this week; shorten retention, clean up or enlarge.",
    because=Because(
        bound="assumed: a warning before the weekend; node_exporter's mixin gives one day",
        duration="assumed: a nightly job has ended by then; the mixin waits as long",
        floor="40% left, as in node_exporter's mixin (NodeFilesystemSpaceFillingUp)",
    ),
)

FORECASTS = (disk_full_in_hours, disk_full_in_days)


def alerts(exporter: Service, environment: Environment) -> list[Alert]:
    """The forecasts, where the exporter is the one that measures disks."""
    return [one.of(exporter, environment) for one in FORECASTS] if exporter.name == "node" else []
