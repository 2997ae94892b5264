"""What a service reports about its API: calls, response times, the longest one, requests in flight, users.

``ApiTelemetry`` keeps plain numbers behind one lock, because five separate instruments of the client library cost a
request several times as much, and turns them into prometheus_client families at scrape time. It refuses to know about
ASGI messages (``TelemetryMiddleware`` reads those) and about any path, user or address in clear text.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import count
from typing import TypeVar

from opentelemetry.trace import INVALID_SPAN, Span
from prometheus_client import REGISTRY, CollectorRegistry
from prometheus_client.core import DuplicateTimeseries, Exemplar
from prometheus_client.metrics_core import Metric as Family
from prometheus_client.registry import Collector

from vitals_telemetry import metrics
from vitals_telemetry.asgi import Scope
from vitals_telemetry.bounds import LabelBounds
from vitals_telemetry.build import expose_build
from vitals_telemetry.errors import TelemetryError
from vitals_telemetry.exposition import counter_family, gauge, gauge_family, histogram_family
from vitals_telemetry.label_values import text_of
from vitals_telemetry.metrics.users import SLOWEST_USER_RESPONSE_TIME, USER_RESPONSE_TIME
from vitals_telemetry.mistakes import Mistakes
from vitals_telemetry.overflow import overflow_of
from vitals_telemetry.series import SeriesReading, exemplar_of, together
from vitals_telemetry.tally import FIELDS, QUEUED, USER_OVERFLOW, Labels, Tally
from vitals_telemetry.users import SlowestUsers, UserTelemetry

_Part = TypeVar("_Part")

_MOST_QUEUED = QUEUED * FIELDS
_NO_USER = "user_of or cohort_of failed or gave what has no text; users are counted too few until it is repaired"

_logger = logging.getLogger(__name__)


def authenticated_user(scope: Scope) -> str | None:
    """Return who Starlette's authentication middleware says the client is, or None for an anonymous request.

    Args:
        scope: The scope of a request that the application has handled.
    """
    user = scope.get("user")
    if user is None or not getattr(user, "is_authenticated", False):
        return None
    try:
        return str(user.identity)
    except NotImplementedError:
        return str(user.display_name)


class ApiTelemetry(Collector):
    """Holds the metrics of one service process and registers them; safe for threads.

    Args:
        version: Version of the service, for ``app_build_info``; see :func:`expose_build`.
        revision: Commit that the service was built from, for ``app_build_info``.
        registry: Where to register; None is the default registry, which also has the process, platform and garbage
            collector metrics of prometheus_client.
        user_of: Who sent a request, read from its scope after the application has handled it, or None for an anonymous
            request. The answer is only hashed and counted; a number, Enum or object counts by its text. An exception in
            it, or an answer that has no text of its own, is logged once and counts no user.
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
        version: str | None,
        revision: str | None,
        registry: CollectorRegistry | None = None,
        user_of: Callable[[Scope], object] = authenticated_user,
        users: UserTelemetry | None = None,
        most_users: int = 100_000,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._clock = clock
        self._experience = users
        self._user_of = user_of
        self._mistakes = Mistakes(_logger)
        self._lock = threading.Lock()
        self._arrived = count().__next__  # one step of the interpreter, so it needs no lock
        self._looked = 0
        registry = REGISTRY if registry is None else registry
        try:
            registry.register(self)
        except DuplicateTimeseries as error:
            raise TelemetryError(
                "This registry already has the metrics of an ApiTelemetry, so the numbers of a second one would never "
                "be scraped. Build one ApiTelemetry per process and share it, or give each its own CollectorRegistry."
            ) from error
        expose_build(version, revision, registry)
        overflow = overflow_of(registry)
        overflow[USER_OVERFLOW] += 0
        bounds = LabelBounds((metrics.API_CALLS, metrics.API_RESPONSE_TIME, metrics.API_RESPONSE_TIME_MAX), overflow)
        self._tally = Tally(bounds, users, overflow, most_users)
        self._queue = self._tally.queue
        self._cohort_of = None if users is None else users.cohort_of
        self._ranking = SlowestUsers(clock())
        if users is not None:
            users.begin(overflow, clock())
            self._ranking = users.ranking

    def request_started(self) -> float:
        """Count a request as in flight and return the time, in seconds of the clock."""
        self._arrived()
        return self._clock()

    def expect(self, routes: Iterable[tuple[str, str]]) -> None:
        """Show the series of routes at 0, so that whatever they answer first, however often, is an increase.

        Requests that no route answers are expected with the same methods, since they fail together with the rest.

        Args:
            routes: Template and method of each. If they are too many for the bound of ``endpoint`` none is shown, and
                the bound is left to those that are called.
        """
        with self._lock:
            self._tally.expect(set(routes), self._clock())

    def request_finished(self, scope: Scope, template: str | None, status: int, started: float, span: Span) -> None:
        """Count one request that is over; to be called exactly once for each ``request_started``. Never raises.

        Args:
            scope: The request's scope after the application has handled it.
            template: The template of the route that answered, or None if no route did.
            status: HTTP status of the answer.
            started: What ``request_started`` returned.
            span: The span that was current for the request; an exemplar leads to it if it is sampled.
        """
        now = self._clock()
        seconds = now - started
        user = cohort = exemplar = None
        try:
            given = self._user_of(scope)
            if given is not None:
                user = given if given.__class__ is str else text_of(given)
                if self._cohort_of is not None:
                    given = self._cohort_of(scope)
                    if given is not None:
                        cohort = given if given.__class__ is str else self._text_of_cohort(given)
        except Exception:
            self._mistakes.note(_NO_USER)
        if span is not INVALID_SPAN:
            exemplar = self._lead_to(span, seconds, user)
        method = scope.get("method")
        if method.__class__ is not str:
            method = metrics.OTHER
        queue = self._queue
        queue.extend((template, method, cohort, status, seconds, now, exemplar, None if user is None else hash(user)))
        if cohort is not None and (seconds > self._ranking.floor or now >= self._ranking.step_ends):
            self._rank(user, seconds, now, exemplar)
        if len(queue) >= _MOST_QUEUED:
            with self._lock:
                self._tally.count()

    def _rank(self, user: str | None, seconds: float, now: float, exemplar: Exemplar | None) -> None:
        """Let a request have its place among the slowest, and log them once a step."""
        experience = self._experience
        if experience is None or user is None:
            return
        try:
            with self._lock:
                step_is_over = experience.rank(user, seconds, now, exemplar)
                slowest = experience.ranking.ranking(now) if step_is_over else []
            experience.log_slowest(slowest)
        except Exception:
            self._mistakes.note("the slowest users could not be ranked or logged")

    def _text_of_cohort(self, cohort: object) -> str:
        try:
            return text_of(cohort)
        except Exception:
            self._mistakes.note(f"cohort_of gave what has no text, so it is counted as {metrics.OTHER!r}")
            return metrics.OTHER

    def _lead_to(self, span: Span, seconds: float, user: str | None) -> Exemplar | None:
        """Return what leads to a request's trace, and let the trace name the user by a pseudonym."""
        try:
            if user is not None and self._experience is not None:
                self._experience.name_in_trace(span, user)
            return exemplar_of(span, seconds)
        except Exception:
            self._mistakes.note("the span of a request has no context or takes no attribute")
            return None

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
            self._tally.count()
            readings = {labels: series.read(now) for labels, series in self._tally.series.items()}
            in_flight = self._arrived() - self._looked - self._tally.finished
            self._looked += 1
            users = self._tally.users.count(now)
            slowest = self._ranking.ranking(now)
        calls = counter_family(metrics.API_CALLS)
        times = histogram_family(metrics.API_RESPONSE_TIME)
        longest = gauge_family(metrics.API_RESPONSE_TIME_MAX)
        for route, reading in _summed(readings, lambda labels: (labels[0], labels[1])).items():
            for status, number in reading.calls.items():
                calls.add_metric((*route, status), number)
            if route[0] != metrics.UNMATCHED or any(reading.counts):
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


def _summed(readings: Mapping[Labels, SeriesReading], part: Callable[[Labels], _Part]) -> dict[_Part, SeriesReading]:
    """Add up what has the same labels in one part of all."""
    groups: dict[_Part, list[SeriesReading]] = {}
    for labels, reading in readings.items():
        groups.setdefault(part(labels), []).append(reading)
    return {labels: together(group) for labels, group in groups.items()}
