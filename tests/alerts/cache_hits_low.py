"""CacheHitsLow: for two minutes fewer than three of ten requests find what they look for, of more than 25."""

from __future__ import annotations

from collections.abc import Mapping

from tests.oracle.samples import Process, Stretch, histogram, key
from tests.oracle.scenario import Fires, Scenario
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
DASHBOARDS = {"cache": "dashboards"}
BUCKETS = (0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.25)


def fetching(
    seconds: float, per_second: float, *, hits: float = 0.8, slow: float = 0.0, takes: float = 0.05
) -> Stretch:
    """A process that asks its cache."""
    paces = histogram(
        "cache_fetch_duration_seconds", BUCKETS, per_second, {takes: slow, 0.0002: 1 - slow}, **DASHBOARDS
    )
    paces[key("cache_requests_total", **DASHBOARDS, result="hit")] = per_second * hits
    paces[key("cache_requests_total", **DASHBOARDS, result="miss")] = per_second * (1 - hits)
    size = {key("cache_size_bytes", **DASHBOARDS): (40_000.0, 0.0), key("cache_items", **DASHBOARDS): (20.0, 0.0)}
    return Stretch(seconds, paces, size)


SCENARIOS = (
    Scenario(
        "a cold cache that stays cold: no hit at all",
        [Process("api-a", [fetching(600, 20), fetching(480, 20, hits=0.0), fetching(600, 20)])],
        lasts=1665,
        fires=[Fires("cache.hits.low", quiet_until=600 + 180, by=600 + 345, over_by=1080 + 150)],
    ),
    Scenario(
        "an emptied cache that fills again within a minute",
        [Process("api-a", [fetching(600, 20), fetching(60, 20, hits=0.0), fetching(600, 20)])],
        lasts=1245,
        quiet=["cache.hits.low"],
    ),
    Scenario(
        "30 fetches in five minutes, all of them slow misses",
        [Process("api-a", [fetching(1500, 0.1, hits=0.0, slow=1.0)])],
        lasts=1485,
        fires=[Fires("cache.hits.low", by=480), Fires("cache.time.high", by=480)],
    ),
)
