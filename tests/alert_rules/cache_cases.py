"""The cache, beyond the levels of ``tests/alerts``: cold for long and for a moment, and just enough fetches."""

from __future__ import annotations

from tests.alert_rules.samples import Process, Stretch, histogram, key
from tests.alert_rules.scenario import Fires, Scenario
from vitals_telemetry.metrics.cache import CACHE_FETCH_DURATION, CACHE_ITEMS, CACHE_REQUESTS, CACHE_SIZE

DASHBOARDS = {"cache": "dashboards"}
LOW, HIGH = "cache.hits.low", "cache.time.high"


def fetching(
    seconds: float, per_second: float, *, hits: float = 0.8, slow: float = 0.0, takes: float = 0.05
) -> Stretch:
    """A process that asks its cache."""
    paces = histogram(CACHE_FETCH_DURATION, per_second, {takes: slow, 0.0002: 1 - slow}, **DASHBOARDS)
    paces[key(CACHE_REQUESTS.name, **DASHBOARDS, result="hit")] = per_second * hits
    paces[key(CACHE_REQUESTS.name, **DASHBOARDS, result="miss")] = per_second * (1 - hits)
    size = {key(CACHE_SIZE.name, **DASHBOARDS): (40_000.0, 0.0), key(CACHE_ITEMS.name, **DASHBOARDS): (20.0, 0.0)}
    return Stretch(seconds, paces, size)


CASES = (
    Scenario(
        "a cold cache that stays cold: no hit at all",
        [Process("api-a", [fetching(600, 20), fetching(480, 20, hits=0.0), fetching(600, 20)])],
        lasts=1665,
        fires=[Fires(LOW, quiet_until=600 + 180, by=600 + 345, over_by=1080 + 150)],
    ),
    Scenario(
        "an emptied cache that fills again within a minute",
        [Process("api-a", [fetching(600, 20), fetching(60, 20, hits=0.0), fetching(600, 20)])],
        lasts=1245,
        quiet=[LOW],
    ),
    Scenario(
        "30 fetches in five minutes, all of them slow misses",
        [Process("api-a", [fetching(1500, 0.1, hits=0.0, slow=1.0)])],
        lasts=1485,
        fires=[Fires(LOW, by=480), Fires(HIGH, by=480)],
    ),
)
