"""The numbers of one endpoint, method and cohort, and what a scrape reads of them.

Kept as plain counts that a request can raise in a microsecond; sums over cohorts or endpoints, and the cumulative
buckets that Prometheus wants, are made at the scrape. This module refuses to lock: the owner of the series does, once
per request for everything.
"""

from __future__ import annotations

import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable
from itertools import accumulate
from typing import Any, NamedTuple

from opentelemetry.trace import Span, format_span_id, format_trace_id
from prometheus_client.core import Exemplar

from vitals_telemetry.exposition import Bucket, bucket_names
from vitals_telemetry.metrics import API_RESPONSE_TIME, FAILING_STATUSES, MAXIMUM_STEP, MAXIMUM_WINDOW
from vitals_telemetry.rolling import RollingMaximum

_BOUNDS = API_RESPONSE_TIME.buckets
_BUCKET_NAMES = bucket_names(API_RESPONSE_TIME)


class SeriesReading(NamedTuple):
    """What series held at the moment of a scrape.

    Attributes:
        calls: Requests by value of ``status``.
        counts: Requests in each bucket alone, +Inf last.
        exemplars: The latest exemplar of each bucket.
        seconds: Sum of all response times, in seconds.
        longest: The rolling maximum, in seconds; None without a request in its window.
    """

    calls: Counter[str]
    counts: list[int]
    exemplars: list[Exemplar | None]
    seconds: float
    longest: float | None

    @property
    def buckets(self) -> list[Bucket]:
        """The histogram's buckets as prometheus_client takes them: bound, cumulative count, exemplar."""
        filled = zip(_BUCKET_NAMES, accumulate(self.counts), self.exemplars, strict=True)
        return [(name, n) if last is None else (name, n, last) for name, n, last in filled]


def together(readings: Iterable[SeriesReading]) -> SeriesReading:
    """Return what several series held at one moment, at least one, as if they were one."""
    all_of = list(readings)
    longest = [reading.longest for reading in all_of if reading.longest is not None]
    calls = Counter[str]()
    for reading in all_of:
        calls.update(reading.calls)  # a sum would leave out what is 0
    return SeriesReading(
        calls=calls,
        counts=[sum(counts) for counts in zip(*(reading.counts for reading in all_of), strict=True)],
        exemplars=[
            max(filter(None, exemplars), key=_age, default=None)
            for exemplars in zip(*(reading.exemplars for reading in all_of), strict=True)
        ],
        seconds=sum(reading.seconds for reading in all_of),
        longest=max(longest, default=None),
    )


def _age(exemplar: Exemplar) -> float:
    return float(exemplar.timestamp or 0.0)


class RouteSeries:
    """Counts the requests of one (endpoint, method, cohort); not safe for threads.

    The statuses of ``FAILING_STATUSES`` are there at 0 from the start.

    Args:
        bound_status: Turns a status that is new to this series into the key under which it is counted: itself, or one
            that stands for all beyond the bound.
        now: The present time in seconds of the clock that ``observe`` and ``read`` are given.
    """

    __slots__ = ("_bound_status", "_calls", "_counts", "_exemplars", "_longest", "_seconds")

    def __init__(self, bound_status: Callable[[object], int | str], now: float) -> None:
        self._bound_status = bound_status
        self._calls: dict[int | str, int] = dict.fromkeys(FAILING_STATUSES, 0)
        self._counts = [0] * len(_BUCKET_NAMES)
        self._exemplars: list[Exemplar | None] = [None] * len(_BUCKET_NAMES)
        self._seconds = 0.0
        self._longest = RollingMaximum(MAXIMUM_WINDOW, MAXIMUM_STEP, now)

    def observe(self, status: Any, seconds: float, now: float, exemplar: Exemplar | None) -> None:  # noqa: ANN401 - as it came
        """Count one request that was answered with ``status`` after ``seconds`` at the time ``now``."""
        try:
            self._calls[status] += 1
        except (KeyError, TypeError):
            bounded = self._bound_status(status)
            self._calls[bounded] = self._calls.get(bounded, 0) + 1
        bucket = bisect_left(_BOUNDS, seconds)
        self._counts[bucket] += 1
        self._seconds += seconds
        longest = self._longest
        if seconds > longest.peak or now >= longest.step_ends:  # a call for every request would cost more
            longest.observe(seconds, now)
        if exemplar is not None:
            self._exemplars[bucket] = exemplar

    def read(self, now: float) -> SeriesReading:
        """Return a copy of the numbers at the time ``now``."""
        return SeriesReading(
            calls=Counter({str(status): count for status, count in self._calls.items()}),
            counts=list(self._counts),
            exemplars=list(self._exemplars),
            seconds=self._seconds,
            longest=self._longest.value(now),
        )


def exemplar_of(span: Span, seconds: float) -> Exemplar | None:
    """Return an exemplar that leads from a response time to its trace, or None if that trace is not kept.

    Args:
        span: The span that was current for the request.
        seconds: The response time.
    """
    context = span.get_span_context()
    if not context.trace_flags.sampled:
        return None
    labels = {"trace_id": format_trace_id(context.trace_id), "span_id": format_span_id(context.span_id)}
    return Exemplar(labels, seconds, time.time())
