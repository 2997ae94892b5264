"""ScrapeSlow: for ten minutes a scrape takes more than three quarters of the time that it may. One rule per job."""

from __future__ import annotations

from tests.oracle.jobs import LIMIT, SCRAPED, TIMED, USUAL_LIMIT
from vitals.verify.oracle.alert_case import AlertCase
from vitals.verify.oracle.conditions import Above
from vitals.verify.oracle.lately import Lately
from vitals.verify.oracle.levels import gauge
from vitals.verify.oracle.measures import Derived

TOOK = "scrape_duration_seconds"


def _case(job: str) -> AlertCase:
    limit, every = LIMIT.get(job, USUAL_LIMIT), SCRAPED.get(job, 15)
    return AlertCase(
        id="meta.scrape.slow",
        name="ScrapeSlow",
        severity="warning",
        service=job,
        condition=Above(Derived(lambda seconds: seconds / limit, (Lately(TOOK, 4 * every, highest=True),)), 0.75),
        for_=600,
        record="service:scrape_time_used:ratio_max",
        scraped=(
            gauge(f'{TOOK}{{service="{job}", job="{job}", instance="t1"}}', lambda share: limit * share),
            gauge(f'{TOOK}{{service="{job}", job="{job}", instance="t2"}}', lambda _: 0.1),
        ),
        low=0.2,
        under=0.75,
        high=0.9,
        warm=150,
        holds=900,
        summary=f"{job}: scrape duration at 90% of its timeout (> 75%)",
        every=min(15, every),
    )


CASES = tuple(map(_case, TIMED))
