"""What a record is, and the recorded values that panels show, beside those on which alerts stand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from vitals.verify.oracle.lately import Lately
from vitals.verify.oracle.measures import P95, Derived, Now, RateOf, Share
from vitals.verify.oracle.observations import Group, Measure, Observations

MINUTE, FIVE_MINUTES, TEN_MINUTES, QUARTER = 60, 300, 600, 900
SCRAPE_LIMIT = 2.0
"""Seconds that most scrapes may take."""


class RecordedValue(NamedTuple):
    """A number that is recorded.

    Attributes:
        per: The labels that distinguish its series, beside the service.
        measure: How it is counted.
        fixed: Labels that all of its series have.
    """

    per: Group
    measure: Measure
    fixed: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Top:
    """The largest of a number."""

    of: Measure
    most: int

    def at(self, world: Observations, instant: int) -> Mapping[Group, float]:
        """The groups with the largest values."""
        found = self.of.at(world, instant)
        return dict(sorted(found.items(), key=lambda one: -one[1])[: self.most])


@dataclass(frozen=True, slots=True)
class Only:
    """A number of one group."""

    of: Measure
    group: Group

    def at(self, world: Observations, instant: int) -> Mapping[Group, float]:
        """The number, where the group has one."""
        found = self.of.at(world, instant)
        return {self.group: found[self.group]} if self.group in found else {}


@dataclass(frozen=True, slots=True)
class CountOfGroups:
    """How many groups of a measure share all labels but the last."""

    of: Measure

    def at(self, world: Observations, instant: int) -> Mapping[Group, float]:
        """The count for each group without that label."""
        found: dict[Group, float] = {}
        for group in self.of.at(world, instant):
            found[group[:-1]] = found.get(group[:-1], 0) + 1
        return found


@dataclass(frozen=True, slots=True)
class Constant:
    """A target that is shown as a line."""

    value: float

    def at(self, world: Observations, instant: int) -> Mapping[Group, float]:  # noqa: ARG002 - as every measure
        """The same at any time."""
        return {(): self.value}


def mean(values: list[float]) -> float:
    """The mean of some values."""
    return sum(values) / len(values)


def failed(labels: Mapping[str, str]) -> bool:
    """Whether a server error is counted."""
    return labels["status"].startswith("5")


def quotient(part: float, whole: float) -> float | None:
    """A part of what there is; none where there is nothing."""
    return part / whole if whole > 0 else None


def _of_histogram(name: str, over: int, per: Group) -> tuple[RateOf, RateOf]:
    return RateOf(f"{name}_sum", over, per), RateOf(f"{name}_count", over, per)


def mean_time(name: str, per: Group) -> RecordedValue:
    """The mean of a histogram over five minutes, in its unit."""
    return RecordedValue(per, Share(*_of_histogram(name, FIVE_MINUTES, per)))


def p95(name: str, per: Group = (), over: int = FIVE_MINUTES) -> RecordedValue:
    """How long the slowest twentieth takes at least."""
    return RecordedValue(per, P95(name, over, per))


def pace(
    name: str, per: Group = (), over: int = FIVE_MINUTES, counts: Callable[..., bool] | None = None
) -> RecordedValue:
    """Events per second."""
    return RecordedValue(per, RateOf(name, over, per, counts) if counts else RateOf(name, over, per))


def several(
    name: str, per: Group, several: Callable[[list[float]], float], *, over: int, targets: bool = False
) -> RecordedValue:
    """A gauge of which a group has several, as it was within so many seconds; perhaps only of what is a target."""
    return RecordedValue(per, Lately(name, over, per, several, targets=targets))


def scraped(
    *, exporter: bool, timed: bool = True, every: int = 15, limit: float = SCRAPE_LIMIT
) -> dict[str, RecordedValue]:
    """What is known of every target, whose scrape comes every so many seconds and may take so many."""
    up = RecordedValue((), Now("up", (), mean))
    highest = Lately("scrape_duration_seconds", 4 * every, highest=True)
    used = RecordedValue((), Derived(lambda seconds: seconds / limit, (highest,)))
    named = {"exporter:up:avg" if exporter else "service:up:avg": up}
    return named | ({"service:scrape_time_used:ratio_max": used} if timed else {})


@dataclass(frozen=True, slots=True)
class Largest:
    """The largest of all groups."""

    of: Measure

    def at(self, world: Observations, instant: int) -> Mapping[Group, float]:
        """The largest value, where there is any."""
        values = self.of.at(world, instant).values()
        return {(): max(values)} if values else {}


def events(counter: str, over: int, per: Group = ()) -> RecordedValue:
    """How many events a window saw."""
    return RecordedValue(per, Derived(lambda pace: pace * over, (RateOf(counter, over, per),)))
