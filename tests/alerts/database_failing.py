"""DatabaseFailing: for a minute more than a twentieth of queries fails, of more than 25."""

from __future__ import annotations

from vitals.verify.oracle.alert_case import AlertCase
from vitals.verify.oracle.conditions import Above, both, busy
from vitals.verify.oracle.levels import Following, counter
from vitals.verify.oracle.measures import RateOf, Share

EVERY, FAILED, PER = "database_query_duration_seconds_count", "database_query_errors_total", ("database",)
OPERATION = 'database="wellness", collection="check_ins", operation="query"'
QUERIES = RateOf(EVERY, 300, PER)


def _case(service: str, every: int) -> AlertCase:
    replica = f'service="{service}", job="{service}", instance="a", {OPERATION}'

    def asking(per_second: float) -> tuple[Following, ...]:
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
        scraped=asking(20),
        few=asking(0.08),
        low=0,
        under=0.049,
        high=0.055,
        summary=f"{service} (wellness): 5.5% of queries failed (> 5%)",
        labels={"database": "wellness"},
        every=every,
    )


CASES = (_case("wellness-api", 5), _case("wellness-worker", 15))
