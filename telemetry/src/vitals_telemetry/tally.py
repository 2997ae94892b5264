"""The requests that have been answered: noted by each in half a microsecond, counted together.

A request only appends to a queue, which needs no lock. Every so many requests, and before each scrape, all that is
queued is counted under the lock of the ``ApiTelemetry``, in one go: a lock and a dozen look-ups less for each. A scrape
therefore misses nothing, and the queue never holds more than a few requests, with hashes of users only.

The queue is one flat list. The application pushes what lies there out of the processor's caches before it is counted,
and a tuple for each request would double what must be fetched again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, TypeAlias

from prometheus_client.core import Exemplar

from vitals_telemetry import metrics
from vitals_telemetry.bounds import LabelBounds
from vitals_telemetry.mistakes import Mistakes
from vitals_telemetry.overflow import Overflow
from vitals_telemetry.rolling import RecentlySeen
from vitals_telemetry.series import RouteSeries
from vitals_telemetry.users import UserTelemetry

USER_OVERFLOW = (metrics.ACTIVE_USERS.name, "user")
"""Where users are counted that had to be forgotten early."""

QUEUED = 128
"""Requests that are queued before they are counted: together they take about a tenth of a millisecond, and more would
save nothing."""

Labels: TypeAlias = tuple[str, str, str | None]
"""Values of ``endpoint``, ``method`` and ``cohort``, within their bounds."""

Route: TypeAlias = tuple[str | None, str, str | None]
"""Template of the route, method and cohort, as they came."""

FIELDS = 8
"""What the queue holds of each request that is over: the three parts of its route, its status as it came, its response
time and when it ended in seconds of the telemetry's clock, what leads to its trace or None, and the hash of its user or
None for an anonymous request."""
_ENDED, _USER = 5, 7

_MISTAKES = Mistakes(logging.getLogger(__name__))


class Tally:
    """Counts requests; only ``queue`` is safe for threads, for the rest its owner holds a lock.

    Args:
        bounds: The bounds of the labels.
        cohorts: Bounds the cohorts; None where there are none.
        overflow: Where users are counted that had to be forgotten.
        most_users: How many users are remembered at most.

    Attributes:
        queue: Requests that are not counted yet, ``FIELDS`` places each; each extends it by one call, which is one step
            of the interpreter.
        finished: How many have been counted.
        series: The numbers by label values.
        users: Who was seen lately.
    """

    def __init__(self, bounds: LabelBounds, cohorts: UserTelemetry | None, overflow: Overflow, most_users: int) -> None:
        self.queue: list[Any] = []
        self.finished = 0
        self.series: dict[Labels, RouteSeries] = {}
        self.users = RecentlySeen(metrics.ACTIVE_USER_WINDOW, most_users)
        self._by_route: dict[Route, Callable[[Any, float, float, Exemplar | None], None]] = {}
        self._bounds = bounds
        self._cohorts = cohorts
        self._overflow = overflow

    def count(self) -> None:
        """Count what is queued."""
        by_route = self._by_route
        waiting = self.queue[:]
        del self.queue[: len(waiting)]  # what has come meanwhile is behind
        fields = iter(waiting)
        for template, method, cohort, status, seconds, now, exemplar, _ in zip(*[fields] * FIELDS, strict=True):
            try:
                route = (template, method, cohort)
                try:
                    observe = by_route[route]
                except KeyError:
                    observe = self.series_of(route, now).observe
                observe(status, seconds, now, exemplar)
            except Exception:
                _MISTAKES.note("a request could not be counted")
        self._overflow[USER_OVERFLOW] += self.users.see(waiting[_USER::FIELDS], waiting[_ENDED::FIELDS])
        self.finished += len(waiting) // FIELDS

    def series_of(self, route: Route, now: float) -> RouteSeries:
        """Return the series for a route and cohort that is new, or beyond a bound and to be counted as such."""
        template, method, cohort = route
        if cohort is not None and self._cohorts is not None:
            cohort = self._cohorts.bounded(cohort)
        labels = (*self._bounds.route(template, method), cohort)
        if labels not in self.series:
            self.series[labels] = RouteSeries(self._bounds.status, now)
        if metrics.OTHER not in labels:
            self._by_route[route] = self.series[labels].observe
        return self.series[labels]

    def expect(self, routes: set[tuple[str, str]], now: float) -> None:
        """Make the series of routes, and of requests that no route answers, before their first request."""
        expected: list[tuple[str | None, str]] = [(None, method) for method in {m for _, m in routes} or ("GET",)]
        if len({template for template, _ in routes}) <= self._bounds.free_endpoints:
            expected += sorted(routes)
        for template, method in expected:
            if method in metrics.METHOD.values:
                self.series_of((template, method, None), now)
