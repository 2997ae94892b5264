"""The threshold alert: one signal, one bound, one duration. Written as a sentence, made into a rule per service."""

from __future__ import annotations

from dataclasses import dataclass, field

from vitals.errors import VitalsError
from vitals.kit.alerts.alert import Alert, Bound
from vitals.kit.alerts.because import Because, declared_at, of_its_type, required
from vitals.kit.alerts.gaps import LastShown, last_shown
from vitals.kit.alerts.summary import summary_of, written
from vitals.model.catalog import Environment, Service
from vitals.model.catalog.entry_error import EntryError
from vitals.model.catalog.fields import quantity, seconds
from vitals.model.conventions import SERVICE, Severity
from vitals.model.promql import Expr
from vitals.model.signals import Direction, Signal, measure
from vitals_telemetry.contract import Unit


@dataclass(frozen=True, slots=True)
class MinimumEvents:
    """Enough events that a single bad one cannot break the bound by itself.

    Attributes:
        events: Events per second, as a rate over :data:`vitals.model.signals.measure.WINDOW`.
        more_than: With up to so many events in that window the alert stays silent.
    """

    events: Signal
    more_than: int

    @property
    def in_words(self) -> str:
        """How many events must have been seen."""
        return f"more than {self.more_than} events in {measure.WINDOW}"

    def holds(self, service: Service) -> Expr:
        """The series of the service that have seen more events."""
        return self.events.select(service=service.name) * seconds(measure.WINDOW) > self.more_than


@dataclass(frozen=True, slots=True)
class Threshold:
    """Notify the owner when a signal has been beyond a bound for some time.

    Attributes:
        id: Stable id; ``Environment.bounds`` overrides the bound by it.
        name: CamelCase name of the alert.
        signal: What is compared.
        for_: How long it must stay beyond.
        severity: How urgent it is.
        impact: What it means for users.
        action: The first thing to do.
        above: The default bound, in words of the signal's unit (``500ms``, ``5%``), where higher is worse.
        below: The same where lower is worse; one of the two is given.
        minimum_events: What keeps it silent at low traffic; ``None`` where traffic plays no part.
        because: Why its bound, its duration and its guard are what they are.
        no_drill: Why no drill makes it fire; empty where one does.
        declared: File and line of the declaration.
    """

    id: str
    name: str
    signal: Signal
    for_: str
    severity: Severity
    impact: str
    action: str
    above: str = ""
    below: str = ""
    minimum_events: MinimumEvents | None = None
    because: Because = field(default_factory=Because)
    no_drill: str = ""
    declared: str = field(init=False, default="", compare=False)

    def __post_init__(self) -> None:
        """Refuse what is not of the type of its field, and a number without a reason."""
        object.__setattr__(self, "declared", declared_at())
        of_its_type(self, self.what)
        numbers = {"bound": self.above or self.below, "duration": "" if self.for_ == "0s" else self.for_}
        required(
            self.what, self.because, numbers | ({"events": self.minimum_events.in_words} if self.minimum_events else {})
        )

    @property
    def what(self) -> str:
        """The alert as a message names it."""
        return f"{self.declared}, alert {self.name}"

    def of(self, service: Service, environment: Environment) -> Alert:
        """The alert of one service.

        Raises:
            VitalsError: The bound is not a quantity of the signal's unit, or lies on the side that is not worse.
        """
        self._check_side()
        self._check_minimum_events()
        default = self.above or self.below
        text, bound = bound_of(self.id, self.what, default, self.signal.unit, service, environment=environment)
        compared = f"{'>' if self.above else '<'} {written(bound, text, self.signal.unit)}"
        return Alert(
            id=self.id,
            name=self.name,
            severity=self.severity,
            service=service.name,
            owner=service.owner,
            group=f"{service.name}.{self.signal.group}",
            expr=self._condition(service, bound),
            for_=self.for_,
            summary=summary_of(service.name, self.signal, compared),
            impact=self.impact,
            action=self.action,
            signal=self.signal,
            bounds=(Bound(self.signal.id, bound, self.severity),),
            because=self._because(text),
            fires_when=self._in_words(text),
            no_drill=self.no_drill,
            declared=self.declared,
            last=page_of(self.signal, service, environment) if self.severity is Severity.CRITICAL else None,
        )

    def _because(self, bound: str) -> dict[str, str]:
        reasons = {f"{'>' if self.above else '<'} {bound}": self.because.bound}
        reasons |= {f"for {self.for_}": self.because.duration} if self.for_ != "0s" else {}
        return reasons | ({self.minimum_events.in_words: self.because.events} if self.minimum_events else {})

    def _in_words(self, bound: str) -> str:
        compared = f"{self.signal.title} (`{self.signal.record}`) {'>' if self.above else '<'} {bound}"
        if self.minimum_events is None:
            return compared
        return f"{compared}, with more than {self.minimum_events.more_than} events in {measure.WINDOW}"

    def _check_side(self) -> None:
        if bool(self.above) == bool(self.below):
            raise VitalsError(f"{self.what}: give one bound, 'above' or 'below'; two or none cannot be compared.")
        side, wanted = (
            ("above", Direction.HIGHER_IS_WORSE) if self.above else ("below", Direction.LOWER_IS_WORSE)
        )  # fmt: skip
        if self.signal.direction is not wanted:
            raise VitalsError(
                f"{self.what}: {self.signal.id} is not worse on that side; {side!r} would warn of an improvement."
            )

    def _check_minimum_events(self) -> None:
        if self.minimum_events and self.minimum_events.events.labels != self.signal.labels:
            raise VitalsError(
                f"{self.what}: {self.signal.id} has the labels {', '.join(self.signal.labels)} and its minimum "
                "events "
                f"{self.minimum_events.events.id} by {', '.join(self.minimum_events.events.labels)}, so no series "
                "would have both and "
                "it would never fire. Count a signal with the same labels."
            )

    def _condition(self, service: Service, bound: float) -> Expr:
        now = self.signal.select(service=service.name)
        beyond = now > bound if self.above else now < bound
        return beyond & self.minimum_events.holds(service) if self.minimum_events else beyond


def page_of(signal: Signal, watched: Service, environment: Environment) -> LastShown:
    """How a page on one signal goes on through a gap."""
    distinguish = tuple(label for label in signal.labels if label != SERVICE)
    return last_shown(signal.select(service=watched.name), watched, environment.scrape, distinguish)


def bound_of(
    alert: str, what: str, default: str, unit: Unit, service: Service, *, environment: Environment
) -> tuple[str, float]:
    """The bound of an alert, as people wrote it and in the base unit: of the service, of the environment, or usual.

    Args:
        alert: Its id.
        what: The alert, as a message names it: with its file and line.
        default: The bound where neither overrides it.
        unit: What it is a quantity of.
        service: The service.
        environment: The environment.

    Raises:
        VitalsError: It is not a quantity of that unit; the message names the place that says so.
    """
    entry = next((one for one in (service, environment) if alert in one.bounds), None)
    text = entry.bounds[alert] if entry else default
    try:
        return text, quantity(text, unit)
    except ValueError as error:
        problem = f": {error}. Nothing was rendered; correct it."
        if entry:
            raise EntryError(entry, f", field bounds, {alert}{problem}") from None
        raise VitalsError(f"{what}{problem}") from None
