"""The threshold alert: one signal, one bound, one duration. Written as a sentence, made into a rule per service."""

from __future__ import annotations

from dataclasses import dataclass

from alert_rules.alert import Alert, Bound, Severity
from vitals.catalog import Environment, Service
from vitals.catalog.fields import quantity, seconds
from vitals.errors import VitalsError
from vitals.signals import Direction, Signal

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
        text = environment.bounds.get(self.id, self.above)
        if self.signal.worse is not Direction.HIGHER_IS_WORSE:
            raise VitalsError(
                f"Alert {self.name}: {self.signal.id} is not worse when higher; 'above' would warn of good news."
            )
        try:
            bound = quantity(text, self.signal.unit)
            seconds(self.lasting)
        except ValueError as error:
            raise VitalsError(f"Alert {self.name} ({self.id}): {error}. Nothing was rendered; correct it.") from None
        human = _HUMAN.get(self.signal.unit.value, "humanize")
        return Alert(
            id=self.id,
            name=self.name,
            severity=self.severity,
            service=service.name,
            owner=service.owner,
            group=f"{service.name}.{self.signal.group}",
            expr=self.signal.read(service=service.name) > bound,
            lasting=self.lasting,
            summary=f"{self.signal.title} of {service.name} is {{{{ $value | {human} }}}}, above {text}",
            means=self.means,
            do=self.do,
            signal=self.signal,
            bounds=(Bound(self.signal.id, bound, self.severity),),
        )
