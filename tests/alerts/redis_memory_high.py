"""RedisMemoryHigh: for ten minutes Redis uses more than nine tenths of the memory that it may."""

from __future__ import annotations

from tests.oracle.idle import share_of_nothing
from vitals.verify.oracle.alert_case import AlertCase
from vitals.verify.oracle.conditions import Above
from vitals.verify.oracle.lately import EXPORTER, Lately
from vitals.verify.oracle.levels import gauge
from vitals.verify.oracle.measures import Derived

SERIES = 'service="redis", instance="r1"'
USED, MOST = (f"redis_memory_{what}_bytes" for what in ("used", "max"))

CASES = (
    AlertCase(
        id="system.redis.memory_high",
        name="RedisMemoryHigh",
        severity="warning",
        service="redis",
        condition=Above(
            Derived(
                lambda used, most: used / most if most > 0 else None,
                (Lately(USED, EXPORTER, ("instance",)), Lately(MOST, EXPORTER, ("instance",))),
            ),
            0.9,
        ),
        for_=600,
        record="instance:redis_memory_used:ratio",
        scraped=(gauge(f"{USED}{{{SERIES}}}"), gauge(f"{MOST}{{{SERIES}}}", lambda _: 1)),
        low=0.5,
        under=0.9,
        high=0.95,
        summary="redis (r1): memory used 95% (> 90%)",
        labels={"instance": "r1"},
    ),
)
SCENARIOS = (
    share_of_nothing(
        "system.redis.memory_high",
        "redis",
        {'redis_memory_max_bytes{instance="r1"}': "0", 'redis_memory_used_bytes{instance="r1"}': "1e9"},
    ),
)
