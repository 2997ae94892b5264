"""What a service tells about its API: calls, response times, the longest one, requests in flight, users.

``ApiTelemetry`` keeps plain numbers behind one lock, because five separate instruments of the client library cost a
request several times as much, and turns them into prometheus_client families at scrape time. It refuses to know about
ASGI messages (``TelemetryMiddleware`` reads those) and about any path, user or address in clear text.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias, TypeVar

from opentelemetry.trace import INVALID_SPAN, Span
from prometheus_client import REGISTRY, CollectorRegistry
from prometheus_client.core import DuplicateTimeseries
from prometheus_client.metrics_core import Metric as Family
from prometheus_client.registry import Collector

from vitals_telemetry import metrics
from vitals_telemetry.asgi import Scope
from vitals_telemetry.bounds import LabelBounds
from vitals_telemetry.build import expose_build
from vitals_telemetry.errors import TelemetryError
from vitals_telemetry.exposition import counter_family, gauge, gauge_family, histogram_family
from vitals_telemetry.metrics.users import SLOWEST_USER_RESPONSE_TIME, USER_RESPONSE_TIME
from vitals_telemetry.overflow import overflow_of
from vitals_telemetry.rolling import RecentlySeen
from vitals_telemetry.series import Reading, RouteSeries, exemplar_of, together
from vitals_telemetry.users import Slowest, UserTelemetry

_USER_OVERFLOW = (metrics.ACTIVE_USERS.name, "user")

_Route: TypeAlias = tuple[str | None, str, str | None]
"""Template of the route, method and cohort, as they came."""

_Labels: TypeAlias = tuple[str, str, str | None]
"""Values of ``endpoint``, ``method`` and ``cohort``, within their bounds."""

_Part = TypeVar("_Part")

_logger = logging.getLogger(__name__)


def authenticated_user(scope: Scope) -> str | None:
    """Return who Starlette's authentication middleware says the client is, or None for nobody.

    Args:
        scope: The scope of a request that the application has handled.
    """
    user = scope.get("user")
    if user is None or not user.is_authenticated:
        return None
    try:
        return str(user.identity)
    except NotImplementedError:
        return str(user.display_name)


class ApiTelemetry(Collector):
    """Holds the metrics of one service process and registers them; safe for threads.

    Args:
        version: Version of the service, for ``app_build_info``.
        revision: Commit that the service was built from, for ``app_build_info``.
        registry: Where to register; None is the default registry, which also has the process, platform and garbage
            collector metrics of prometheus_client.
        user_of: Who sent a request, told from its scope after the application has handled it, or None for nobody. The
            answer is only hashed and counted. An exception in it is logged once and counts nobody.
        users: Response time by cohort and the slowest users; None leaves both out.
        most_users: How many users are remembered at most, about 150 bytes each; beyond it ``active_users`` is too low
            and the overflow counter rises.
        clock: Seconds of a clock that never goes back.

    Raises:
        TelemetryError: The registry has these metrics already.
    """

    def __init__(
        self,
        *,
        version: str,
        revision: str,
        registry: CollectorRegistry | None = None,
        user_of: Callable[[Scope], str | None] = authenticated_user,
        users: UserTelemetry | None = None,
        most_users: int = 100_000,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._clock = clock
        self._experience = users
        self._user_of = user_of
        self._user_of_failed = False
        self._lock = threading.Lock()
        self._in_flight = 0
        self._series: dict[_Labels, RouteSeries] = {}
        self._series_by_route: dict[_Route, RouteSeries] = {}
        self._users = RecentlySeen(metrics.ACTIVE_USER_WINDOW, most_users)
        registry = REGISTRY if registry is None else registry
        try:
            registry.register(self)
        except DuplicateTimeseries as error:
            raise TelemetryError(
                "This registry already has the metrics of an ApiTelemetry, so the numbers of a second one would never "
                "be scraped. Build one ApiTelemetry per process and share it, or give each its own CollectorRegistry."
            ) from error
        expose_build(version, revision, registry)
        self._overflow = overflow_of(registry)
        self._overflow[_USER_OVERFLOW] += 0
        self._bounds = LabelBounds(
            (metrics.API_CALLS, metrics.API_RESPONSE_TIME, metrics.API_RESPONSE_TIME_MAX), self._overflow
        )
        if users is not None:
            users.begin(self._overflow, clock())

    def request_started(self) -> float:
        """Count a request as in flight and return the time, in seconds of the clock."""
        with self._lock:
            self._in_flight += 1
        return self._clock()

    def request_finished(self, scope: Scope, template: str | None, status: int, started: float, span: Span) -> None:
        """Count one request that is over; to be called exactly once for each ``request_started``.

        Args:
            scope: The request's scope after the application has handled it.
            template: The template of the route that answered, or None if no route did.
            status: HTTP status of the answer.
            started: What ``request_started`` returned.
            span: The span that was current for the request; an exemplar leads to it if it is sampled.
        """
        now = self._clock()
        seconds = now - started
        exemplar = None if span is INVALID_SPAN else exemplar_of(span, seconds)
        experience = self._experience
        cohort = None
        step_is_over = False
        try:
            user = self._user_of(scope)
            if experience is not None and user is not None:
                cohort = experience.cohort_of(scope)
                if span is not INVALID_SPAN:
                    experience.name_in_trace(span, user)
        except Exception:
            user = None
            self._complain_of_user_of()
        with self._lock:
            self._in_flight -= 1
            route = (template, scope["method"], cohort)
            series = self._series_by_route.get(route) or self._bounded_series(route, now)
            series.observe(status, seconds, now, exemplar)
            if user is not None:
                if not self._users.see(user, now):
                    self._overflow[_USER_OVERFLOW] += 1
                if cohort is not None and experience is not None:
                    ranking = experience.ranking
                    if seconds > ranking.floor or now >= ranking.step_ends:
                        step_is_over = experience.rank(user, seconds, now, exemplar)
        if step_is_over and experience is not None:
            experience.log_slowest(self._ranking(experience, now))

    def _ranking(self, experience: UserTelemetry, now: float) -> list[Slowest]:
        with self._lock:
            return experience.ranking.ranking(now)

    def _bounded_series(self, route: _Route, now: float) -> RouteSeries:
        """Return the series for a route and cohort that is new, or beyond a bound and to be counted as such."""
        template, method, cohort = route
        if cohort is not None and self._experience is not None:
            cohort = self._experience.bounded(cohort)
        labels = (*self._bounds.route(template, method), cohort)
        if labels not in self._series:
            self._series[labels] = RouteSeries(self._bounds.status, now)
        if metrics.OTHER not in labels:
            self._series_by_route[route] = self._series[labels]
        return self._series[labels]

    def _complain_of_user_of(self) -> None:
        if not self._user_of_failed:
            self._user_of_failed = True
            _logger.exception(
                "user_of or cohort_of failed; users are counted too few until it is repaired (logged once)"
            )

    def describe(self) -> list[Family]:
        """Return the families without samples, so that a registry can refuse a second owner of the same names."""
        families: list[Family] = [
            counter_family(metrics.API_CALLS),
            histogram_family(metrics.API_RESPONSE_TIME),
            gauge_family(metrics.API_RESPONSE_TIME_MAX),
            gauge_family(metrics.API_REQUESTS_IN_FLIGHT),
            gauge_family(metrics.ACTIVE_USERS),
        ]
        if self._experience is not None:
            families += [histogram_family(USER_RESPONSE_TIME), gauge_family(SLOWEST_USER_RESPONSE_TIME)]
        return families

    def collect(self) -> Iterator[Family]:
        """Yield the families of the API and of its users, all read at one moment."""
        now = self._clock()
        with self._lock:
            readings = {labels: series.read(now) for labels, series in self._series.items()}
            in_flight = self._in_flight
            users = self._users.count(now)
            slowest = [] if self._experience is None else self._experience.ranking.ranking(now)
        calls = counter_family(metrics.API_CALLS)
        times = histogram_family(metrics.API_RESPONSE_TIME)
        longest = gauge_family(metrics.API_RESPONSE_TIME_MAX)
        for route, reading in _summed(readings, lambda labels: (labels[0], labels[1])).items():
            for status, count in reading.calls.items():
                calls.add_metric((*route, status), count)
            times.add_metric(route, reading.buckets, reading.seconds)
            if reading.longest is not None:
                longest.add_metric(route, reading.longest)
        yield from (calls, times, longest)
        yield gauge(metrics.API_REQUESTS_IN_FLIGHT, in_flight)
        yield gauge(metrics.ACTIVE_USERS, users)
        if self._experience is None:
            return
        by_cohort = histogram_family(USER_RESPONSE_TIME)
        ranks = gauge_family(SLOWEST_USER_RESPONSE_TIME)
        for cohort, reading in _summed(readings, lambda labels: labels[2]).items():
            if cohort is not None:
                by_cohort.add_metric([cohort], reading.buckets, reading.seconds)
        for rank, wait in enumerate(slowest, start=1):
            ranks.add_metric([str(rank)], wait.seconds)
        yield from (by_cohort, ranks)


def _summed(readings: Mapping[_Labels, Reading], part: Callable[[_Labels], _Part]) -> dict[_Part, Reading]:
    """Add up what has the same labels in one part of all."""
    groups: dict[_Part, list[Reading]] = {}
    for labels, reading in readings.items():
        groups.setdefault(part(labels), []).append(reading)
    return {labels: together(group) for labels, group in groups.items()}
