"""What a synthetic series looks like over time: the healthy hum of a service, the same on every machine.

Every value is a closed formula of the series' name, labels and the moment, so nothing depends on where a file begins
or on the order in which series are written. The levels are round numbers that fill a panel and
stand for no real platform.
"""

import math
import re
import zlib
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from vitals.model.conventions import BUCKET_BOUND, INSTANCE, JOB, SERVICE
from vitals.verify.query_cost.synthetic import Key
from vitals_telemetry.contract import MetricType

Moments = NDArray[np.float64]
"""Unix seconds, or the values at them."""
Shape = Callable[[Moments], Moments]
"""Unix seconds to values, many at once: a day of a dashboard is a million of them."""

_TIDE_S, _RIPPLE_S = 4 * 3600.0, 17 * 60.0
"""Periods of the two waves: one is seen whole in a range of six hours, the other in one of half an hour."""
_STATUSES = {"200": 1.0, "202": 0.1, "401": 0.004, "404": 0.008, "500": 0.0002, "503": 0.0003}
_BAD = re.compile(
    r"err|fail|timeout|drop|reject|restart|evict|oom|throttl|retr|unavailable|lost|missed|5xx", re.IGNORECASE
)
_EXTREME = re.compile(r"oom|restart", re.IGNORECASE)
_NEVER = re.compile(r"readonly|failed|pressure|unavailable|paused|error|lag|dead", re.IGNORECASE)
_REPLICAS = re.compile(r"_replicas(?!.*_(max|min))", re.IGNORECASE)
"""Wanted and there are the same number."""
_FIXED = re.compile(r"total|size|limit|max|capacity|quota|spec_|request|_interval_|(inodes|files)$", re.IGNORECASE)
_ONE = re.compile(r"^up$|_up$|_info$|ready|success|active$|leader", re.IGNORECASE)
_TO_COME = re.compile(r"(expir|not_after|valid_until).*seconds$", re.IGNORECASE)
_MIDDLE_OF_OTHERS = 50.0
"""The median in buckets of others, whose bounds double from 1: 50 ms is a usual answer of a managed database."""
_CONDITIONS = {"true": 1.0, "false": 0.0, "unknown": 0.0}
"""A condition of Kubernetes has one series for each status, of which one is 1."""
_SPREAD = 2.2
"""Steepness of the distribution in a histogram: about nine of ten observations lie within thrice the median."""


class ShapedMetric(Protocol):
    """What of a metric decides how its series look."""

    @property
    def name(self) -> str:
        """Without the parts of a histogram."""

    @property
    def type(self) -> MetricType:
        """Counter, gauge or histogram."""

    @property
    def buckets(self) -> Sequence[float]:
        """The finite bounds of a histogram."""


def shape(key: Key, metrics: Mapping[str, ShapedMetric], began: float) -> Shape:
    """Return the values of a series.

    Args:
        key: Its name and labels.
        metrics: What is exposed, by the name of the series.
        began: Unix seconds at which its counters were zero.
    """
    name, pairs = key
    labels = dict(pairs)
    metric = metrics.get(name)
    if metric is not None and metric.type is MetricType.HISTOGRAM:
        return _histogram(name, labels, metric, began)
    if BUCKET_BOUND in labels:  # the buckets of others are described as counters
        plain = {label: value for label, value in labels.items() if label != BUCKET_BOUND}
        counted = _counter(_rate(name) * _weight(plain), _phase(name, plain), began)
        below = share_below(float(labels[BUCKET_BOUND]), _MIDDLE_OF_OTHERS)
        return lambda at: counted(at) * below
    if (metric is not None and metric.type is MetricType.COUNTER) or name.endswith("_total"):
        return _counter(_rate(name) * _weight(labels), _phase(name, labels), began)
    level = getattr(metric, "level", None)
    if level is not None:
        return lambda at: np.full_like(at, level)
    return _gauge(name, labels, began)


