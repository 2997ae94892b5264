"""The threshold alert: one signal, one bound, one duration. Written as a sentence, made into a rule per service."""

from __future__ import annotations

from dataclasses import dataclass, field

from vitals.errors import VitalsError
from vitals.kit.alerts.alert import Alert, Bound
from vitals.kit.alerts.because import Because, required
from vitals.kit.alerts.summary import summary_of, written
from vitals.model.catalog import Environment, Service
from vitals.model.catalog.fields import quantity, seconds
from vitals.model.conventions import Severity
from vitals.model.promql import Expr
from vitals.model.signals import Direction, Signal, measure
from vitals_telemetry.contract import Unit


@dataclass(frozen=True, slots=True)
class Guard:
    """Enough events that a single bad one cannot break the bound by itself.

    Attributes:
        counted: Events per second, as a rate over :data:`vitals.model.signals.measure.WINDOW`.
        most_alone: With up to so many events in that window the alert stays silent.
    """

    counted: Signal
    most_alone: int

    @property
    def in_words(self) -> str:
        """How many events must have been seen."""
        return f"more than {self.most_alone} events in {measure.WINDOW}"

    def holds(self, service: Service) -> Expr:
        """The series of the service that have seen more events."""
        return self.counted.select(service=service.name) * seconds(measure.WINDOW) > self.most_alone


@dataclass(frozen=True, slots=True)
class Threshold:
    """Tell somebody when a signal has been beyond a bound for some time.

    Attributes:
        id: Stable id; ``Environment.bounds`` overrides the bound by it.
        name: CamelCase name of the alert.
        signal: What is compared.
        lasting: How long it must stay beyond.
        severity: How urgent it is.
        means: What it means for users.
        do: The first thing to do.
        above: The default bound, in words of the signal's unit (``500ms``, ``5%``), where higher is worse.
        below: The same where lower is worse; one of the two is given.
        guard: What keeps it silent at low traffic; ``None`` where traffic plays no part.
        because: Why its bound, its duration and its guard are what they are.
        no_drill: Why no drill makes it fire; empty where one does.
    """

    id: str
    name: str
    signal: Signal
    lasting: str
    severity: Severity
    means: str
    do: str
    above: str = ""
    below: str = ""
    guard: Guard | None = None
    because: Because = field(default_factory=Because)
    no_drill: str = ""

    def __post_init__(self) -> None:
        """Refuse a number without a reason."""
        numbers = {"bound": self.above or self.below, "duration": "" if self.lasting == "0s" else self.lasting}
        required(self.name, self.because, numbers | ({"events": self.guard.in_words} if self.guard else {}))

    def of(self, service: Service, environment: Environment) -> Alert:
        """The alert of one service.

        Raises:
            VitalsError: The bound is no quantity of the signal's unit, or lies on the side that is not worse.
        """
        self._check_side()
        self._check_guard()
        text, bound = bound_of(self.id, self.name, self.above or self.below, self.signal.unit, environment)
        compared = f"{'>' if self.above else '<'} {written(bound, text, self.signal.unit)}"
        return Alert(
            id=self.id,
            name=self.name,
            severity=self.severity,
            service=service.name,
            owner=service.owner,
            group=f"{service.name}.{self.signal.group}",
            expr=self._condition(service, bound),
            lasting=self.lasting,
            summary=summary_of(service.name, self.signal, compared),
            means=self.means,
            do=self.do,
            signal=self.signal,
            bounds=(Bound(self.signal.id, bound, self.severity),),
            because=self._because(text),
            fires_when=self._in_words(text),
            no_drill=self.no_drill,
        )

    def _because(self, bound: str) -> dict[str, str]:
        reasons = {f"{'>' if self.above else '<'} {bound}": self.because.bound}
        reasons |= {f"for {self.lasting}": self.because.duration} if self.lasting != "0s" else {}
        return reasons | ({self.guard.in_words: self.because.events} if self.guard else {})

    def _in_words(self, bound: str) -> str:
        compared = f"{self.signal.title} (`{self.signal.record}`) {'>' if self.above else '<'} {bound}"
        if self.guard is None:
            return compared
        return f"{compared}, with more than {self.guard.most_alone} events in {measure.WINDOW}"

    def _check_side(self) -> None:
        if bool(self.above) == bool(self.below):
            raise VitalsError(f"Alert {self.name}: give one bound, 'above' or 'below'; two or none cannot be compared.")
        side, wanted = (
            ("above", Direction.HIGHER_IS_WORSE) if self.above else ("below", Direction.LOWER_IS_WORSE)
        )  # fmt: skip
        if self.signal.direction is not wanted:
            raise VitalsError(
                f"Alert {self.name}: {self.signal.id} is not worse on that side; {side!r} would warn of good news."
            )

    def _check_guard(self) -> None:
        if self.guard and self.guard.counted.labels != self.signal.labels:
            raise VitalsError(
                f"Alert {self.name}: {self.signal.id} is told by {', '.join(self.signal.labels)} and its guard "
                f"{self.guard.counted.id} by {', '.join(self.guard.counted.labels)}, so no series would have both and "
                "it would never fire. Guard it by a signal with the same labels."
            )

    def _condition(self, service: Service, bound: float) -> Expr:
        now = self.signal.select(service=service.name)
        beyond = now > bound if self.above else now < bound
        return beyond & self.guard.holds(service) if self.guard else beyond


def bound_of(alert: str, name: str, default: str, unit: Unit, environment: Environment) -> tuple[str, float]:
    """The bound of an alert in an environment, as people wrote it and in the base unit.

    Raises:
        VitalsError: It is no quantity of that unit.
    """
    text = environment.bounds.get(alert, default)
    try:
        return text, quantity(text, unit)
    except ValueError as error:
        raise VitalsError(f"Alert {name} ({alert}): {error}. Nothing was rendered; correct it.") from None
