"""When a number is worth an alert, and from the condition to the firing alert.

A number within a billionth of its bound lies on it: that is the noise of adding up in another order, and the
only tolerance there is. Times have none: both sides speak of the same evaluations.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from vitals.verify.oracle.measures import HOUR, Derived
from vitals.verify.oracle.observations import Group, Measure, Observations
from vitals.verify.oracle.series import LOOKBACK

NOISE = 1e-9


class Condition(Protocol):
    """Something that is true of a group at an instant."""

    def at(self, world: Observations, instant: int) -> Mapping[Group, float]:
        """The groups of which it is true, with the number that the summary shows."""
        ...


def _above(value: float, bound: float) -> bool:
    return value > bound + NOISE * abs(bound)


@dataclass(frozen=True, slots=True)
class Above:
    """A number is above a bound, or at it where that is enough."""

    number: Measure
    bound: float
    or_at: bool = False

    def at(self, world: Observations, instant: int) -> Mapping[Group, float]:
        """The groups above it."""
        numbers = self.number.at(world, instant)
        if self.or_at:
            return {group: value for group, value in numbers.items() if not _above(self.bound, value)}
        return {group: value for group, value in numbers.items() if _above(value, self.bound)}


@dataclass(frozen=True, slots=True)
class Below:
    """A number is below a bound."""

    number: Measure
    bound: float

    def at(self, world: Observations, instant: int) -> Mapping[Group, float]:
        """The groups below it."""
        return {group: v for group, v in self.number.at(world, instant).items() if _above(self.bound, v)}


@dataclass(frozen=True, slots=True)
class Equals:
    """A number is exactly this, as switches are."""

    number: Measure
    value: float

    def at(self, world: Observations, instant: int) -> Mapping[Group, float]:
        """The groups of which it is true."""
        return {group: value for group, value in self.number.at(world, instant).items() if value == self.value}


@dataclass(frozen=True, slots=True)
class All:
    """Several conditions are true of the same group; the first one's number is shown."""

    conditions: tuple[Condition, ...]

    def at(self, world: Observations, instant: int) -> Mapping[Group, float]:
        """The groups of which all are true."""
        first, *others = (condition.at(world, instant) for condition in self.conditions)
        return {group: value for group, value in first.items() if all(group in other for other in others)}


@dataclass(frozen=True, slots=True)
class Either:
    """One of several conditions is true; the first true one's number is shown."""

    conditions: tuple[Condition, ...]

    def at(self, world: Observations, instant: int) -> Mapping[Group, float]:
        """The groups of which one is true."""
        found: dict[Group, float] = {}
        for condition in reversed(self.conditions):
            found.update(condition.at(world, instant))
        return found


def both(*conditions: Condition) -> Condition:
    """All of them."""
    return All(conditions)


def either(*conditions: Condition) -> Condition:
    """One of them."""
    return Either(conditions)


def busy(counted: Measure, more_than: int, within: int = 300) -> Condition:
    """More events than a few: one bad event of hardly any says nothing.

    Args:
        counted: Events per second over the window.
        more_than: So many are not enough.
        within: Seconds of the window.
    """
    return Above(Derived(lambda pace: pace * within, (counted,)), more_than)


@dataclass(frozen=True, slots=True)
class HeldBack:
    """A condition that says nothing while another alert of the service has fired a short time ago."""

    condition: Condition
    alert: str
    seconds: int

    def at(self, world: Observations, instant: int) -> Mapping[Group, float]:
        """The groups of which it is true, or none."""
        fired = world.fired[self.alert]
        if any(instant - self.seconds < moment <= instant for moment in fired):
            return {}
        return self.condition.at(world, instant)


@dataclass(frozen=True, slots=True)
class Without:
    """A condition, but for the groups of which another is true."""

    condition: Condition
    other: Condition

    def at(self, world: Observations, instant: int) -> Mapping[Group, float]:
        """The groups that are left."""
        other = self.other.at(world, instant)
        return {group: value for group, value in self.condition.at(world, instant).items() if group not in other}


@dataclass(frozen=True, slots=True)
class IsKnown:
    """A number is known, whatever it is."""

    number: Measure

    def at(self, world: Observations, instant: int) -> Mapping[Group, float]:
        """The groups that have one."""
        return self.number.at(world, instant)


@dataclass(frozen=True, slots=True)
class FiresAlready:
    """The alert that is followed fired at the evaluation before, and that was less than five minutes ago.

    Attributes:
        alert: Its name.
    """

    alert: str

    def at(self, world: Observations, instant: int) -> Mapping[Group, float]:
        """True with one."""
        pace = world.evaluations.step
        fired = world.last_fired.get(self.alert, {}).values()
        return {(): 1.0} if pace < LOOKBACK and instant - pace in fired else {}


@dataclass(frozen=True, slots=True)
class ScrapeGap:
    """There were targets within an hour, and none was tried often enough lately.

    A target that is tried and does not answer does not count as a gap.

    Attributes:
        seconds: How far back it is looked.
        tries: So many are enough.
    """

    seconds: int
    tries: int

    def at(self, world: Observations, instant: int) -> bool:
        """Whether it is one."""
        targets = [series for _, series in world.chosen("up", ())]
        of_an_hour, lately = ([one.within(instant, span) for one in targets] for span in (HOUR, self.seconds))
        had = any(end > first for first, end in of_an_hour)
        return had and all(end - first < self.tries for first, end in lately)


def gap_of(scraped: int) -> ScrapeGap:
    """Fewer than three of the last four scrapes, which come every so many seconds."""
    return ScrapeGap(4 * scraped, tries=3)


@dataclass(frozen=True, slots=True)
class Statement:
    """The spec of one alert of one service.

    Attributes:
        name: Its name.
        severity: How urgent it is.
        condition: What must be so.
        for_: For how many seconds.
        per: Names of the labels that distinguish groups.
        labels: Labels that the alert carries beside its name, severity, service, owner and those of its group.
        gap: When nothing is known that could end it, of a page that goes on then; ``None`` for any other alert.
    """

    name: str
    severity: str
    condition: Condition
    for_: int = 0
    per: Group = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    gap: ScrapeGap | None = None


Firing = Mapping[Group, list[tuple[int, int]]]
"""For each group the stretches of evaluations at which an alert fires, as first and last instant."""


def firing(statement: Statement, world: Observations) -> Firing:
    """Follow an alert through a run: the condition comes true, the alert waits, it fires, it is over.

    Args:
        statement: The spec of the alert.
        world: The samples of its service; it records when the alert fired.
    """
    since: dict[Group, int] = {}
    fires: dict[Group, list[int]] = {}
    last_fired = world.last_fired[statement.name] = {}
    pace = world.evaluations.step
    for instant in world.evaluations:
        true = set(statement.condition.at(world, instant))
        if statement.gap and pace < LOOKBACK and statement.gap.at(world, instant):
            true |= {group for group, moments in fires.items() if moments[-1] == instant - pace}
        since = {group: since.get(group, instant) for group in true}
        for group, begin in since.items():
            if instant - begin >= statement.for_:
                fires.setdefault(group, []).append(instant)
                last_fired[group] = instant
    for moments in fires.values():
        world.fired[statement.name].update(moments)
    return {group: _stretches(moments, pace) for group, moments in fires.items()}


def _stretches(moments: list[int], pace: int) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for moment in moments:
        if found and moment == found[-1][1] + pace:
            found[-1] = (found[-1][0], moment)
        else:
            found.append((moment, moment))
    return found
