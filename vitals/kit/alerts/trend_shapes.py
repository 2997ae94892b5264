"""The shapes of a trend: a signal that is still within its bounds and goes the wrong way.

There are three, each a condition that reads as a sentence. None of them says anything until it has enough to compare:
an hour counts only when its minutes are known, now as last week, and a slope only when most of its window is. So a
fresh Prometheus, or a service that is younger than a week, is never compared with a past that it does not have. A gap
in the past is bridged, so that it does not end an alert long after.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

from vitals.kit.alerts.because import Because
from vitals.kit.alerts.summary import noun
from vitals.model.catalog import Service
from vitals.model.catalog.fields import quantity, seconds
from vitals.model.conventions import SERVICE, Severity
from vitals.model.promql import Expr, call, select
from vitals.model.signals import Direction, Group, Signal, trend
from vitals_telemetry.contract import Unit

_REQUIRED_HISTORY = 0.75
"""The share of its window for which a level must be known: what fills at a start settles within minutes."""
_RATIO = '{{ $value | printf "%.2f" }}x'


def _lower_is_worse(signal: Signal) -> bool:
    return signal.direction is Direction.LOWER_IS_WORSE


def _worse(value: Expr, bound: Expr | float, *, lower: bool) -> Expr:
    return value < bound if lower else value > bound


def _changed(by: str, *, lower: bool) -> float:
    """The ratio at which a signal has become worse by a share."""
    change = quantity(by, Unit.RATIO)
    return 1 - change if lower else 1 + change


_WEEK = "traffic has the rhythm of the week, so the same hour of another weekday is not comparable"
_OF_HOURS = {
    f"up to {trend.BRIDGED} before": (
        "a gap of that time in the past is bridged by the hour before it, so that an old restart neither ends an alert "
        "nor brings it back"
    ),
}
_EDGE = "assumed: means of an hour move slowly, so a quarter of one more says that it is not the edge of a peak"


def _of_change(by: str, floor: str, because: Because, *, lower: bool) -> dict[str, str]:
    """The reasons of a comparison with another day; the ratio is what the condition compares."""
    ratio = _past(f"{_changed(by, lower=lower):.4g} times", lower=lower)
    return {f"{ratio}, {by} worse": because.change, floor: because.floor}


def _past(value: str, *, lower: bool) -> str:
    return f"{'<' if lower else '>'} {value}"


def _beyond(by: str, *, lower: bool) -> str:
    return _past(f"{_changed(by, lower=lower):g}x", lower=lower)


def _hour_of(signal: Signal) -> str:
    known = (
        f"at least {trend.LEAST_MINUTES} minutes of it known; after a gap, the newest hour of up to {trend.BRIDGED} ago"
    )
    return f"{signal.title}, mean of the last hour ({known}),"


@dataclass(frozen=True, slots=True)
class WorseThanLastWeek:
    """The mean of the last hour is worse than that of the same hour a week ago.

    Attributes:
        by: How much worse, a share of last week's mean.
        beyond: Only past this value, in the signal's unit: 2 ms that were 1 ms do not matter. Empty for any value.
        usually: Only where last week's mean was more than this, in its unit: of a few, none may come by chance. It is
            said of numbers of events, of which fewer are worse here, although neither is on a dashboard.
    """

    by: str
    beyond: str = ""
    usually: str = ""
    name: ClassVar[str] = "WorseThanLastWeek"
    severity: ClassVar[Severity] = Severity.INFO
    for_: ClassVar[str] = "15m"

    def condition(self, signal: Signal, service: Service) -> Expr:
        """True with the ratio of both means as its value."""
        hour = trend.hourly(signal)
        now, then = hour.select(service=service.name), trend.then(hour, trend.WEEK, service)
        least = quantity(self.usually, signal.unit) if self.usually else 0
        lower = self._lower(signal)
        ratio = _worse(now / (then > least), _changed(self.by, lower=lower), lower=lower)
        return ratio & _worse(now, quantity(self.beyond, signal.unit), lower=lower) if self.beyond else ratio

    def _lower(self, signal: Signal) -> bool:
        return bool(self.usually) or _lower_is_worse(signal)

    def numbers(self) -> dict[str, str]:
        """What a declaration must give reasons for, by the field of them."""
        return {"change": f"{self.by} worse", "floor": self.beyond or self.usually}

    def because(self, signal: Signal, because: Because) -> dict[str, str]:
        """The reasons of a declaration, and those of what is the same for every signal."""
        lower = self._lower(signal)
        floor = _past(self.beyond, lower=lower) if self.beyond else f"> {self.usually} a week ago"
        return {
            **_of_change(self.by, floor, because, lower=lower),
            f"{trend.WEEK} ago": _WEEK,
            **_OF_HOURS,
            f"for {self.for_}": _EDGE,
        }

    def group(self, _: Signal) -> Group:
        """The group of the hourly means."""
        return Group.TREND

    def says(self, signal: Signal) -> tuple[str, str]:
        """The summary's words with the ratio, and what that is compared with."""
        return f"{noun(signal)} {_RATIO} last week's", _beyond(self.by, lower=self._lower(signal))

    def in_words(self, signal: Signal) -> str:
        """The condition with its numbers, for the runbook."""
        floor = f"is {_past(self.beyond, lower=self._lower(signal))}" if self.beyond else f"was > {self.usually} then"
        return f"{_hour_of(signal)} is worse than in the same hour last week by more than {self.by}, and {floor}"


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
    for_: ClassVar[str] = "15m"

    def condition(self, signal: Signal, service: Service) -> Expr:
        """True with the ratio of today and the first day as its value."""
        hour = trend.hourly(signal)
        means = [hour.select(service=service.name)]
        means += [trend.then(hour, f"{day}d", service) for day in range(1, self.days + 1)]
        lower = _lower_is_worse(signal)
        steady = _worse(means[0] / (means[-1] > 0), _changed(self.by, lower=lower), lower=lower)
        for later, earlier in pairwise(means):
            steady = steady & _worse(later, earlier, lower=lower)
        return steady & _worse(means[0], quantity(self.beyond, signal.unit), lower=lower)

    def numbers(self) -> dict[str, str]:
        """What a declaration must give reasons for, by the field of them."""
        return {"change": f"{self.by} worse", "floor": self.beyond}

    def because(self, signal: Signal, because: Because) -> dict[str, str]:
        """The reasons of a declaration, and those of what is the same for every signal."""
        days = ", ".join(f"{day}d" for day in range(1, self.days + 1))
        steady = {
            f"{days} ago, each worse than the day before": (
                "assumed: three rises in a row are one chance in eight where days rise and fall at random, and with a "
                "bound on the whole rise hardly ever chance; a weekend among them ends the row"
            )
        }
        lower = _lower_is_worse(signal)
        return {
            **_of_change(self.by, _past(self.beyond, lower=lower), because, lower=lower),
            **steady,
            **_OF_HOURS,
            f"for {self.for_}": _EDGE,
        }

    def group(self, _: Signal) -> Group:
        """The group of the hourly means."""
        return Group.TREND

    def says(self, signal: Signal) -> tuple[str, str]:
        """The summary's words with the ratio, and what that is compared with."""
        return f"{noun(signal)} worse each day, {_RATIO} in {self.days} days", _beyond(
            self.by, lower=_lower_is_worse(signal)
        )

    def in_words(self, signal: Signal) -> str:
        """The condition with its numbers, for the runbook."""
        past = _past(self.beyond, lower=_lower_is_worse(signal))
        return (
            f"{_hour_of(signal)} is worse than in the same hour of the day before, on each of the last "
            f"{self.days} days and by more than {self.by} over all of them, and is {past}"
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
    for_: ClassVar[str] = "5m"

    def condition(self, signal: Signal, service: Service) -> Expr:
        """True with the seconds that are left as its value.

        Raises:
            ValueError: The signal is not a share of a limit.
        """
        if signal.unit is not Unit.RATIO or signal.direction is not Direction.HIGHER_IS_WORSE:
            raise ValueError(f"{signal.id} is not a share of a limit, so nothing can be computed from its slope")
        matchers = {SERVICE: service.name}
        used = signal.select(**matchers)
        slope = call("deriv", select(signal.record, matchers, window=self.over))
        left = call("clamp_min", (1 - used) / (slope > 0), 0)
        known = trend.history_of(used, self.over) >= _REQUIRED_HISTORY * seconds(self.over)
        return (left < seconds(self.within)) & (used > quantity(self.beyond, signal.unit)) & known

    def numbers(self) -> dict[str, str]:
        """What a declaration must give reasons for, by the field of them."""
        return {"bound": self.within, "floor": self.beyond}

    def because(self, _: Signal, because: Because) -> dict[str, str]:
        """The reasons of a declaration, and those of what is the same for every signal."""
        return {
            f"< {self.within}": because.bound,
            f"> {self.beyond} of the limit": because.floor,
            f"slope over {self.over}": "assumed: a batch of tasks is not a slope over so long, and the bound is far",
            f"known for {_REQUIRED_HISTORY:.0%} of {self.over}, {_REQUIRED_HISTORY * seconds(self.over):g}s": (
                "what fills at a start settles within minutes, and a slope of those minutes says nothing"
            ),
            f"for {self.for_}": "assumed: a third of the window of the slope, so that one peak has left its end",
        }

    def group(self, signal: Signal) -> Group:
        """The group of the signal itself, for its slope is of minutes."""
        return signal.group

    def says(self, signal: Signal) -> tuple[str, str]:
        """The summary's words with the time that is left, and what that is compared with."""
        return f"{noun(signal)} at 100% in {{{{ $value | humanizeDuration }}}}", f"< {self.within}"

    def in_words(self, signal: Signal) -> str:
        """The condition with its numbers, for the runbook."""
        return (
            f"{signal.title} (`{signal.record}`) reaches its limit within {self.within} at the slope of the last "
            f"{self.over}, and is > {self.beyond} now"
        )


Shape = WorseThanLastWeek | WorseEveryDay | LimitAhead
