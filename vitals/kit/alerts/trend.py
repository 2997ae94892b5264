"""The trend alert: a signal that is still within its bounds and goes the wrong way.

Three shapes, each a condition that reads as a sentence. None of them says anything until it has enough to compare: an
hour counts only when its minutes are known, now as last week, and a slope only when most of its window is. So a fresh
Prometheus, or a service that is younger than a week, is never told about a past that it does not have. A gap in the
past is bridged, so that it does not end an alert long after.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

from vitals.errors import VitalsError
from vitals.kit.alerts.alert import Alert, Severity, subject
from vitals.model.catalog import Environment, Service
from vitals.model.catalog.fields import quantity, seconds
from vitals.model.promql import Expr, call, select
from vitals.model.signals import Direction, Group, Signal, trend
from vitals_telemetry.contract import Unit

_LEAST_KNOWN = 0.75
"""The share of its window for which a level must be known: what fills at a start settles within minutes."""


def _worse(signal: Signal, value: Expr, bound: Expr | float) -> Expr:
    return value < bound if signal.worse is Direction.LOWER_IS_WORSE else value > bound


def _changed(signal: Signal, by: str) -> float:
    """The ratio at which a signal has become worse by a share."""
    change = quantity(by, Unit.RATIO)
    return 1 - change if signal.worse is Direction.LOWER_IS_WORSE else 1 + change


@dataclass(frozen=True, slots=True)
class WorseThanLastWeek:
    """The mean of the last hour is worse than that of the same hour a week ago.

    Attributes:
        by: How much worse, a share of last week's mean.
        beyond: Only past this value, in the signal's unit: nobody minds 2 ms that were 1 ms.
    """

    by: str
    beyond: str
    name: ClassVar[str] = "WorseThanLastWeek"
    severity: ClassVar[Severity] = Severity.INFO
    lasting: ClassVar[str] = "15m"

    def condition(self, signal: Signal, service: Service) -> Expr:
        """True with the ratio of both means as its value."""
        hour = trend.hourly(signal)
        now, then = hour.read(service=service.name), trend.then(hour, trend.WEEK, service)
        ratio = _worse(signal, now / (then > 0), _changed(signal, self.by))
        return ratio & _worse(signal, now, quantity(self.beyond, signal.unit))

    def group(self, _: Signal) -> Group:
        """The group of the hourly means."""
        return Group.TREND

    def summary(self, subject: str) -> str:
        """What is said, with the ratio."""
        return (
            f'{subject} was over the last hour {{{{ $value | printf "%.2f" }}}} times that of the same hour last week'
        )


@dataclass(frozen=True, slots=True)
class WorseEveryDay:
    """The same hour has been worse each day than the day before, and much worse over all days: a steady slope.

    Comparing the same hour leaves out the tide of every day.

    Attributes:
        by: How much worse over all days, a share of the first day's mean.
        beyond: Only past this value, in the signal's unit.
    """

    by: str
    beyond: str
    days: ClassVar[int] = 3
    name: ClassVar[str] = "WorseEveryDay"
    severity: ClassVar[Severity] = Severity.INFO
    lasting: ClassVar[str] = "15m"

    def condition(self, signal: Signal, service: Service) -> Expr:
        """True with the ratio of today and the first day as its value."""
        hour = trend.hourly(signal)
        means = [hour.read(service=service.name)]
        means += [trend.then(hour, f"{day}d", service) for day in range(1, self.days + 1)]
        steady = _worse(signal, means[0] / (means[-1] > 0), _changed(signal, self.by))
        for later, earlier in pairwise(means):
            steady = steady & _worse(signal, later, earlier)
        return steady & _worse(signal, means[0], quantity(self.beyond, signal.unit))

    def group(self, _: Signal) -> Group:
        """The group of the hourly means."""
        return Group.TREND

    def summary(self, subject: str) -> str:
        """What is said, with the ratio."""
        return (
            f'{subject} got worse each day and is {{{{ $value | printf "%.2f" }}}} times that of {self.days} days ago'
        )


@dataclass(frozen=True, slots=True)
class LimitAhead:
    """A share of a limit that will be used up soon if it goes on like this.

    Attributes:
        within: How soon.
        beyond: Only from this share on: an empty queue that gets its first tasks grows fast, too.
    """

    within: str
    beyond: str
    over: ClassVar[str] = "15m"
    name: ClassVar[str] = "LimitAhead"
    severity: ClassVar[Severity] = Severity.WARNING
    lasting: ClassVar[str] = "5m"

    def condition(self, signal: Signal, service: Service) -> Expr:
        """True with the seconds that are left as its value.

        Raises:
            ValueError: The signal is no share of a limit.
        """
        if signal.unit is not Unit.RATIO or signal.worse is not Direction.HIGHER_IS_WORSE:
            raise ValueError(f"{signal.id} is no share of a limit, so nothing can be computed from its slope")
        matchers = {"service": service.name}
        used = signal.read(**matchers)
        slope = call("deriv", select(signal.record, matchers, window=self.over))
        left = call("clamp_min", (1 - used) / (slope > 0), 0)
        known = trend.known_for(used, self.over) >= _LEAST_KNOWN * seconds(self.over)
        return (left < seconds(self.within)) & (used > quantity(self.beyond, signal.unit)) & known

    def group(self, signal: Signal) -> Group:
        """The group of the signal itself, for its slope is of minutes."""
        return signal.group

    def summary(self, subject: str) -> str:
        """What is said, with the time that is left."""
        return f"{subject} reaches its limit in {{{{ $value | humanizeDuration }}}} if it goes on like this"


Shape = WorseThanLastWeek | WorseEveryDay | LimitAhead


@dataclass(frozen=True, slots=True)
class Trend:
    """Tell somebody where a signal is going, before it is beyond a bound.

    Attributes:
        id: Stable id.
        signal: What is watched.
        shape: The condition; it also gives name and severity, which are the same for every signal.
        means: What it means for users.
        do: The first thing to do.
    """

    id: str
    signal: Signal
    shape: Shape
    means: str
    do: str

    def of(self, service: Service, _: Environment) -> Alert:
        """The alert of one service.

        Raises:
            VitalsError: A quantity does not fit the signal, or the signal has no history or no limit.
        """
        group = self.shape.group(self.signal)
        if group is Group.TREND and self.signal not in trend.COMPARED:
            raise VitalsError(
                f"Alert {self.shape.name} ({self.id}): no history of {self.signal.id} is kept, so there is nothing to "
                "compare with. Add the signal to vitals.model.signals.trend.COMPARED."
            )
        try:
            condition = self.shape.condition(self.signal, service)
        except ValueError as error:
            raise VitalsError(f"Alert {self.shape.name} ({self.id}): {error}. Nothing was rendered.") from None
        return Alert(
            id=self.id,
            name=self.shape.name,
            severity=self.shape.severity,
            service=service.name,
            owner=service.owner,
            group=f"{service.name}.{group}",
            expr=condition,
            lasting=self.shape.lasting,
            summary=self.shape.summary(subject(self.signal, service)),
            means=self.means,
            do=self.do,
            signal=self.signal,
            labels={"signal": self.signal.id},
        )
