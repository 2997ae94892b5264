"""Go services whose handlers are wrapped by promhttp, the middleware of the official client.

The library fixes two label names, ``code`` and ``method``; the names of the metrics, and of a label for the handler,
are the programmer's. Those of its documentation and of most services are the defaults, and a service says its own.

Source: https://pkg.go.dev/github.com/prometheus/client_golang/prometheus/promhttp.
"""

from __future__ import annotations

from dataclasses import replace

from vitals.model.dialects.dialect import Dialect, Matchers, MetricSource
from vitals.model.dialects.http import (
    CALLS,
    CLASSIC,
    IN_FLIGHT,
    METHOD,
    NO_ENDPOINT,
    PROCESS,
    ROUTE,
    SERVER_ERROR,
    STATUS,
    TIME,
    Buckets,
    histogram,
    named,
    over,
)
from vitals.model.metrics.exporter import gauge, unusual_counter


def promhttp(
    *,
    requests: str = "http_requests_total",
    failures: str = "",
    duration: str = "http_request_duration_seconds",
    in_flight: str = "",
    endpoint: str = "",
    method: str = "method",
    code: str = "code",
    failed: str = SERVER_ERROR,
    buckets: Buckets = CLASSIC,
    where: Matchers | None = None,
) -> Dialect:
    """A Go service, with the names that its programmer chose.

    Args:
        requests: The counter of ``InstrumentHandlerCounter``. Where there is none, give the count of the histogram,
            ``http_request_duration_seconds_count``, if that has the label ``code``.
        failures: A counter of the requests that failed, where ``requests`` counts all of them and says no status; its
            labels are those of ``requests``, and any other of its own.
        duration: The histogram of ``InstrumentHandlerDuration``; empty where there is none.
        in_flight: The gauge of ``InstrumentHandlerInFlight``; empty where there is none.
        endpoint: The label that says which handler it was, where there is one: often ``handler``, ``path``, ``route``.
        method: The label of the HTTP method; empty where there is none.
        code: The label of the status.
        failed: Which of its values are failures, such as ``error`` or ``~error|timeout`` where they are words.
        buckets: The bounds of the histogram, in seconds; ``"native"`` where ``NativeHistogramBucketFactor`` is set.
        where: Which series count, by label.
    """
    code = "" if failures else code
    own = [named(name, like) for name, like in ((endpoint, ROUTE), (method, METHOD), (code, STATUS)) if name]
    labels = {ours: theirs for ours, theirs in (("endpoint", endpoint), ("method", method)) if theirs}
    constants = {ours: NO_ENDPOINT for ours in ("endpoint", "method") if ours not in labels}
    counted = MetricSource(
        unusual_counter(requests, "Requests by status.", *own),
        labels,
        constants,
        # Without a status nothing could fail: a series that lacks it counts as none, and that is reported.
        over({code: "!"} if code else {}, where),
        failed=({code: failed},) if code else (),
    )
    has = {CALLS: (counted,), **PROCESS}
    if failures:
        has[CALLS] = (
            counted,
            replace(counted, metric=replace(counted.metric, name=failures), failed=({},), only_failures=True),
        )
    if duration:
        timed = histogram(duration, "Time of requests.", *own, buckets=buckets)
        if requests == f"{duration}_count":
            has[CALLS] = (replace(counted, metric=timed, suffix="_count"), *has[CALLS][1:])
        has[TIME] = (MetricSource(timed, labels, constants, over({}, where)),)
    if in_flight:
        has[IN_FLIGHT] = (MetricSource(gauge(in_flight, "Requests in flight.")),)
    lacks = {
        TIME: "no histogram is named; say promhttp(duration=...)",
        IN_FLIGHT: "no gauge is named; say promhttp(in_flight=...) if InstrumentHandlerInFlight is used",
    }
    return Dialect(
        "promhttp",
        "Handlers of a Go service, wrapped by promhttp.",
        has,
        lacks=lacks,
        # The Go collector, and promhttp's own counters of scrapes, on a scrape of client_golang 1.25.
        other_series=40,
    )
