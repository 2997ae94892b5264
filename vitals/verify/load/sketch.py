"""A latency histogram that is small, can be added up, and knows every quantile to one percent.

Bounds grow by a constant factor, so a quantile's error is relative and the same for 2 ms and 20 s (DDSketch: Masson,
Rim and Lee, "DDSketch: a fast and fully-mergeable quantile sketch with relative-error guarantees", VLDB 2019). Only
bounds that counted something are kept, so an interval of a run is a few dozen numbers.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Annotated, Self

from pydantic import Field, RootModel

RELATIVE_ERROR = 0.01
"""A quantile is at most this share away from the exact one: finer than two runs of the same program differ."""
_GROWTH = (1 + RELATIVE_ERROR) / (1 - RELATIVE_ERROR)
_LEAST_S = 1e-6
"""Below a microsecond no clock of ours tells two answers apart."""
_MOST_S = 1e6
"""Eleven days: what a file says beyond it is a file that is broken, and far beyond it no number of seconds."""
_FIRST, _LAST = (math.ceil(math.log(seconds, _GROWTH)) for seconds in (_LEAST_S, _MOST_S))
_Bound = Annotated[int, Field(ge=_FIRST, le=_LAST)]
_Count = Annotated[int, Field(ge=0)]


class LatencySketch(RootModel[dict[_Bound, _Count]]):
    """Counts by the number of their bound: bound ``i`` holds latencies above ``g**(i-1)`` and up to ``g**i`` seconds.

    ``g`` is (1 + error) / (1 - error). In JSON it is an object whose keys are those numbers.
    """

    root: dict[_Bound, _Count] = Field(default_factory=dict)

    def add(self, seconds: float) -> None:
        """Count one latency."""
        index = math.ceil(math.log(max(seconds, _LEAST_S), _GROWTH))
        self.root[index] = self.root.get(index, 0) + 1

    @property
    def count(self) -> int:
        """How many latencies it holds."""
        return sum(self.root.values())

    def quantile(self, share: float) -> float | None:
        """The latency in seconds that this share of requests did not exceed; None if it holds none."""
        left = math.ceil(share * self.count)
        for index in sorted(self.root):
            left -= self.root[index]
            if left <= 0:
                return value_of(index)
        return None

    def above(self, seconds: float) -> int:
        """How many exceeded a time; one within the error of the time counts on the side of its bound's middle."""
        return sum(count for index, count in self.root.items() if value_of(index) > seconds)

    @classmethod
    def sum_of(cls, several: Iterable[Self | Mapping[int, int]]) -> Self:
        """Add several up."""
        counts: dict[int, int] = {}
        for one in several:
            for index, count in (one.root if isinstance(one, LatencySketch) else one).items():
                counts[index] = counts.get(index, 0) + count
        return cls(counts)


def value_of(index: int) -> float:
    """The latency in seconds that stands for a bound: the one with the smallest relative error."""
    return 2 * math.pow(_GROWTH, index) / (_GROWTH + 1)
