"""Series and samples of a whole environment, part by part, so that the biggest can be named."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

MONTH_S = 30 * 24 * 3600
"""The month of a bill in seconds: 30 days."""


@dataclass(frozen=True, slots=True)
class SeriesCount:
    """Series of one kind within a part.

    Attributes:
        what: A metric, a recorded name, or words for series that the contract does not list one by one.
        series: How many, over all targets.
        guess: Whether there is no count: then labels count with their bound, and an exporter with the metrics of its
            contract alone.
    """

    what: str
    series: int
    guess: bool = False


@dataclass(frozen=True, slots=True)
class CostItem:
    """A scrape job, or a rule group.

    Attributes:
        kind: Which of the two.
        name: Name of the job or group.
        targets: Targets of a job; 1 for a group.
        interval_s: Time between two samples of a series, in seconds.
        lines: What it stores.
    """

    kind: Literal["job", "group"]
    name: str
    targets: int
    interval_s: float
    lines: tuple[SeriesCount, ...]

    @property
    def series(self) -> int:
        """Active series."""
        return sum(line.series for line in self.lines)

    @property
    def samples_per_month(self) -> int:
        """Samples that are stored in 30 days."""
        return round(self.series * MONTH_S / self.interval_s)

    def largest(self, count: int) -> tuple[SeriesCount, ...]:
        """Its biggest lines, biggest first."""
        return tuple(sorted(self.lines, key=lambda line: (-line.series, line.what))[:count])


@dataclass(frozen=True, slots=True)
class Estimate:
    """An environment as a list of parts."""

    parts: tuple[CostItem, ...]

    @property
    def series(self) -> int:
        """Active series of all parts."""
        return sum(part.series for part in self.parts)

    @property
    def samples_per_month(self) -> int:
        """Samples of all parts that are stored in 30 days."""
        return sum(part.samples_per_month for part in self.parts)

    def of(self, kind: Literal["job", "group"]) -> Iterator[CostItem]:
        """The parts of one kind, those that store most first."""
        chosen = [part for part in self.parts if part.kind == kind]
        return iter(sorted(chosen, key=lambda part: (-part.samples_per_month, part.name)))


def scraped(name: str, *, targets: int, interval_s: float, lines: Iterable[SeriesCount]) -> CostItem:
    """A scrape job, from what a single target exposes."""
    whole = tuple(SeriesCount(line.what, line.series * targets, line.guess) for line in lines)
    return CostItem("job", name, targets, interval_s, whole)


def evaluated(name: str, *, interval_s: float, lines: Iterable[SeriesCount]) -> CostItem:
    """A rule group, from the series that its rules write: one per rule and combination of labels."""
    return CostItem("group", name, 1, interval_s, tuple(lines))
