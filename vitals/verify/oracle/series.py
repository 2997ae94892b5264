"""Samples as a server keeps them, and what Prometheus documents that it reads from them.

Nothing here asks a server or reads a query language. A series is a list of instants and values; a value that is
``None`` marks the instant at which the series was found to be gone. Instants are whole seconds.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import accumulate, pairwise
from operator import mul

LOOKBACK = 300
"""An instant sees the newest sample of the five minutes before it, seconds."""
TWO = 2
"""A difference needs so many samples, and a quantile so many buckets."""
_REPEATED = re.compile(r"(?P<value>[^x+]+)x(?P<times>\d+)")


class SampledSeries:
    """One series.

    Attributes:
        labels: Its labels.
    """

    def __init__(self, labels: Mapping[str, str], samples: Iterable[tuple[int, float | None]]) -> None:
        """Read the samples when they are first asked for: of what a service shows, a rule reads a small part."""
        self.labels = labels
        self._given = samples

    @cached_property
    def _everything(self) -> list[tuple[int, float | None]]:
        return list(self._given)

    @cached_property
    def _seen(self) -> list[int]:
        return [instant for instant, _ in self._everything]

    @cached_property
    def _found(self) -> list[float | None]:
        return [value for _, value in self._everything]

    @cached_property
    def instants(self) -> list[int]:
        """When it was sampled, seconds, leaving the marks of its end out."""
        return [instant for instant, value in self._everything if value is not None]

    @cached_property
    def values(self) -> list[float]:
        """What was sampled then."""
        return [value for value in self._found if value is not None]

    @cached_property
    def _lost_in_restarts(self) -> list[float]:
        lost = (before if after < before else 0.0 for before, after in pairwise(self.values))
        return [0.0, *accumulate(lost)] if self.values else []

    @cached_property
    def _sums(self) -> list[float]:
        return [0.0, *accumulate(self.values)]

    def at(self, instant: int) -> float | None:
        """The newest sample that the instant can see."""
        newest = bisect_right(self._seen, instant) - 1
        if newest < 0 or self._seen[newest] <= instant - LOOKBACK:
            return None
        return self._found[newest]

    def seen(self, instant: int) -> int | None:
        """When the newest sample that the instant can see was taken."""
        return None if self.at(instant) is None else self._seen[bisect_right(self._seen, instant) - 1]

    def within(self, instant: int, seconds: int) -> tuple[int, int]:
        """The samples of the seconds before an instant, as bounds of :attr:`values`; the far edge is left out."""
        return bisect_right(self.instants, instant - seconds), bisect_right(self.instants, instant)

    def total(self, instant: int, seconds: int) -> float:
        """The sum of the samples of the seconds before an instant."""
        first, end = self.within(instant, seconds)
        return self._sums[end] - self._sums[first]

    def pace(self, instant: int, seconds: int) -> float | None:
        """Growth of a counter per second, carried on to both edges of the window.

        Between its first and last sample in the window a counter grew by their difference, and by what it lost in
        restarts. It is taken to have grown as fast before and after, up to the window's edge if the edge is no farther
        than a sample is due, else for half the time between two samples, and never back to before it was zero.
        """
        first, end = self.within(instant, seconds)
        if end - first < TWO:
            return None
        last = end - 1
        grown = self.values[last] - self.values[first] + self._lost_in_restarts[last] - self._lost_in_restarts[first]
        known = self.instants[last] - self.instants[first]
        usual = known / (last - first)
        before, after = self.instants[first] - (instant - seconds), instant - self.instants[last]
        carried_back = before if before < usual * 1.1 else usual / 2
        carried_on = after if after < usual * 1.1 else usual / 2
        if grown > 0 and self.values[first] >= 0:
            carried_back = min(carried_back, known * self.values[first] / grown)
        return grown * ((known + carried_back + carried_on) / known) / seconds

    def newest_pace(self, instant: int, seconds: int) -> float | None:
        """Growth of a counter per second between its last two samples of the window."""
        first, end = self.within(instant, seconds)
        if end - first < TWO:
            return None
        before, newest = self.values[end - 2], self.values[end - 1]
        grown = newest if newest < before else newest - before
        return grown / (self.instants[end - 1] - self.instants[end - 2])

    def slope(self, instant: int, seconds: int) -> float | None:
        """Change per second of the straight line that lies nearest to the samples of the window."""
        first, end = self.within(instant, seconds)
        if end - first < TWO:
            return None
        values = self.values[first:end]
        if min(values) == max(values):
            return 0.0
        xs = [at - self.instants[first] for at in self.instants[first:end]]
        mean_x, mean_y = sum(xs) / len(xs), sum(values) / len(values)
        from_mean = [x - mean_x for x in xs]
        covered = sum(map(mul, from_mean, (y - mean_y for y in values)), 0.0)
        return covered / sum(map(mul, from_mean, from_mean), 0.0)


def quantile(share: float, within: Mapping[float, float]) -> float | None:
    """The value under which a share of the events lies, from the number of events within each bucket bound.

    Args:
        share: The share, such as 0.95.
        within: Events by upper bound of the bucket, from the lowest to infinity, each counting those below it.

    Returns:
        A point on the straight line between the two bounds of its bucket; the last finite bound where it lies beyond;
        ``None`` without events.
    """
    bounds = sorted(within)
    if len(bounds) < TWO or within[bounds[-1]] <= 0:
        return None
    wanted = share * within[bounds[-1]]
    place = next(n for n, bound in enumerate(bounds) if within[bound] >= wanted)
    if place == len(bounds) - 1:
        return bounds[-2]
    start, below = (bounds[place - 1], within[bounds[place - 1]]) if place else (0.0, 0.0)
    return start + (bounds[place] - start) * (wanted - below) / (within[bounds[place]] - below)


def samples(tokens: Sequence[str], step: int) -> Iterator[tuple[int, float | None]]:
    """Samples from promtool's notation.

    ``_`` means no sample, ``stale`` is the mark of an end, ``1x3`` is four ones.
    """
    place = 0
    for token in tokens:
        repeated = _REPEATED.fullmatch(token) if "x" in token else None
        value, times = (repeated["value"], int(repeated["times"])) if repeated else (token, 0)
        if value == "_":
            place += max(1, times)
            continue
        number = None if value == "stale" else float(value)
        for _ in range(times + 1):
            yield step * place, number
            place += 1