def _histogram(name: str, labels: Mapping[str, str], metric: ShapedMetric, began: float) -> Shape:
    plain = {label: value for label, value in labels.items() if label != BUCKET_BOUND}
    counted = _counter(3.0 * _weight(plain), _phase(metric.name, plain), began)
    middle = metric.buckets[len(metric.buckets) // 3] * (0.6 + 0.5 * _share(metric.name, plain))
    if name.endswith("_sum"):
        return lambda at: counted(at) * middle * 1.2
    bound = float(labels.get(BUCKET_BOUND, "inf"))
    below = share_below(bound, middle)
    return lambda at: counted(at) * below


def share_below(bound: float, middle: float) -> float:
    """The share of observations up to a bound, where half of them are up to ``middle``."""
    return 1.0 if math.isinf(bound) else 1 / (1 + (middle / bound) ** _SPREAD) if bound > 0 else 0.0


def _rate(name: str) -> float:
    """What a counter grows by in a second."""
    if _EXTREME.search(name):
        return 0.0
    if _BAD.search(name):
        return 0.0004
    if name.endswith("_bytes_total"):
        return 250_000.0
    return 0.12 if name.endswith("_seconds_total") else 2.0


def _counter(rate: float, phase: float, began: float) -> Shape:
    """The integral of a rate that swings around its level: it never falls."""

    def grown(at: Moments) -> Moments:
        found: Moments = at - began
        for period, share in ((_TIDE_S, 0.35), (_RIPPLE_S, 0.12)):
            first = math.sin(math.tau * began / period + phase)
            found = found + share * period / math.tau * (first - np.sin(math.tau * at / period + phase))
        return found

    return lambda at: rate * grown(at)


def _gauge(name: str, labels: Mapping[str, str], began: float) -> Shape:  # noqa: PLR0911 - one line for each kind
    share, phase = _share(name, labels), _phase(name, labels)
    if name == "node_time_seconds":
        return lambda at: at
    if "uptime" in name:
        return lambda at: at - began + 86400.0
    if _TO_COME.search(name):
        return lambda at: np.full_like(at, began + 40 * 86400.0)
    if name.endswith(("_timestamp_seconds", "_time_seconds", "_created")):
        return lambda at: np.full_like(at, began - 86400.0)
    if labels.get("status") in _CONDITIONS:
        return lambda at: np.full_like(at, _CONDITIONS[labels["status"]])
    for pattern, level in ((_NEVER, 0.0), (_ONE, 1.0), (_REPLICAS, 3.0)):
        if pattern.search(name):
            return lambda at, level=level: np.full_like(at, level)  # type: ignore[misc]
    fixed = _FIXED.search(name) is not None
    if "bytes" in name.lower():
        return _wave(8e9 if fixed else 2e9 * (0.5 + share), phase, 0.0 if fixed else 0.08)
    if name.endswith(("_ratio", "_utilization")):
        return _wave(0.4 + 0.2 * share, phase, 0.2)
    if name.endswith("_seconds"):
        return _wave(15.0 if fixed else 0.05 + 0.1 * share, phase, 0.0 if fixed else 0.2)
    wave = _wave(20.0 if fixed else 4 + 8 * share, phase, 0.0 if fixed else 0.3)
    return lambda at: np.round(wave(at))


def _wave(level: float, phase: float, swing: float) -> Shape:
    def value(at: Moments) -> Moments:
        tide, ripple = np.cos(math.tau * at / _TIDE_S + phase), np.cos(math.tau * at / _RIPPLE_S + phase)
        found: Moments = level * (1 + swing * (0.7 * tide + 0.3 * ripple))
        return found

    return value


def _weight(labels: Mapping[str, str]) -> float:
    """How much of the whole a series has, by its own labels."""
    weight = 1.0
    for label, value in labels.items():
        if label in (JOB, SERVICE, INSTANCE):
            continue
        weight *= _STATUSES.get(value) or (0.002 if _BAD.search(value) else 0.3 + 0.7 * _share(label, {label: value}))
    return weight


def _share(name: str, labels: Mapping[str, str]) -> float:
    """A number between 0 and 1 that belongs to a series."""
    return zlib.crc32(repr((name, sorted(labels.items()))).encode()) / 2**32


def _phase(name: str, labels: Mapping[str, str]) -> float:
    """Where in its waves a series is: those of one service swing nearly together, as traffic makes them."""
    return math.tau * _share(labels.get(SERVICE, ""), {}) + 0.8 * _share(name, labels)
