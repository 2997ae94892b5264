"""What ``ApiTelemetry`` reports of every request: calls, times, the longest one, those in flight, active users."""

from __future__ import annotations

from vitals_telemetry.contract import Label, Metric, MetricType, Unit
from vitals_telemetry.metrics.process import OTHER

UNMATCHED = "unmatched"
"""The endpoint of a request that no route answers: one value, however many paths are tried."""

ACTIVE_USER_WINDOW = 300.0
"""How long a user counts as active after a request, in seconds."""

MAXIMUM_WINDOW = 60.0
"""How far back the rolling maximum looks, in seconds."""

MAXIMUM_STEP = 10.0
"""The width of one part of that window, in seconds: a maximum is forgotten between 60 and 70 seconds after it."""

ENDPOINT = Label(
    "endpoint",
    f"Template of the route, such as /api/users/{{id}}; {UNMATCHED!r} where no route fits, {OTHER!r} beyond the bound.",
    most=200,
    expected=8,
)
FAILING_STATUSES = (500, 502, 503, 504)
"""Statuses whose series are there at 0 before the first request that is answered so: what a service that raises, is
overloaded or cannot reach another answers. An increase is seen only from a series that was there before."""

LOWEST_STATUS, HIGHEST_STATUS = 100, 599
"""What RFC 9110 takes for a status."""

METHOD = Label(
    "method",
    f"HTTP method; {OTHER!r} for any that RFC 9110 and RFC 5789 do not name.",
    most=10,
    values=("CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE", OTHER),
    expected=1,
)
STATUS = Label(
    "status",
    f"HTTP status of the answer; 500 if the service raised, 499 if the client left first, {OTHER!r} beyond the bound; "
    "500, 502, 503 and 504 are there at 0 from the start.",
    most=40,
    expected=6,
    possible=(*map(str, range(LOWEST_STATUS, HIGHEST_STATUS + 1)), OTHER),
)

API_CALLS = Metric(
    name="api_calls_total",
    type=MetricType.COUNTER,
    unit=Unit.COUNT,
    help="Total number of API calls",
    labels=(ENDPOINT, METHOD, STATUS),
)
API_RESPONSE_TIME = Metric(
    name="api_response_time_seconds",
    type=MetricType.HISTOGRAM,
    unit=Unit.SECONDS,
    help="API response time in seconds",
    labels=(ENDPOINT, METHOD),
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
API_RESPONSE_TIME_MAX = Metric(
    name="api_response_time_max_seconds",
    type=MetricType.GAUGE,
    unit=Unit.SECONDS,
    help=f"Longest API response time of the last {MAXIMUM_WINDOW:.0f} seconds; absent without a request in that time",
    labels=(ENDPOINT, METHOD),
)
API_REQUESTS_IN_FLIGHT = Metric(
    name="api_requests_in_flight",
    type=MetricType.GAUGE,
    unit=Unit.COUNT,
    help="API requests that are being answered now",
)
ACTIVE_USERS = Metric(
    name="active_users",
    type=MetricType.GAUGE,
    unit=Unit.COUNT,
    help=(
        f"Number of active users: distinct users of the last {ACTIVE_USER_WINDOW / 60:.0f} minutes in this process; "
        "a sum over replicas is an upper bound, because it counts a user once per replica"
    ),
)
API_METRICS: tuple[Metric, ...] = (
    API_CALLS,
    API_RESPONSE_TIME,
    API_RESPONSE_TIME_MAX,
    API_REQUESTS_IN_FLIGHT,
    ACTIVE_USERS,
)
"""The family, in the order of the scrape."""
