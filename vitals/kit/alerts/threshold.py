"""The threshold alert: one signal, one bound, one duration. Written as a sentence, made into a rule per service."""

from __future__ import annotations

from dataclasses import dataclass

from vitals.errors import VitalsError
from vitals.kit.alerts.alert import Alert, Bound, Severity, subject
from vitals.model.catalog import Environment, Service
from vitals.model.catalog.fields import quantity, seconds
from vitals.model.promql import Expr
from vitals.model.signals import Direction, Signal, measure
from vitals_telemetry.contract import Unit

HUMAN = {"seconds": "humanizeDuration", "ratio": "humanizePercentage", "bytes": "humanize1024"}
"""How a template writes a value, by the unit of its signal."""


@dataclass(frozen=True, slots=True)
class Guard:
    """Enough events that a single bad one cannot break the bound by itself.

    Attributes:
        counted: Events per second, as a rate over :data:`vitals.model.signals.measure.WINDOW`.
        most_alone: With up to so many events in that window the alert stays silent.
    """

    counted: Signal
    most_alone: int

    def holds(self, service: Service) -> Expr:
        """The series of the service that have seen more events."""
        return self.counted.read(service=service.name) * seconds(measure.WINDOW) > self.most_alone


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

    def of(self, service: Service, environment: Environment) -> Alert:
        """The alert of one service.

        Raises:
            VitalsError: The bound is no quantity of the signal's unit, or lies on the side that is not worse.
        """
        self._check_side()
        self._check_guard()
        text, bound = bound_of(self.id, self.name, self.above or self.below, self.signal.unit, environment)
        side = "above" if self.above else "below"
        return Alert(
            id=self.id,
            name=self.name,
            severity=self.severity,
            service=service.name,
            owner=service.owner,
            group=f"{service.name}.{self.signal.group}",
            expr=self._condition(service, bound),
            lasting=self.lasting,
            summary=f"{subject(self.signal, service)} is {value(self.signal)}, {side} {text}",
            means=self.means,
            do=self.do,
            signal=self.signal,
            bounds=(Bound(self.signal.id, bound, self.severity),),
        )

    def _check_side(self) -> None:
        if bool(self.above) == bool(self.below):
            raise VitalsError(f"Alert {self.name}: give one bound, 'above' or 'below'; two or none cannot be compared.")
        side, wanted = (
            ("above", Direction.HIGHER_IS_WORSE) if self.above else ("below", Direction.LOWER_IS_WORSE)
        )  # fmt: skip
        if self.signal.worse is not wanted:
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
        now = self.signal.read(service=service.name)
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


def value(signal: Signal) -> str:
    """The current value in a summary, in the form that people read."""
    return f"{{{{ $value | {HUMAN.get(signal.unit.value, 'humanize')} }}}}"
