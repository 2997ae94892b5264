"""CacheSlow: for a minute the slowest twentieth of fetches takes longer than 25 ms, of more than 25."""

from __future__ import annotations

from vitals.verify.oracle.alert_case import AlertCase
from vitals.verify.oracle.conditions import Above, both, busy
from vitals.verify.oracle.levels import Following, counter, histogram
from vitals.verify.oracle.measures import P95, RateOf

TIMES, PER, BOUNDS = "cache_fetch_duration_seconds", ("cache",), (0.01, 0.025, 0.1)
CACHE = 'service="wellness-api", job="wellness-api", instance="api-a", cache="dashboards"'


def _requests(per_second: float) -> Following:
    return counter(f'cache_requests_total{{{CACHE}, result="hit"}}', lambda _: per_second)


CASES = (
    AlertCase(
        id="cache.time.high",
        name="CacheSlow",
        severity="warning",
        service="wellness-api",
        condition=both(Above(P95(TIMES, 300, PER), 0.025), busy(RateOf("cache_requests_total", 300, PER), 25)),
        for_=60,
        record="service_cache:cache_fetch_duration_seconds:p95_5m",
        events="service_cache:cache_requests:rate5m",
        more_than=25,
        scraped=(*histogram(TIMES, CACHE, BOUNDS, per_second=20), _requests(20)),
        few=(*histogram(TIMES, CACHE, BOUNDS, per_second=0.08), _requests(0.08)),
        low=0.005,
        under=0.024,
        high=0.03,
        summary="wellness-api (dashboards): p95 cache fetch time 30ms (> 25ms)",
        labels={"cache": "dashboards"},
        every=5,
    ),
)
