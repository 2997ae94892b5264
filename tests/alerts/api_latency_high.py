"""ApiLatencyHigh: for a minute the slowest twentieth of all requests takes longer than 500 ms."""

from __future__ import annotations

from vitals.verify.oracle.alert_case import AlertCase
from vitals.verify.oracle.conditions import Above
from vitals.verify.oracle.levels import histogram
from vitals.verify.oracle.measures import P95

REPLICA = 'service="wellness-api", job="wellness-api", instance="api-a", endpoint="/api/dashboard", method="GET"'
TIMES = "api_response_time_seconds"

CASES = (
    AlertCase(
        id="api.latency.high",
        name="ApiLatencyHigh",
        severity="warning",
        service="wellness-api",
        condition=Above(P95(TIMES, 300), 0.5),
        for_=60,
        record="service:api_response_time_seconds:p95_5m",
        scraped=histogram(TIMES, REPLICA, (0.25, 0.5, 1.0), per_second=20),
        low=0.1,
        under=0.485,
        high=0.6,
        summary="wellness-api: p95 response time 600ms (> 500ms)",
        every=5,
    ),
)
