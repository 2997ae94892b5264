"""Two middlewares for Python services: prometheus-fastapi-instrumentator and starlette-exporter.

Sources: https://github.com/trallnag/prometheus-fastapi-instrumentator and
https://github.com/stephenhillier/starlette_exporter, as they are without options.
"""

from __future__ import annotations

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
    histogram,
    named,
    over,
)
from vitals.model.metrics.exporter import unusual_counter
from vitals_telemetry.contract import Label

_FINE = (
    *(0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75),
    *(1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0, 7.5, 10.0, 30.0, 60.0),
)
"""Of the histogram that the instrumentator keeps for the service as a whole."""
_COARSE = (0.1, 0.5, 1.0)
"""Of the one that it keeps by handler."""


def fastapi_instrumentator(
    *,
    buckets: tuple[float, ...] = _FINE,
    buckets_by_handler: tuple[float, ...] = _COARSE,
    where: Matchers | None = None,
) -> Dialect:
    """A FastAPI service under ``Instrumentator().instrument(app).expose(app)``.

    Args:
        buckets: ``latency_highr_buckets``, in seconds.
        buckets_by_handler: ``latency_lowr_buckets``, in seconds.
        where: Which series count, by label; its own endpoint of metrics does not.
    """
    labels = {"endpoint": "handler", "method": "method"}
    counts = over({"handler": "!/metrics"}, where)
    calls = unusual_counter("http_requests_total", "Requests by status.", ROUTE, METHOD, STATUS)
    by_handler = histogram(
        "http_request_duration_seconds", "Time of requests.", ROUTE, METHOD, buckets=buckets_by_handler
    )
    whole = histogram("http_request_duration_highr_seconds", "Time of all requests.", buckets=buckets)
    return Dialect(
        "fastapi-instrumentator",
        "Requests of a FastAPI service, counted by prometheus-fastapi-instrumentator.",
        {
            # Statuses are grouped (5xx) unless the programmer asks for each; a client that left has no group.
            CALLS: (MetricSource(calls, labels, {}, counts, ({"status": SERVER_ERROR},)),),
            TIME: (MetricSource(by_handler, labels, {}, counts),),
            **PROCESS,
        },
        of_service={TIME: (MetricSource(whole),)},
        # Sizes of requests and answers, and the Python runtime, on a scrape of version 8.1.
        other_series=60,
    )


def starlette_exporter(
    *,
    prefix: str = "starlette",
    buckets: tuple[float, ...] = PYTHON,
    where: Matchers | None = None,
) -> Dialect:
    """A Starlette or FastAPI service under ``PrometheusMiddleware``.

    Args:
        prefix: ``prefix`` of the middleware.
        buckets: ``buckets`` of the middleware, in seconds.
        where: Which series count, by label; its own endpoint of metrics does not.
    """
    app = Label("app_name", "Name of the application.", most=1, expected=1)
    own = (METHOD, named("path", ROUTE), named("status_code", STATUS), app)
    labels = {"endpoint": "path", "method": "method"}
    counts = over({"path": "!/metrics"}, where)
    calls = unusual_counter(f"{prefix}_requests_total", "Requests by status.", *own)
    time = histogram(f"{prefix}_request_duration_seconds", "Time of requests.", *own, buckets=buckets)
    failed = ({"status_code": SERVER_ERROR},)
    return Dialect(
        "starlette-exporter",
        "Requests of a Starlette service, counted by starlette-exporter.",
        {
            CALLS: (MetricSource(calls, labels, {}, counts, failed),),
            TIME: (MetricSource(time, labels, {}, counts),),
            # The scrape itself is in flight while it is answered, so a quiet service has one.
            **PROCESS,
        },
        lacks={IN_FLIGHT: "its gauge counts the scrape itself, so it is never at 0 where it is seen"},
        # The Python runtime and times of creation, on a scrape of version 0.24.
        other_series=60,
    )
