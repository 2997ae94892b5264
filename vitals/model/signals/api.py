"""The API family: traffic, errors and response time, per endpoint and for the whole service (rate, errors, duration).

The maximum comes from the service's own rolling maximum: the top bucket of a histogram is a bound, not a maximum.
"""

from __future__ import annotations

from vitals.model.conventions import SERVICE
from vitals.model.signals import gauge
from vitals.model.signals.idioms import share, where_positive
from vitals.model.signals.native import ERROR_STATUS
from vitals.model.signals.query import SignalQuery, quantile_of, rate_of
from vitals.model.signals.signal import PER_SERVICE, Direction, Group, Signal
from vitals_telemetry.contract import Unit

ENDPOINT = (SERVICE, "endpoint", "method")
_TIME = "api_response_time_seconds"
_NO_TRAFFIC = "without calls in the window there is no value"


def _failed(by: tuple[str, ...]) -> SignalQuery:
    return rate_of("api_calls_total", "1m", status=ERROR_STATUS).sum_by(by)


def _p95(by: tuple[str, ...]) -> SignalQuery:
    return quantile_of(_TIME, "5m", by, 0.95)


TRAFFIC_BY_ENDPOINT = Signal(
    id="api.traffic.endpoint",
    title="Requests by endpoint",
    question="Which endpoints are used, and how much? A sudden fall matters as much as a rise.",
    unit=Unit.REQUESTS_PER_SECOND,
    direction=Direction.NEITHER,
    record="service_endpoint:api_calls:rate1m",
    labels=ENDPOINT,
    group=Group.API,
    query=rate_of("api_calls_total", "1m").sum_by(ENDPOINT),
)

TRAFFIC = Signal(
    id="api.traffic.service",
    title="Requests",
    question="How many requests per second does the service answer?",
    unit=Unit.REQUESTS_PER_SECOND,
    direction=Direction.NEITHER,
    record="service:api_calls:rate1m",
    labels=PER_SERVICE,
    group=Group.API,
    query=TRAFFIC_BY_ENDPOINT.recorded().sum_by(PER_SERVICE),
    phrase="requests {value}",
)

ERRORS_BY_ENDPOINT = Signal(
    id="api.errors.endpoint",
    title="Error ratio by endpoint",
    question="Which endpoint fails, and how often? Open the traces of the one that rises.",
    unit=Unit.RATIO,
    direction=Direction.HIGHER_IS_WORSE,
    record="service_endpoint:api_errors:ratio_rate1m",
    labels=ENDPOINT,
    group=Group.API,
    query=share(_failed(ENDPOINT), TRAFFIC_BY_ENDPOINT.recorded()),
    may_be_empty=_NO_TRAFFIC,
)

ERRORS = Signal(
    id="api.errors.service",
    title="Error ratio",
    question="What share of all requests fails with a server error?",
    unit=Unit.RATIO,
    direction=Direction.HIGHER_IS_WORSE,
    record="service:api_errors:ratio_rate1m",
    labels=PER_SERVICE,
    group=Group.API,
    query=share(_failed(PER_SERVICE), TRAFFIC.recorded()),
    may_be_empty=_NO_TRAFFIC,
)

LATENCY_MEAN = Signal(
    id="api.latency.mean",
    title="Mean response time by endpoint",
    question="How long does each endpoint take on average? The mean shows total work; users feel the p95.",
    unit=Unit.SECONDS,
    direction=Direction.HIGHER_IS_WORSE,
    record="service_endpoint:api_response_time_seconds:mean5m",
    labels=ENDPOINT,
    group=Group.API,
    query=(
        rate_of(f"{_TIME}_sum", "5m").sum_by(ENDPOINT)
        / where_positive(rate_of(f"{_TIME}_count", "5m").sum_by(ENDPOINT))
    ),
    may_be_empty=_NO_TRAFFIC,
)

LATENCY_P95_BY_ENDPOINT = Signal(
    id="api.latency.p95_endpoint",
    title="p95 response time by endpoint",
    question="Which endpoint makes its slowest users wait? One in twenty requests takes longer than this.",
    unit=Unit.SECONDS,
    direction=Direction.HIGHER_IS_WORSE,
    record="service_endpoint:api_response_time_seconds:p95_5m",
    labels=ENDPOINT,
    group=Group.API,
    query=_p95(ENDPOINT),
    may_be_empty=_NO_TRAFFIC,
)

LATENCY_P95 = Signal(
    id="api.latency.p95",
    title="p95 response time",
    question="Do users wait? One in twenty requests takes longer than this; a line marks the bound of an alert.",
    unit=Unit.SECONDS,
    direction=Direction.HIGHER_IS_WORSE,
    record="service:api_response_time_seconds:p95_5m",
    labels=PER_SERVICE,
    group=Group.API,
    query=_p95(PER_SERVICE),
    may_be_empty=_NO_TRAFFIC,
)

LATENCY_MAX = Signal(
    id="api.latency.max",
    title="Slowest request by endpoint",
    question="What was the worst that a user met lately? A real maximum over all replicas, not a bucket bound.",
    unit=Unit.SECONDS,
    direction=Direction.HIGHER_IS_WORSE,
    record="service_endpoint:api_response_time_max_seconds:max",
    labels=ENDPOINT,
    group=Group.API,
    query=gauge.last("api_response_time_max_seconds").max_by(ENDPOINT),
    may_be_empty=_NO_TRAFFIC,
)

IN_FLIGHT = Signal(
    id="api.saturation.in_flight",
    title="Requests in flight",
    question="Does work pile up? Requests that have begun and not ended; it rises before response time does.",
    unit=Unit.COUNT,
    direction=Direction.HIGHER_IS_WORSE,
    record="service:api_requests_in_flight:sum",
    labels=PER_SERVICE,
    group=Group.API,
    query=gauge.last_of_targets("api_requests_in_flight").sum_by(PER_SERVICE),
)

ACTIVE_USERS = Signal(
    id="api.users.active",
    title="Active users",
    question="How many people are here? Distinct users of the last five minutes, summed over replicas: an upper bound.",
    unit=Unit.COUNT,
    direction=Direction.NEITHER,
    record="service:active_users:sum",
    labels=PER_SERVICE,
    group=Group.API,
    query=gauge.last_of_targets("active_users").sum_by(PER_SERVICE),
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
