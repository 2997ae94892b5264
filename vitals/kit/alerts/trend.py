"""The trend alert: a signal that is still within its bounds and goes the wrong way, in one of three shapes."""

from __future__ import annotations

from dataclasses import dataclass, field

from vitals.errors import VitalsError
from vitals.kit.alerts.alert import TOO_SLOW, Alert
from vitals.kit.alerts.because import Because, declared_at, of_its_type, required
from vitals.kit.alerts.summary import summary_of
from vitals.kit.alerts.trend_shapes import Shape
from vitals.model.catalog import Environment, Service
from vitals.model.conventions import SIGNAL
from vitals.model.signals import Group, Signal, trend


@dataclass(frozen=True, slots=True)
class Trend:
    """Notify the owner where a signal is going, before it is beyond a bound.

    Attributes:
        id: Stable id.
        signal: What is watched.
        shape: The condition; it also gives name and severity, which are the same for every signal.
        impact: What it means for users.
        action: The first thing to do.
        because: Why the numbers of its shape are what they are.
        no_drill: Why no drill makes it fire; empty where one does.
        declared: File and line of the declaration.
    """

    id: str
    signal: Signal
    shape: Shape
    impact: str
    action: str
    because: Because = field(default_factory=Because)
    no_drill: str = TOO_SLOW
    declared: str = field(init=False, default="", compare=False)

    def __post_init__(self) -> None:
        """Refuse what is not of the type of its field, and a number without a reason."""
        object.__setattr__(self, "declared", declared_at())
        of_its_type(self, f"{self.declared}, alert {self.id}")
        required(self.what, self.because, self.shape.numbers())

    @property
    def what(self) -> str:
        """The alert as a message names it."""
        return f"{self.declared}, alert {self.shape.name} ({self.id})"

    def of(self, service: Service, _: Environment) -> Alert:
        """The alert of one service.

        Raises:
            VitalsError: A quantity does not fit the signal, or the signal has no history or no limit.
        """
        group = self.shape.group(self.signal)
        if group is Group.TREND and self.signal not in trend.COMPARED:
            raise VitalsError(
                f"{self.what}: no history of {self.signal.id} is kept, so there is nothing to "
                "compare with. Add the signal to vitals.model.signals.trend.COMPARED."
            )
        try:
            condition = self.shape.condition(self.signal, service)
            what, compared = self.shape.says(self.signal)
        except ValueError as error:
            raise VitalsError(f"{self.what}: {error}. Nothing was rendered.") from None
        return Alert(
            id=self.id,
            name=self.shape.name,
            severity=self.shape.severity,
            service=service.name,
            owner=service.owner,
            group=f"{service.name}.{group}",
            expr=condition,
            for_=self.shape.for_,
            summary=summary_of(service.name, self.signal, compared, what),
            impact=self.impact,
            action=self.action,
            signal=self.signal,
            labels={SIGNAL: self.signal.id},
            because=self.shape.because(self.signal, self.because),
            fires_when=self.shape.in_words(self.signal),
            no_drill=self.no_drill,
            declared=self.declared,
        )
