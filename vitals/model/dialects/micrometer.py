"""Micrometer: Spring Boot services with the actuator's Prometheus endpoint.

Without further configuration a timer has a count, a sum and a maximum, and no buckets: response times have a mean and
no percentiles. With ``management.metrics.distribution.slo.http.server.requests=100ms,250ms,1s`` (or
``percentiles-histogram``) it has buckets, and the service says which.

Source: https://docs.spring.io/spring-boot/reference/actuator/metrics.html.
"""

from __future__ import annotations

from vitals.model.dialects.dialect import Dialect, Matchers, MetricSource
from vitals.model.dialects.http import (
    CALLS,
    IN_FLIGHT,
    LONGEST,
    METHOD,
    ROUTE,
    SERVER_ERROR,
    STATUS,
    TIME,
    histogram,
    named,
    over,
)
from vitals.model.metrics.exporter import gauge, unusual_counter
from vitals_telemetry.contract import Label, Unit

_NAME = "http_server_requests_seconds"
_NANOSECONDS = 1e9
_LABELS = (
    named("uri", ROUTE),
    METHOD,
    STATUS,
    Label("outcome", "Class of the status.", most=6, expected=1),
    Label("exception", "Class of the exception.", most=50, expected=1),
    Label("error", "Class of the error.", most=50, expected=1),
)


def micrometer(*, buckets: tuple[float, ...] = (), where: Matchers | None = None) -> Dialect:
    """A Spring Boot service.

    Args:
        buckets: The bounds that its configuration gives the timer, in seconds; none where it gives none.
        where: Which series count, by label; requests to the actuator itself do not.
    """
    labels = {"endpoint": "uri", "method": "method"}
    counts = over({"uri": "!~/actuator.*"}, where)
    failed = ({"status": SERVER_ERROR},)
    longest = MetricSource(
        gauge(f"{_NAME}_max", "Longest request lately.", *_LABELS, unit=Unit.SECONDS), labels, {}, counts
    )
    has = {LONGEST: (longest,)}
    if buckets:
        timed = histogram(_NAME, "Time of requests.", *_LABELS, buckets=buckets)
        has[CALLS] = (MetricSource(timed, labels, {}, counts, failed, suffix="_count"),)
        has[TIME] = (MetricSource(timed, labels, {}, counts),)
    else:
        count = unusual_counter(f"{_NAME}_count", "Requests.", *_LABELS)
        total = unusual_counter(f"{_NAME}_sum", "Time of all requests.", *_LABELS, unit=Unit.SECONDS)
        has[CALLS] = (MetricSource(count, labels, {}, counts, failed),)
        has[f"{TIME}_count"], has[f"{TIME}_sum"] = (
            (MetricSource(count, labels, {}, counts),),
            (MetricSource(total, labels, {}, counts),),
        )
    has |= {
        "process_start_time_seconds": (MetricSource(gauge("process_start_time_seconds", "Start.", unit=Unit.SECONDS)),),
        "process_open_fds": (MetricSource(gauge("process_files_open_files", "Open file descriptors.")),),
        "process_cpu_seconds_total": (
            MetricSource(
                unusual_counter("process_cpu_time_ns_total", "CPU time.", unit=Unit.COUNT), per_unit=_NANOSECONDS
            ),
        ),
    }
    return Dialect(
        "micrometer",
        "Requests of a Spring Boot service, timed by Micrometer.",
        has,
        lacks={
            IN_FLIGHT: "its timer of active requests counts the scrape itself, so it is never at 0 where it is seen",
            TIME: (
                "a timer has no buckets unless management.metrics.distribution.slo.http.server.requests is set; then "
                "say micrometer(buckets=...)"
            ),
        },
        metrics_path="/actuator/prometheus",
        # The JVM, Tomcat, logging and the system, on a scrape of Spring Boot 3.5.
        other_series=90,
    )
