"""A synthetic bad day: the healthy hum of a preview, with four incidents that alerts are written for.

Each incident changes the growth of counters and the level of gauges while it lasts. Everything stays a closed formula
of the moment, so counters never fall and the same day comes again on every machine.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from vitals.model.conventions import BUCKET_BOUND, INSTANCE
from vitals.verify.preview.shapes import Moments, Shape, ShapedMetric, shape
from vitals.verify.query_cost.synthetic import Key
from vitals_telemetry.contract import MetricType

DAY_S = 24 * 3600.0
_OUTCOMES = ("status", "code", "outcome", "result", "status_code")
_FAILED = re.compile(r"^5\d\d$|error|fail|timeout|reject|exception", re.IGNORECASE)
_FAILURES = re.compile(r"err|fail|timeout|reject|drop|restart|oom|evict|lost|missed", re.IGNORECASE)
_SHARE = re.compile(r"_ratio$|_utilization$")
_WAITING = re.compile(r"in_flight|queue|backlog|pending|waiting|lag|depth|length", re.IGNORECASE)
_CEILING = 0.97
"""Of a share while something is full: above what any alert of ours calls high, below what cannot be."""
_FAILURE_RATE = 0.5
"""Failures per second of a counter of nothing but failures, in an incident in which everything fails."""


@dataclass(frozen=True)
class DayIncident:
    """Something that goes wrong for a while.

    Attributes:
        what: In words.
        begin_s: Seconds from the start of the day.
        length_s: How long it lasts.
        failing: The share of requests that fail.
        slower: How many times longer requests take, and how much more waits.
        full: Whether shares of something reach their ceiling.
        down: Whether the first instance of each job is not there.
    """

    what: str
    begin_s: float
    length_s: float
    failing: float = 0.0
    slower: float = 1.0
    full: bool = False
    down: bool = False


INCIDENTS = (
    DayIncident("half of all requests fail for 2 minutes", 3 * 3600.0, 120.0, failing=0.5),
    DayIncident(
        "everything takes ten times as long for an hour, and is full", 9 * 3600.0, 3600.0, slower=10.0, full=True
    ),
    DayIncident("all requests fail for 20 minutes, one replica is down", 15 * 3600.0, 1200.0, failing=1.0, down=True),
    DayIncident("2% of requests fail for two hours", 20 * 3600.0, 7200.0, failing=0.02),
)
"""Short and steep, slow, total, long and shallow: the four that burn-rate alerts are distinguished by."""


def day_shape(key: Key, metrics: Mapping[str, ShapedMetric], began: float, start: float) -> Shape:
    """The values of a series on the bad day.

    Args:
        key: Its name and labels.
        metrics: What is exposed, by the name of the series.
        began: Unix seconds at which its counters were zero.
        start: Unix seconds at which the day begins.
    """
    name, pairs = key
    labels = dict(pairs)
    healthy = shape(key, metrics, began)
    metric = metrics.get(name)
    if metric is not None and metric.type is MetricType.HISTOGRAM:
        return _slow(key, healthy, metrics, began, start)
    if (metric is not None and metric.type is MetricType.COUNTER) or name.endswith("_total"):
        return _failing(key, healthy, metrics, began, start)
    return lambda at: _level(name, labels, at - start, healthy(at))


def _within(value: Shape, at: Moments, incident: DayIncident, start: float) -> Moments:
    """How much of the growth of a counter fell into an incident, up to each moment."""
    begin = start + incident.begin_s
    ends = np.minimum(np.maximum(at, begin), begin + incident.length_s)
    found: Moments = value(ends) - value(np.full_like(at, begin))
    return found


def _failing(key: Key, healthy: Shape, metrics: Mapping[str, ShapedMetric], began: float, start: float) -> Shape:
    name, pairs = key
    outcome = next(((label, value) for label, value in pairs if label in _OUTCOMES), None)
    if outcome is None:
        if not _FAILURES.search(name):
            return healthy
        return lambda at: (
            healthy(at)
            + sum(one.failing * _FAILURE_RATE * _elapsed(at, one, start) for one in INCIDENTS if one.failing)
        )
    if not _FAILED.search(outcome[1]):
        return lambda at: healthy(at) - sum(one.failing * _within(healthy, at, one, start) for one in INCIDENTS)
    good = "200" if outcome[1].isdigit() else "ok"
    whole = shape((name, tuple(sorted({**dict(pairs), outcome[0]: good}.items()))), metrics, began)
    return lambda at: healthy(at) + sum(one.failing * _within(whole, at, one, start) for one in INCIDENTS)


def _elapsed(at: Moments, incident: DayIncident, start: float) -> Moments:
    found: Moments = np.clip(at - start - incident.begin_s, 0.0, incident.length_s)
    return found


def _slow(key: Key, healthy: Shape, metrics: Mapping[str, ShapedMetric], began: float, start: float) -> Shape:
    """A histogram whose observations take longer in an incident: fewer of them fall below each bound."""
    name, pairs = key
    slow = [one for one in INCIDENTS if one.slower > 1]
    labels = dict(pairs)
    if name.endswith("_sum"):
        return lambda at: healthy(at) + sum((one.slower - 1) * _within(healthy, at, one, start) for one in slow)
    bound = labels.get(BUCKET_BOUND)
    if bound is None or bound == "+Inf":
        return healthy

    def value(at: Moments) -> Moments:
        found = healthy(at)
        for one in slow:
            # An observation that takes so many times longer is below a bound where a usual one is below its share.
            nearer = str(float(bound) / one.slower)
            shifted = shape((name, tuple(sorted({**labels, BUCKET_BOUND: nearer}.items()))), metrics, began)
            found = found - _within(healthy, at, one, start) + _within(shifted, at, one, start)
        return found

    return value


def _level(name: str, labels: Mapping[str, str], at: Moments, healthy: Moments) -> Moments:
    found = healthy
    for one in INCIDENTS:
        during = (at >= one.begin_s) & (at < one.begin_s + one.length_s)
        if one.down and (name == "up" or name.endswith("_up")) and labels.get(INSTANCE, "").endswith("-1"):
            found = np.where(during, 0.0, found)
        if one.full and _SHARE.search(name):
            found = np.where(during, _CEILING, found)
        if one.slower > 1 and _WAITING.search(name):
            found = np.where(during, found * one.slower, found)
    return found


def described() -> str:
    """The incidents in words, with the hour at which each begins."""
    return "; ".join(f"{one.begin_s / 3600:02.0f}:00 {one.what}" for one in INCIDENTS)
