"""CacheHitsLow: for two minutes fewer than three of ten requests find what they look for, of more than 25."""

from __future__ import annotations

from collections.abc import Mapping

from vitals.verify.oracle.alert_case import AlertCase
from vitals.verify.oracle.conditions import Below, both, busy
from vitals.verify.oracle.levels import Following, counter
from vitals.verify.oracle.measures import RateOf, Share

REQUESTS, PER = "cache_requests_total", ("cache",)
CACHE = 'service="wellness-api", job="wellness-api", instance="api-a", cache="dashboards"'
ASKED = RateOf(REQUESTS, 300, PER)


def _hit(labels: Mapping[str, str]) -> bool:
    return labels["result"] == "hit"


def _asking(per_second: float) -> tuple[Following, ...]:
    return (
        counter(f'{REQUESTS}{{{CACHE}, result="hit"}}', lambda ratio: per_second * ratio),
        counter(f'{REQUESTS}{{{CACHE}, result="miss"}}', lambda ratio: per_second * (1 - ratio)),
    )


CASES = (
    AlertCase(
        id="cache.hits.low",
        name="CacheHitsLow",
        severity="warning",
        service="wellness-api",
        condition=both(Below(Share(RateOf(REQUESTS, 300, PER, _hit), ASKED), 0.3), busy(ASKED, 25)),
        for_=120,
        record="service_cache:cache_hits:ratio_rate5m",
        events="service_cache:cache_requests:rate5m",
        more_than=25,
        scraped=_asking(20),
        few=_asking(0.08),
        low=0.8,
        under=0.31,
        high=0.29,
        summary="wellness-api (dashboards): cache hit ratio 29% (< 30%)",
        labels={"cache": "dashboards"},
        every=5,
    ),
)
