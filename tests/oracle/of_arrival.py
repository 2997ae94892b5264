"""When requests no longer end, and when they no longer come: what is usual, evaluation by evaluation.

Source: docs/adr/0018. Written by hand; nothing here is read from a rule.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal
from weakref import WeakKeyDictionary

from vitals.verify.oracle.conditions import NOISE, Statement, gap_of
from vitals.verify.oracle.first_seen import Counted
from vitals.verify.oracle.measures import HOUR, MINUTE, MeanOfKept, OrNone
from vitals.verify.oracle.observations import Group, Measure, Observations
from vitals.verify.oracle.series import LOOKBACK, SampledSeries

DAY = 24 * HOUR
FIVE_MINUTES = 5 * MINUTE
NEARLY_NONE, LEAST_MISSING, LEAST_USUAL, BUSY_THEN, QUIET_SHARE = 0.1, 21, 1.0, 0.3, 0.2
STANDS_STILL = 12 * HOUR
"""For so long at most an alert keeps what is usual from changing."""
PAST = tuple(DAY * days - 2 * HOUR for days in (1, 7, 14, 21))
"""How long ago the four hours around the same moment of a past day end."""
PACE = "service:api_calls:mean1m"
"""The record of requests per second of a minute, where the past of a run is preset."""
SCRAPES_S = 20
"""Seconds of four scrapes, in which a series is seen that is there."""


@dataclass(frozen=True)
class NeverCounted:
    """Replicas show how many requests are in flight, and no counter of requests: none has ended yet."""

    def at(self, world: Observations, instant: int) -> Mapping[Group, float]:
        """A number, whichever, where it is so."""

        def seen(name: str) -> bool:
            spans = (series.within(instant, SCRAPES_S) for _, series in world.chosen(name, ()))
            return any(first < end for first, end in spans)

        return {(): 0.0} if seen("api_requests_in_flight") and not seen("api_calls_total") else {}


COUNTED = Counted("api_calls_total", SCRAPES_S, newest=True, unseen=5)
CALLS = OrNone(COUNTED, NeverCounted())
GAP = gap_of(5)


def _quantile(share: float, values: Sequence[float]) -> float:
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def _points(found: Sequence[SampledSeries], end: int, seconds: int, step: int) -> list[float]:
    """What is shown at the round moments of the seconds before an instant."""
    moments = range(end - end % step, max(-1, end - seconds), -step)
    values = (next((v for one in found if (v := one.at(moment)) is not None), None) for moment in moments)
    return [value for value in values if value is not None]


@dataclass
class _Course:
    """What is usual, which condition holds, and which page fires, a gap of scrapes included, at each evaluation."""

    usual: dict[int, float] = field(default_factory=dict)
    fires: dict[int, Mapping[str, float]] = field(default_factory=dict)
    pages: dict[int, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Arrival:
    """One of the two conditions.

    Attributes:
        what: Which one.
        calls: Requests per second between the last two scrapes.
    """

    what: Literal["hanging", "gone"]
    calls: Measure = CALLS

    def at(self, world: Observations, instant: int) -> Mapping[Group, float]:
        """True of the service with the number that the summary shows."""
        fires = _course(world, self.calls, instant).fires.get(instant, {})
        return {(): fires[self.what]} if self.what in fires else {}


@dataclass(frozen=True)
class Usual:
    """Requests per second that are usual."""

    calls: Measure = CALLS

    def at(self, world: Observations, instant: int) -> Mapping[Group, float]:
        """The pace, where it is known."""
        usual = _course(world, self.calls, instant).usual
        return {(): usual[instant]} if instant in usual else {}


_COURSES: WeakKeyDictionary[Observations, dict[Measure, _Course]] = WeakKeyDictionary()


def _course(world: Observations, calls: Measure, until: int) -> _Course:
    course = _COURSES.setdefault(world, {}).setdefault(calls, _Course())
    for instant in world.evaluations:
        if instant > until:
            break
        if instant not in course.fires:
            _evaluate(world, calls, instant, course)
    return course


def _evaluate(world: Observations, calls: Measure, instant: int, course: _Course) -> None:
    minute = MeanOfKept(calls, MINUTE)
    usual = _usual(world, minute, instant, course)
    if usual is not None:
        course.usual[instant] = usual
    step = world.evaluations.step
    before = course.pages.get(instant - step, frozenset()) if step < LOOKBACK else frozenset()
    fires = _fires(world, calls, instant, usual, before) if usual is not None else {}
    course.fires[instant] = fires
    course.pages[instant] = frozenset(fires) | (before if GAP.at(world, instant) else frozenset())


def _fires(
    world: Observations, calls: Measure, instant: int, usual: float, before: frozenset[str]
) -> Mapping[str, float]:
    """What holds against what is usual, where some pages fired at the evaluation before."""
    minute = MeanOfKept(calls, MINUTE)
    fires: dict[str, float] = {}
    waits = {seconds: _waiting(world, instant, seconds) for seconds in (MINUTE, FIVE_MINUTES)}
    few = {
        seconds: pace
        for seconds in (MINUTE, FIVE_MINUTES)
        for pace in MeanOfKept(calls, seconds).at(world, instant).values()
        if seconds == MINUTE or calls.at(world, instant)
        if pace < NEARLY_NONE * usual * (1 - NOISE)
    }
    kept = world.kept(calls).values()
    whole = {seconds for seconds in few if any(one.at(instant - seconds) is not None for one in kept)}
    """Windows of which the beginning is known: only they begin an alert."""
    for seconds in (FIVE_MINUTES, MINUTE):
        begun = seconds in whole or "hanging" in before
        if waits[seconds] and seconds in few and begun and usual * seconds >= LEAST_MISSING * (1 - NOISE):
            fires["hanging"] = waits[seconds]
    busy = usual >= LEAST_USUAL * (1 - NOISE) and not waits[MINUTE]
    begun = FIVE_MINUTES in whole or "gone" in before
    if busy and FIVE_MINUTES in few and begun and _busy_then(world, minute, instant, usual):
        fires["gone"] = few[FIVE_MINUTES]
    return fires


def _usual(world: Observations, minute: Measure, instant: int, course: _Course) -> float | None:
    step = world.evaluations.step
    before = course.usual.get(instant - step) if step < LOOKBACK else None
    half_a_day_ago = (instant - STANDS_STILL) // step * step
    still = step < LOOKBACK and course.pages.get(instant - step) and not course.pages.get(half_a_day_ago)
    pace = _pace(world, minute)
    points = _points(pace, instant - FIVE_MINUTES, 3 * HOUR, MINUTE)
    known = any(series.at(instant - 15 * MINUTE) is not None for series in pace)
    return _quantile(0.5, points) if points and known and not still else before


def _pace(world: Observations, minute: Measure) -> list[SampledSeries]:
    """Requests per second minute by minute: what is preset of the past, and what was recorded since."""
    return [*world.kept(minute).values(), *(series for _, series in world.chosen(PACE, ()))]


def _waiting(world: Observations, instant: int, seconds: int) -> float:
    """Requests that are in flight throughout some seconds, over all replicas."""
    lowest = 0.0
    for _, series in world.chosen("api_requests_in_flight", ()):
        first, end = series.within(instant, seconds)
        lowest += min(series.values[first:end], default=0.0)
    return lowest


def _busy_then(world: Observations, minute: Measure, instant: int, usual: float) -> bool:
    """Whether most of the past days that are known were busy at this hour."""
    votes = 0
    for end in PAST:
        if points := _points(_pace(world, minute), instant - end, 4 * HOUR, FIVE_MINUTES):
            then, bound = _quantile(QUIET_SHARE, points), BUSY_THEN * usual
            votes += (then > bound) - (then < bound)
    return votes >= 1


def arrival(calls: Measure = CALLS) -> dict[str, Statement]:
    """Both alerts, of requests that are counted or preset."""
    return {
        "api.arrival.hanging": Statement("ServiceHanging", "critical", Arrival("hanging", calls), gap=GAP),
        "api.arrival.gone": Statement("TrafficGone", "critical", Arrival("gone", calls), gap=GAP),
    }
