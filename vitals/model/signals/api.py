"""The API family: traffic, errors and response time, per endpoint and for the whole service (rate, errors, duration).

The maximum comes from the service's own rolling maximum: the top bucket of a histogram is a bound, not a maximum.
"""

from __future__ import annotations

from vitals.model.catalog import Scrape, Service
from vitals.model.promql import Expr, call, max_by, quantile, select, sum_by
from vitals.model.signals import gauge
from vitals.model.signals.signal import Direction, Group, Signal
from vitals_telemetry.contract import Unit

ERROR_STATUS = "~5.."
"""A request has failed when the server says so; a client's mistake (4xx) is not the service's error."""

ENDPOINT = ("service", "endpoint", "method")
SERVICE = ("service",)
_NO_TRAFFIC = "what nobody called in the window has no answer"


def _rate(metric: str, service: Service, window: str, **matchers: str) -> Expr:
    return call("rate", select(metric, {"service": service.name, **matchers}, window=window))


def _latency_quantile(share: float, by: tuple[str, ...], service: Service) -> Expr:
    buckets = _rate("api_response_time_seconds_bucket", service, "5m")
    return quantile(share, sum_by((*by, "le"), buckets))


TRAFFIC_BY_ENDPOINT = Signal(
    id="api.traffic.endpoint",
    title="Requests by endpoint",
    asks="Which endpoints are used, and how much? A sudden fall is as telling as a rise.",
    unit=Unit.PER_SECOND,
    worse=Direction.NEITHER,
    record="service_endpoint:api_calls:rate1m",
    labels=ENDPOINT,
    group=Group.API,
    query=lambda service, _: sum_by(ENDPOINT, _rate("api_calls_total", service, "1m")),
)

TRAFFIC = Signal(
    id="api.traffic.service",
    title="Requests",
    asks="How many requests per second does the service answer?",
    unit=Unit.PER_SECOND,
    worse=Direction.NEITHER,
    record="service:api_calls:rate1m",
    labels=SERVICE,
    group=Group.API,
    query=lambda service, _: sum_by(SERVICE, TRAFFIC_BY_ENDPOINT.read(service=service.name)),
)

ERRORS_BY_ENDPOINT = Signal(
    id="api.errors.endpoint",
    title="Error ratio by endpoint",
    asks="Which endpoint fails, and how often? Open the traces of the one that rises.",
    unit=Unit.RATIO,
    worse=Direction.HIGHER_IS_WORSE,
    record="service_endpoint:api_errors:ratio_rate1m",
    labels=ENDPOINT,
    group=Group.API,
    query=lambda service, _: (
        (
            sum_by(ENDPOINT, _rate("api_calls_total", service, "1m", status=ERROR_STATUS))
            | 0 * TRAFFIC_BY_ENDPOINT.read(service=service.name)
        )
        / (TRAFFIC_BY_ENDPOINT.read(service=service.name) > 0)
    ),
    may_be_empty=_NO_TRAFFIC,
)

ERRORS = Signal(
    id="api.errors.service",
    title="Error ratio",
    asks="What share of all requests fails with a server error?",
    unit=Unit.RATIO,
    worse=Direction.HIGHER_IS_WORSE,
    record="service:api_errors:ratio_rate1m",
    labels=SERVICE,
    group=Group.API,
    query=lambda service, _: (
        (
            sum_by(SERVICE, _rate("api_calls_total", service, "1m", status=ERROR_STATUS))
            | 0 * TRAFFIC.read(service=service.name)
        )
        / (TRAFFIC.read(service=service.name) > 0)
    ),
    may_be_empty=_NO_TRAFFIC,
)

LATENCY_MEAN = Signal(
    id="api.latency.mean",
    title="Mean response time by endpoint",
    asks="How long does each endpoint take on average? The mean shows total work; users feel the p95.",
    unit=Unit.SECONDS,
    worse=Direction.HIGHER_IS_WORSE,
    record="service_endpoint:api_response_time_seconds:mean5m",
    labels=ENDPOINT,
    group=Group.API,
    query=lambda service, _: (
        sum_by(ENDPOINT, _rate("api_response_time_seconds_sum", service, "5m"))
        / (sum_by(ENDPOINT, _rate("api_response_time_seconds_count", service, "5m")) > 0)
    ),
    may_be_empty=_NO_TRAFFIC,
)

LATENCY_P95_BY_ENDPOINT = Signal(
    id="api.latency.p95_endpoint",
    title="p95 response time by endpoint",
    asks="Which endpoint makes its slowest users wait? One in twenty requests takes longer than this.",
    unit=Unit.SECONDS,
    worse=Direction.HIGHER_IS_WORSE,
    record="service_endpoint:api_response_time_seconds:p95_5m",
    labels=ENDPOINT,
    group=Group.API,
    query=lambda service, _: _latency_quantile(0.95, ENDPOINT, service),
    may_be_empty=_NO_TRAFFIC,
)

LATENCY_P95 = Signal(
    id="api.latency.p95",
    title="p95 response time",
    asks="Do users wait? One in twenty requests takes longer than this; a line shows where somebody is told.",
    unit=Unit.SECONDS,
    worse=Direction.HIGHER_IS_WORSE,
    record="service:api_response_time_seconds:p95_5m",
    labels=SERVICE,
    group=Group.API,
    query=lambda service, _: _latency_quantile(0.95, SERVICE, service),
    may_be_empty=_NO_TRAFFIC,
)


def _latency_max(service: Service, scrape: Scrape) -> Expr:
    return max_by(ENDPOINT, gauge.last("api_response_time_max_seconds", service, scrape))


LATENCY_MAX = Signal(
    id="api.latency.max",
    title="Slowest request by endpoint",
    asks="What was the worst that a user met lately? A real maximum over all replicas, not a bucket bound.",
    unit=Unit.SECONDS,
    worse=Direction.HIGHER_IS_WORSE,
    record="service_endpoint:api_response_time_max_seconds:max",
    labels=ENDPOINT,
    group=Group.API,
    query=_latency_max,
    may_be_empty=_NO_TRAFFIC,
)

IN_FLIGHT = Signal(
    id="api.saturation.in_flight",
    title="Requests in flight",
    asks="Does work pile up? Requests that have begun and not ended; it rises before response time does.",
    unit=Unit.COUNT,
    worse=Direction.HIGHER_IS_WORSE,
    record="service:api_requests_in_flight:sum",
    labels=SERVICE,
    group=Group.API,
    query=lambda service, scrape: sum_by(SERVICE, gauge.last_of_known("api_requests_in_flight", service, scrape)),
)

ACTIVE_USERS = Signal(
    id="api.users.active",
    title="Active users",
    asks="How many people are here? Distinct users of the last five minutes, summed over replicas: an upper bound.",
    unit=Unit.COUNT,
    worse=Direction.NEITHER,
    record="service:active_users:sum",
    labels=SERVICE,
    group=Group.API,
    query=lambda service, scrape: sum_by(SERVICE, gauge.last_of_known("active_users", service, scrape)),
)

SIGNALS = (
    TRAFFIC_BY_ENDPOINT,
    TRAFFIC,
    ERRORS_BY_ENDPOINT,
    ERRORS,
    LATENCY_MEAN,
    LATENCY_P95_BY_ENDPOINT,
    LATENCY_P95,
    LATENCY_MAX,
    IN_FLIGHT,
    ACTIVE_USERS,
)
