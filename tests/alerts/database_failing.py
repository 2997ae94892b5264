"""DatabaseFailing: for a minute more than a twentieth of queries fails, of more than 25."""

from __future__ import annotations

from tests.oracle.of_database import asking
from tests.oracle.samples import Process
from tests.oracle.scenario import Fires, Scenario
from vitals.verify.oracle.alert_case import AlertCase
from vitals.verify.oracle.conditions import Above, both, busy
from vitals.verify.oracle.levels import Following, counter
from vitals.verify.oracle.measures import RateOf, Share

EVERY, FAILED, PER = "database_query_duration_seconds_count", "database_query_errors_total", ("database",)
OPERATION = 'database="wellness", collection="check_ins", operation="query"'
QUERIES = RateOf(EVERY, 300, PER)


def _case(service: str, every: int) -> AlertCase:
    replica = f'service="{service}", job="{service}", instance="a", {OPERATION}'

    def querying(per_second: float) -> tuple[Following, ...]:
        return (
            counter(f'{EVERY}{{{replica}, query="user_id ="}}', lambda _: per_second),
            counter(f"{FAILED}{{{replica}}}", lambda share: per_second * share),
        )

    return AlertCase(
        id="database.errors.high",
        name="DatabaseFailing",
        severity="warning",
        service=service,
        condition=both(Above(Share(RateOf(FAILED, 300, PER), QUERIES), 0.05), busy(QUERIES, 25)),
        for_=60,
        record="service_database:database_query_errors:ratio_rate5m",
        events="service_database:database_queries:rate5m",
        more_than=25,
        scraped=querying(20),
        few=querying(0.08),
        low=0,
        under=0.049,
        high=0.055,
        summary=f"{service} (wellness): 5.5% of queries failed (> 5%)",
        labels={"database": "wellness"},
        every=every,
    )


CASES = (_case("wellness-api", 5), _case("wellness-worker", 15))
SCENARIOS = tuple(
    Scenario(
        f"{service}: 30 queries in five minutes, all of them slow and failing",
        [Process("api-a", [asking(1500, 0.1, slow=1.0, failing=1.0)])],
        lasts=1485,
        service=service,
        fires=[Fires("database.time.high", by=480), Fires("database.errors.high", by=480)],
    )
    for service in ("wellness-api", "wellness-worker")
)
