"""The mean of an hour, which is what trends compare."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate

from vitals.verify.oracle.measures import HOUR, MINUTE
from vitals.verify.oracle.observations import Group, Observations


@dataclass(frozen=True, slots=True)
class MeanOfHour:
    """The mean of a recorded number over the full minutes of an hour, if enough of them are known.

    Attributes:
        record: Its name.
        per: The labels that distinguish groups.
        known: How many minutes must be known.
    """

    record: str
    per: Group = ()
    known: int = 45

    def at(self, world: Observations, instant: int) -> Mapping[Group, float]:
        """The mean of each group."""
        found = {}
        last, first = instant // MINUTE, (instant - HOUR) // MINUTE
        for group, counts, sums in _minutes(self, world):
            count = counts[last + 1] - counts[max(0, first + 1)]
            if count >= self.known:
                found[group] = (sums[last + 1] - sums[max(0, first + 1)]) / count
        return found


def _minutes(hour: MeanOfHour, world: Observations) -> list[tuple[Group, list[int], list[float]]]:
    """For each group how many minutes are known before each minute, and the sum of their values."""
    if hour not in world.by_minute:
        found = []
        for group, series in world.chosen(hour.record, hour.per):
            values = [series.at(minute) for minute in range(0, world.evaluations[-1] + 1, MINUTE)]
            known = [None if value is None or math.isnan(value) else value for value in values]
            counts = [0, *accumulate(0 if value is None else 1 for value in known)]
            sums = [0.0, *accumulate(value or 0.0 for value in known)]
            found.append((group, counts, sums))
        world.by_minute[hour] = found
    return world.by_minute[hour]
