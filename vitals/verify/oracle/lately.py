"""What a gauge showed last: scrapes fail now and then, and a number that is not asked for a moment has not changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from vitals.verify.oracle.observations import Group, Measure, Observations, anything

EXPORTER, CONTAINER = 60, 75
"""Seconds that the last value counts: four scrapes of an exporter, and one more for containers, whose values may be a
scrape older than the scrape that brings them."""


@dataclass(frozen=True, slots=True)
class Lately:
    """What a gauge showed last within a window, several of a group taken together: a scrape that fails changes nothing.

    Attributes:
        gauge: Its name.
        over: Seconds of the window.
        per: The labels that distinguish groups.
        several: What is made of the values of several series of a group.
        highest: Whether the highest sample of the window counts, and not the last.
        targets: Whether only those count that are still targets: gone is one whose scrapes were seen in the window and
            have ended.
        counts: Which of its series count, by their labels.
    """

    gauge: str
    over: int
    per: Group = ()
    several: Callable[[list[float]], float] = max
    highest: bool = False
    targets: bool = False
    counts: Callable[[Mapping[str, str]], bool] = anything

    def at(self, world: Observations, instant: int) -> Mapping[Group, float]:
        """The value of each group."""
        gone = self._gone(world, instant) if self.targets else frozenset[str]()
        found: dict[Group, list[float]] = defaultdict(list)
        for group, series in world.chosen(self.gauge, self.per, self.counts):
            first, end = series.within(instant, self.over)
            if first < end and series.labels.get("instance", "") not in gone:
                found[group].append(max(series.values[first:end]) if self.highest else series.values[end - 1])
        return {group: self.several(values) for group, values in found.items()}

    def _gone(self, world: Observations, instant: int) -> frozenset[str]:
        seen, there = set[str](), set[str]()
        for (instance,), series in world.chosen("up", ("instance",)):
            first, end = series.within(instant, self.over)
            seen |= {instance} if first < end else set()
            there |= {instance} if series.at(instant) is not None else set()
        return frozenset(seen - there)


@dataclass(frozen=True, slots=True)
class HighestLately:
    """The highest that a number was within a window, looked at in steps of the clock.

    Attributes:
        of: The number.
        over: Seconds of the window.
        step: Seconds between two looks.
    """

    of: Measure
    over: int
    step: int = 15

    def at(self, world: Observations, instant: int) -> Mapping[Group, float]:
        """The highest of each group."""
        found: dict[Group, float] = {}
        for moment in range(instant - instant % self.step, instant - self.over, -self.step):
            for group, value in self.of.at(world, moment).items():
                found[group] = max(value, found.get(group, value))
        return found
