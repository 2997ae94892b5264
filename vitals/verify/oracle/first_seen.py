"""Events per second where a series may begin with its first event: what it shows at its first scrape has happened, too.

Sources: docs/adr/0003 and 0018.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from vitals.verify.oracle.observations import Group, Observations, anything
from vitals.verify.oracle.series import SampledSeries

TARGET = ("job", "instance")
YOUNG = 300


@dataclass(frozen=True, slots=True)
class Counted:
    """Events per second, added up over all series of a group.

    Attributes:
        counter: Name of the counter.
        over: Seconds of the window.
        per: The labels that distinguish groups.
        counts: Which of its series count.
        newest: Whether only the last two samples are asked.
        unseen: A series that was not there so many seconds ago counts whole, spread over them.
        scraped: Seconds between two scrapes: a series that was read in one of the last four is there.
    """

    counter: str
    over: int
    per: Group = ()
    counts: Callable[[Mapping[str, str]], bool] = anything
    newest: bool = False
    unseen: int = 60
    scraped: int = 5

    def at(self, world: Observations, instant: int) -> Mapping[Group, float]:
        """Events per second."""
        watched = _watched(world, instant, self._seen)
        found: dict[Group, float] = {}
        for group, series in world.chosen(self.counter, self.per, self.counts):
            pace = self._whole(series, instant, watched)
            if pace is None:
                pace = (series.newest_pace if self.newest else series.pace)(instant, self.over)
            if pace is not None:
                found[group] = found.get(group, 0.0) + pace
        return found

    def _whole(self, series: SampledSeries, instant: int, watched: set[Group]) -> float | None:
        target = tuple(series.labels.get(label, "") for label in TARGET)
        first, end = series.within(instant, 4 * self.scraped)
        there = series.at(instant - self.unseen) is not None or self._seen(series, instant)
        if first == end or target not in watched or there:
            return None
        return series.values[end - 1] / self.unseen

    def _seen(self, series: SampledSeries, instant: int) -> bool:
        """Whether a series was there then: where one scrape lies between, in one of four before."""
        then = instant - self.unseen
        if 4 * self.scraped <= self.unseen:
            return series.at(then) is not None
        first, end = series.within(then, 4 * self.scraped)
        return first < end


def _watched(world: Observations, instant: int, seen: Callable[[SampledSeries, int], bool]) -> set[Group]:
    """Targets that showed the API some seconds ago, and those whose process has just begun."""
    before = {
        target
        for name in ("api_calls_total", "api_requests_in_flight")
        for target, series in world.chosen(name, TARGET)
        if seen(series, instant)
    }
    begun = ((target, series.at(instant)) for target, series in world.chosen("process_start_time_seconds", TARGET))
    return before | {target for target, start in begun if start is not None and instant - start < YOUNG}
