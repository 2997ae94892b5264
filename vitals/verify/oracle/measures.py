"""Numbers that people would count by hand: how many, what share, how slow, how full, how long it still takes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from vitals.verify.oracle.observations import Group, Measure, Observations, anything
from vitals.verify.oracle.series import SampledSeries, quantile

MINUTE, HOUR = 60, 3600


@dataclass(frozen=True, slots=True)
class RateOf:
    """Events per second, added up over all series of a group.

    Attributes:
        counter: Name of the counter.
        over: Seconds of the window.
        per: The labels that distinguish groups.
        counts: Which of its series count.
        newest: Whether only the last two samples are asked.
    """

    counter: str
    over: int
    per: Group = ()
    counts: Callable[[Mapping[str, str]], bool] = anything
    newest: bool = False

    def at(self, world: Observations, instant: int) -> Mapping[Group, float]:
        """Events per second."""
        found: dict[Group, float] = {}
        for group, series in world.chosen(self.counter, self.per, self.counts):
            pace = (series.newest_pace if self.newest else series.pace)(instant, self.over)
            if pace is not None:
                found[group] = found.get(group, 0.0) + pace
        return found


@dataclass(frozen=True, slots=True)
class Now:
    """The newest sample of a gauge, several of a group taken together.

    Attributes:
        gauge: Its name.
        per: The labels that distinguish groups.
        several: What is made of several samples of a group.
    """

    gauge: str
    per: Group = ()
    several: Callable[[list[float]], float] = max

    def at(self, world: Observations, instant: int) -> Mapping[Group, float]:
        """The value of each group."""
        found: dict[Group, list[float]] = defaultdict(list)
        for group, series in world.chosen(self.gauge, self.per):
            value = series.at(instant)
            if value is not None:
                found[group].append(value)
        return {group: self.several(values) for group, values in found.items()}


@dataclass(frozen=True, slots=True)
class Derived:
    """A number made of others, for the groups that have all of them.

    Attributes:
        how: From their values; ``None`` where it makes no sense.
        parts: The others.
    """

    how: Callable[..., float | None]
    parts: tuple[Measure, ...]

    def at(self, world: Observations, instant: int) -> Mapping[Group, float]:
        """The number of each group."""
        parts = [part.at(world, instant) for part in self.parts]
        made = {
            group: self.how(*(part[group] for part in parts))
            for group in parts[0]
            if all(group in part for part in parts[1:])
        }
        return {group: value for group, value in made.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Share:
    """The share of some events among all; groups without any event have none."""

    some: Measure
    everything: Measure

    def at(self, world: Observations, instant: int) -> Mapping[Group, float]:
        """A share from zero to one."""
        some = self.some.at(world, instant)
        events = self.everything.at(world, instant)
        return {group: some.get(group, 0.0) / count for group, count in events.items() if count > 0}


@dataclass(frozen=True, slots=True)
class OrNone:
    """Some of the events: zero where there are events and none of these was ever seen."""

    some: Measure
    everything: Measure

    def at(self, world: Observations, instant: int) -> Mapping[Group, float]:
        """Events per second."""
        return {**dict.fromkeys(self.everything.at(world, instant), 0.0), **self.some.at(world, instant)}


@dataclass(frozen=True, slots=True)
class P95:
    """How long the slowest twentieth takes at least, seconds: the p95 of a histogram."""

    histogram: str
    over: int
    per: Group = ()

    def at(self, world: Observations, instant: int) -> Mapping[Group, float]:
        """Seconds."""
        counts: dict[Group, dict[float, float]] = defaultdict(lambda: defaultdict(float))
        for group, pace in RateOf(f"{self.histogram}_bucket", self.over, (*self.per, "le")).at(world, instant).items():
            counts[group[:-1]][float(group[-1])] += pace
        found = {group: quantile(0.95, within) for group, within in counts.items()}
        return {group: value for group, value in found.items() if value is not None}


@dataclass(frozen=True, slots=True)
class NewestBefore:
    """The number some time ago, as it was kept, or where it was not, the newest one within a while before."""

    of: Measure
    ago: int
    within: int

    def at(self, world: Observations, instant: int) -> Mapping[Group, float]:
        """The number then."""

        def newest(series: SampledSeries) -> float | None:
            first, end = series.within(instant - self.ago, self.within)
            return series.values[end - 1] if end > first else None

        return _known(world.kept(self.of), newest)


@dataclass(frozen=True, slots=True)
class KnownFor:
    """How many seconds ago the oldest sample was taken that can be seen from a full minute of a window."""

    of: Measure
    over: int

    def at(self, world: Observations, instant: int) -> Mapping[Group, float]:
        """The seconds."""
        minutes = range(instant - instant % MINUTE, instant - self.over, -MINUTE)

        def oldest(series: SampledSeries) -> float | None:
            seen = [moment for minute in minutes if (moment := series.seen(minute)) is not None]
            return instant - min(seen) if seen else None

        return _known(world.kept(self.of), oldest)


@dataclass(frozen=True, slots=True)
class SumOfKept:
    """The sum of what was kept of a number within a window."""

    of: Measure
    over: int

    def at(self, world: Observations, instant: int) -> Mapping[Group, float]:
        """The sum."""
        return _known(
            world.kept(self.of),
            lambda series: series.total(instant, self.over) if _count(series, instant, self.over) else None,
        )


@dataclass(frozen=True, slots=True)
class MeanOfKept:
    """The mean of what was kept of a number within a window."""

    of: Measure
    over: int

    def at(self, world: Observations, instant: int) -> Mapping[Group, float]:
        """The mean."""
        sums = SumOfKept(self.of, self.over).at(world, instant)
        return {group: total / _count(world.kept(self.of)[group], instant, self.over) for group, total in sums.items()}


@dataclass(frozen=True, slots=True)
class CountOfKept:
    """How often a number was kept within a window."""

    of: Measure
    over: int

    def at(self, world: Observations, instant: int) -> Mapping[Group, float]:
        """The count."""
        return _known(world.kept(self.of), lambda series: _count(series, instant, self.over) or None)


@dataclass(frozen=True, slots=True)
class LowestKept:
    """The lowest of what was kept of a number within a window."""

    of: Measure
    over: int

    def at(self, world: Observations, instant: int) -> Mapping[Group, float]:
        """The lowest value."""

        def lowest(series: SampledSeries) -> float | None:
            first, end = series.within(instant, self.over)
            return min(series.values[first:end], default=None)

        return _known(world.kept(self.of), lowest)


@dataclass(frozen=True, slots=True)
class SlopeOfKept:
    """How fast a kept number changes, per second."""

    of: Measure
    over: int

    def at(self, world: Observations, instant: int) -> Mapping[Group, float]:
        """The slope of the straight line through a window."""
        return _known(world.kept(self.of), lambda series: series.slope(instant, self.over))


@dataclass(frozen=True, slots=True)
class OnTheClock:
    """A number that is kept once in a slot of the clock, at its first evaluation.

    Attributes:
        of: The number.
        slot: Seconds of a slot.
        first: Within so many seconds of its begin one evaluation lies.
    """

    of: Measure
    slot: int
    first: int

    def at(self, world: Observations, instant: int) -> Mapping[Group, float]:
        """The number then, and nothing at other times."""
        return self.of.at(world, instant) if instant % self.slot < self.first else {}


@dataclass(frozen=True, slots=True)
class MinutesKnown:
    """At how many full minutes of a window a kept number was known."""

    of: Measure
    over: int

    def at(self, world: Observations, instant: int) -> Mapping[Group, float]:
        """The number of minutes."""
        minutes = range(instant - instant % MINUTE, instant - self.over, -MINUTE)
        return _known(
            world.kept(self.of), lambda series: sum(series.at(minute) is not None for minute in minutes) or None
        )


def _count(series: SampledSeries, instant: int, over: int) -> int:
    first, end = series.within(instant, over)
    return end - first


def _known(kept: Mapping[Group, SampledSeries], read: Callable[[SampledSeries], float | None]) -> dict[Group, float]:
    found = {group: read(series) for group, series in kept.items()}
    return {group: value for group, value in found.items() if value is not None}
