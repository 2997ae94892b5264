"""Services without metrics of their own, watched by the proxy beside or before them: Envoy, and Istio's sidecar.

Sources: https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_conn_man/stats and
https://istio.io/latest/docs/reference/config/metrics/.
"""

from __future__ import annotations

from vitals.model.dialects.dialect import Dialect, Matchers, MetricSource
from vitals.model.dialects.http import (
    CALLS,
    IN_FLIGHT,
    NO_ENDPOINT,
    SERVER_ERROR,
    STATUS,
    TIME,
    histogram,
    named,
    over,
)
from vitals.model.dialects.otel import MILLISECONDS
from vitals.model.metrics.exporter import gauge, unusual_counter
from vitals_telemetry.contract import Label, Unit

_BUCKETS = (
    *(0.5, 1.0, 5.0, 10.0, 25.0, 50.0, 100.0, 250.0, 500.0, 1000.0, 2500.0, 5000.0, 10000.0, 30000.0),
    *(60000.0, 300000.0, 600000.0, 1800000.0, 3600000.0),
)
"""Envoy's default bounds for milliseconds, which Istio's histogram of durations has too."""
_GRPC_FAULTS = "~2|4|12|13|14|15"
"""Numbers of the gRPC codes that are errors of a server: Unknown, DeadlineExceeded, Unimplemented, Internal,
Unavailable, DataLoss. Their HTTP status is 200."""


def envoy(*, buckets: tuple[float, ...] = (), where: Matchers | None = None) -> Dialect:
    """A service behind an Envoy of its own, by what came in.

    Args:
        buckets: The bounds of its histograms, in seconds, where they are not Envoy's own.
        where: Which series count, by label; those of the administration do not. An Envoy with several listeners names
            the one: ``{"envoy_http_conn_manager_prefix": "ingress_http"}``.
    """
    prefix = Label("envoy_http_conn_manager_prefix", "Which listener it was.", most=20, expected=1)
    kind = Label("envoy_response_code_class", "First digit of the status.", most=5, expected=3)
    counts = over({prefix.name: "!admin"}, where)
    at, method = {"endpoint": prefix.name}, {"method": NO_ENDPOINT}
    calls = unusual_counter("envoy_http_downstream_rq_xx", "Requests by class of status.", prefix, kind)
    active = gauge("envoy_http_downstream_rq_active", "Requests in flight.", prefix)
    bounds = tuple(bound * MILLISECONDS for bound in buckets) or _BUCKETS
    time = histogram("envoy_http_downstream_rq_time", "Time of requests.", prefix, buckets=bounds, unit=Unit.COUNT)
    return Dialect(
        "envoy",
        "Requests that an Envoy before the service took.",
        {
            CALLS: (MetricSource(calls, at, method, counts, ({kind.name: "5"},)),),
            TIME: (MetricSource(time, at, method, counts, per_unit=MILLISECONDS),),
            IN_FLIGHT: (MetricSource(active, where=counts),),
        },
        metrics_path="/stats/prometheus",
        metrics_port="admin",
        other_series=500,
    )


def istio(*, buckets: tuple[float, ...] = (), where: Matchers | None = None) -> Dialect:
    """A service with Istio's sidecar, by what the sidecar passed on to it.

    Args:
        buckets: The bounds of its histogram, in seconds, where they are not Istio's own.
        where: Which series count, by label; only what comes to the service does, not what it asks of others.
    """
    code = named("response_code", STATUS)
    rpc = Label("grpc_response_status", "Number of the gRPC code.", most=17, expected=1)
    flags = Label("response_flags", "What the proxy noticed.", most=30, expected=1)
    reporter = Label("reporter", "Which side reports.", most=2, values=("destination", "source"), expected=2)
    own = (code, rpc, flags, reporter, Label("destination_service", "Who was asked.", most=50, expected=1))
    counts = over({"reporter": "destination"}, where)
    at, nothing = {"endpoint": "destination_service"}, {"method": NO_ENDPOINT}
    calls = unusual_counter("istio_requests_total", "Requests by status.", *own)
    bounds = tuple(bound * MILLISECONDS for bound in buckets) or _BUCKETS
    time = histogram("istio_request_duration_milliseconds", "Time of requests.", *own, buckets=bounds, unit=Unit.COUNT)
    failed = ({code.name: SERVER_ERROR}, {code.name: f"!{SERVER_ERROR}", rpc.name: _GRPC_FAULTS})
    left = ({flags.name: "DC"},)
    return Dialect(
        "istio",
        "Requests that the sidecar of Istio passed on to the service.",
        {
            CALLS: (MetricSource(calls, at, nothing, counts, failed, left),),
            TIME: (MetricSource(time, at, nothing, counts, per_unit=MILLISECONDS),),
        },
        metrics_path="/stats/prometheus",
        metrics_port="http-envoy-prom",
        other_series=300,
    )
