"""The cache: it hardly helps, or it answers slowly; just beyond and just within each bound.

The hit ratio falls from 80 %, so a new ratio of 29 % is below the bound of 30 % only when it fills nearly the whole
window. With 5.1 % of fetches between 25 ms and 100 ms the p95 lies just above 25 ms.
"""

from __future__ import annotations

from tests.alert_rules.samples import Process, Stretch, histogram, key, silent
from tests.alert_rules.scenario import Fires, Proof, Scenario
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
        "the hit ratio falls just below the bound",
        [Process(f"api-{n}", [fetching(600, 20), fetching(600, 20, hits=0.29), fetching(600, 20)]) for n in "ab"],
        lasts=1785,
        fires=[
            Fires(
                LOW,
                quiet_until=600 + 390,
                by=600 + 450,
                over_by=1260,
                summary="wellness-api (dashboards): cache hit ratio 29% (< 30%)",
                labels=DASHBOARDS,
            )
        ],
        quiet=[HIGH],
    ),
    Scenario(
        "the hit ratio falls nearly to the bound",
        [Process("api-a", [fetching(600, 20), fetching(900, 20, hits=0.31)])],
        lasts=1485,
        proves=[Proof.UNDER],
        quiet=[LOW],
    ),
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
        "24 fetches in five minutes, all of them slow misses",
        [Process("api-a", [fetching(1500, 0.08, hits=0.0, slow=1.0)])],
        lasts=1485,
        proves=[Proof.FEW],
        quiet=[LOW, HIGH],
    ),
    Scenario(
        "30 fetches in five minutes, all of them slow misses",
        [Process("api-a", [fetching(1500, 0.1, hits=0.0, slow=1.0)])],
        lasts=1485,
        fires=[Fires(LOW, by=480), Fires(HIGH, by=480)],
    ),
    Scenario(
        "p95 fetch time just above the bound",
        [Process("api-a", [fetching(600, 20), fetching(600, 20, slow=0.051), fetching(600, 20)])],
        lasts=1680,
        fires=[
            Fires(
                HIGH,
                quiet_until=600 + 270,
                by=600 + 390,
                over_by=1260,
                summary="wellness-api (dashboards): p95 cache fetch time 26.47ms (> 25ms)",
                labels=DASHBOARDS,
            )
        ],
        quiet=[LOW],
    ),
    Scenario(
        "p95 fetch time just below the bound",
        [Process("api-a", [fetching(600, 20), fetching(900, 20, slow=1.0, takes=0.02)])],
        lasts=1485,
        proves=[Proof.UNDER],
        quiet=[HIGH],
    ),
    Scenario(
        "cold and slow, and then the metrics vanish: the alerts end with them",
        [Process("api-a", [fetching(600, 20), fetching(480, 20, hits=0.0, slow=0.1), silent(700)])],
        lasts=1680,
        proves=[Proof.MISSING],
        fires=[Fires(LOW, by=1050, over_by=1080 + 330), Fires(HIGH, by=1050, over_by=1080 + 330)],
    ),
)
