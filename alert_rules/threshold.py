"""The threshold alert: one signal, one bound, one duration. Written as a sentence, made into a rule per service."""

from __future__ import annotations

from dataclasses import dataclass

from alert_rules.alert import Alert, Bound, Severity
from vitals.catalog import Environment, Service
from vitals.catalog.fields import quantity
from vitals.errors import VitalsError
from vitals.signals import Direction, Signal
from vitals_telemetry.contract import Unit

_HUMAN = {"seconds": "humanizeDuration", "ratio": "humanizePercentage", "bytes": "humanize1024"}


@dataclass(frozen=True, slots=True)
class Threshold:
    """Tell somebody when a signal has been above a bound for some time.

    Attributes:
        id: Stable id; ``Environment.bounds`` overrides the bound by it.
        name: CamelCase name of the alert.
        signal: What is compared.
        above: The default bound, in words of the signal's unit (``500ms``, ``5%``).
        lasting: How long it must stay above.
        severity: How urgent it is.
        means: What it means for users.
        do: The first thing to do.
    """

    id: str
    name: str
    signal: Signal
    above: str
    lasting: str
    severity: Severity
    means: str
    do: str

    def of(self, service: Service, environment: Environment) -> Alert:
        """The alert of one service.

        Raises:
            VitalsError: The bound is no quantity of the signal's unit, or lies on the side that is not worse.
        """
        if self.signal.worse is not Direction.HIGHER_IS_WORSE:
            raise VitalsError(
                f"Alert {self.name}: {self.signal.id} is not worse when higher; 'above' would warn of good news."
            )
        text, bound = bound_of(self.id, self.name, self.above, self.signal.unit, environment)
        return Alert(
            id=self.id,
            name=self.name,
            severity=self.severity,
            service=service.name,
            owner=service.owner,
            group=f"{service.name}.{self.signal.group}",
            expr=self.signal.read(service=service.name) > bound,
            lasting=self.lasting,
            summary=f"{self.signal.title} of {whose(self.signal, service)} is {value(self.signal)}, above {text}",
            means=self.means,
            do=self.do,
            signal=self.signal,
            bounds=(Bound(self.signal.id, bound, self.severity),),
        )


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


def whose(signal: Signal, service: Service) -> str:
    """Whom a summary speaks of: the service, and the labels that tell its series apart."""
    more = [label for label in signal.labels if label != "service" and label not in signal.fixed]
    return f"{service.name} ({', '.join(f'{{{{ $labels.{label} }}}}' for label in more)})" if more else service.name


def value(signal: Signal) -> str:
    """The current value in a summary, in the form that people read."""
    return f"{{{{ $value | {_HUMAN.get(signal.unit.value, 'humanize')} }}}}"
