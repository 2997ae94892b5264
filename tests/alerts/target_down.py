"""TargetDown: for a minute a target does not answer its scrape. There is one rule per job, so each job has its case."""

from __future__ import annotations

from tests.oracle.jobs import JOBS, SCRAPED
from vitals.verify.oracle.alert_case import AlertCase
from vitals.verify.oracle.conditions import Equals
from vitals.verify.oracle.levels import gauge
from vitals.verify.oracle.scrapes import Down


def _case(job: str) -> AlertCase:
    return AlertCase(
        id="meta.target_down",
        name="TargetDown",
        severity="warning",
        service=job,
        condition=Equals(Down(), 0),
        for_=60,
        scraped=(
            gauge(f'up{{service="{job}", job="{job}", instance="t1"}}'),
            gauge(f'up{{service="{job}", job="{job}", instance="t2"}}', lambda _: 1),
        ),
        low=1,
        under=1,
        high=0,
        warm=150,
        creeps=0,
        holds=150,
        summary=f"{job} (t1): target down, up 0 (< 1)",
        labels={"job": job, "instance": "t1"},
        every=min(15, SCRAPED.get(job, 15)),
    )


CASES = tuple(map(_case, JOBS))
