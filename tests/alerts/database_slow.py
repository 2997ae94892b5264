"""DatabaseSlow: for a minute the slowest twentieth of queries takes longer than 500 ms, of more than 25."""

from __future__ import annotations

from tests.oracle.of_database import asking
from tests.oracle.samples import Process
from tests.oracle.scenario import Fires, Scenario
from vitals.verify.oracle.alert_case import AlertCase
from vitals.verify.oracle.conditions import Above, both, busy
from vitals.verify.oracle.levels import Following, histogram
from vitals.verify.oracle.measures import P95, RateOf

TIMES, PER = "database_query_duration_seconds", ("database",)
QUERY = 'database="wellness", collection="check_ins", operation="query", query="user_id ="'


def _case(service: str, every: int) -> AlertCase:
    replica = f'service="{service}", job="{service}", instance="a", {QUERY}'

    def querying(per_second: float) -> tuple[Following, ...]:
        return histogram(TIMES, replica, (0.25, 0.5, 1.0), per_second=per_second)

    return AlertCase(
        id="database.time.high",
        name="DatabaseSlow",
        severity="warning",
        service=service,
        condition=both(Above(P95(TIMES, 300, PER), 0.5), busy(RateOf(f"{TIMES}_count", 300, PER), 25)),
        for_=60,
        record="service_database:database_query_duration_seconds:p95_5m",
        events="service_database:database_queries:rate5m",
        more_than=25,
        scraped=querying(20),
        few=querying(0.08),
        low=0.1,
        under=0.485,
        high=0.6,
        summary=f"{service} (wellness): p95 query time 600ms (> 500ms)",
        labels={"database": "wellness"},
        every=every,
    )


CASES = (_case("wellness-api", 5), _case("wellness-worker", 15))
SCENARIOS = tuple(
    Scenario(
        f"{service}: every query is slow: known within two minutes",
        [Process("api-a", [asking(600, 20), asking(300, 20, slow=1.0), asking(600, 20)])],
        lasts=1485,
        service=service,
        fires=[Fires("database.time.high", quiet_until=660, by=720, over_by=900 + 330)],
    )
    for service in ("wellness-api", "wellness-worker")
)
