"""OpenTelemetry's SDKs and agents, exposed to Prometheus by their exporter or by a collector.

The semantic conventions for HTTP changed once. Both are read: ``http.server.request.duration`` in seconds (stable since
2023) and ``http.server.duration`` in milliseconds. A service that emits both at once (``http/dup``) would count each
request twice, so it names the one that counts.

Source: https://opentelemetry.io/docs/specs/semconv/http/http-metrics/ and its page of migration.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from vitals.model.dialects.dialect import Dialect, Matchers, MetricSource
from vitals.model.dialects.http import (
    CALLS,
    IN_FLIGHT,
    METHOD,
    PROCESS,
    PYTHON,
    ROUTE,
    SERVER_ERROR,
    STATUS,
    TIME,
    Buckets,
    histogram,
    named,
    over,
)
from vitals.model.metrics.exporter import gauge
from vitals_telemetry.contract import Label, Metric, MetricType, Unit

Conventions = Literal["both", "stable", "old"]
MILLISECONDS = 1000.0
OLD_BUCKETS = (0.0, 5.0, 10.0, 25.0, 50.0, 75.0, 100.0, 250.0, 500.0, 750.0, 1000.0, 2500.0, 5000.0, 7500.0, 10000.0)
"""The SDK's default bounds, which are milliseconds for the old convention."""

_STABLE = histogram(
    "http_server_request_duration_seconds",
    "Duration of HTTP server requests.",
    named("http_route", ROUTE),
    named("http_request_method", METHOD),
    named("http_response_status_code", STATUS),
    Label("error_type", "Why it failed.", most=50, expected=1),
    buckets=PYTHON,
)
_OLD = histogram(
    "http_server_duration_milliseconds",
    "Duration of HTTP server requests.",
    # A service follows one convention, so its endpoints are counted once, at the stable one.
    Label("http_route", ROUTE.means, ROUTE.most, expected=1),
    Label("http_target", ROUTE.means, ROUTE.most, expected=1),
    named("http_method", METHOD),
    Label("http_status_code", STATUS.means, STATUS.most, expected=1),
    buckets=OLD_BUCKETS,
    unit=Unit.COUNT,
)
_ACTIVE = gauge(
    "http_server_active_requests",
    "Requests in flight.",
    named("http_request_method", METHOD),
    named("http_method", METHOD),
)


def otel(
    *,
    conventions: Conventions = "both",
    buckets: Buckets = (),
    where: Matchers | None = None,
) -> Dialect:
    """A service that OpenTelemetry instruments.

    Args:
        conventions: Which semantic conventions it follows.
        buckets: The bounds that a view gives its histogram, in seconds; empty for the usual ones; ``"native"`` where
            its aggregation is the exponential histogram and its exporter exposes that as a native one.
        where: Which series count, by label. Behind a collector that exposes several services it names this one:
            ``{"exported_job": "checkout"}``.
    """
    stable, old = _bounded(_STABLE, buckets, 1.0), _bounded(_OLD, buckets, MILLISECONDS)
    at_stable: Mapping[str, str | tuple[str, ...]] = {"endpoint": "http_route", "method": "http_request_method"}
    at_old: Mapping[str, str | tuple[str, ...]] = {"endpoint": ("http_route", "http_target"), "method": "http_method"}
    # An exception may end a request without any status; its class is then all that is known.
    failed = ({"http_response_status_code": SERVER_ERROR}, {"http_response_status_code": "", "error_type": "!"})
    counts = over({}, where)
    calls = {
        "stable": MetricSource(stable, at_stable, {}, counts, failed, suffix="_count"),
        "old": MetricSource(old, at_old, {}, counts, ({"http_status_code": SERVER_ERROR},), suffix="_count"),
    }
    times = {
        "stable": MetricSource(stable, at_stable, {}, counts),
        "old": MetricSource(old, at_old, {}, counts, per_unit=MILLISECONDS),
    }
    chosen = ("stable", "old") if conventions == "both" else (conventions,)
    return Dialect(
        "otel",
        "Requests of a service that OpenTelemetry instruments.",
        {
            CALLS: tuple(calls[one] for one in chosen),
            TIME: tuple(times[one] for one in chosen),
            IN_FLIGHT: (MetricSource(_ACTIVE, where=counts),),
            **PROCESS,
        },
        # The runtime's own metrics and target_info, on a scrape of the SDK for Python.
        other_series=30,
    )


def _bounded(metric: Metric, buckets: Buckets, per_unit: float) -> Metric:
    if buckets == "native":
        return replace(metric, type=MetricType.NATIVE_HISTOGRAM, buckets=())
    bounds = tuple(bound * per_unit for bound in buckets)
    return replace(metric, buckets=bounds) if bounds else metric
