"""TargetDown: for a minute a target does not answer its scrape. There is one rule per job, so each job has its case."""

from __future__ import annotations

from tests.oracle.jobs import JOBS, SCRAPED
from tests.oracle.scenario import Fires, Scenario
from vitals.verify.oracle.alert_case import AlertCase
from vitals.verify.oracle.conditions import Equals
from vitals.verify.oracle.levels import gauge
from vitals.verify.oracle.scrapes import Down
from vitals.verify.oracle.traffic import Replica, dead, serving, unanswered


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
SCENARIOS = (
    Scenario(
        "the only worker dies: it promises nothing, so this warns",
        [Replica("worker-a", [serving(600, 0), dead(300), serving(300, 0)])],
        service="wellness-worker",
        lasts=1200,
        fires=[
            Fires(
                "meta.target_down",
                quiet_until=655,
                by=675,
                over_by=920,
                summary="wellness-worker (worker-a): target down, up 0 (< 1)",
                labels={"instance": "worker-a", "job": "wellness-worker"},
            )
        ],
    ),
    Scenario(
        "an exporter is down",
        [Replica("node-a", [serving(600, 0), dead(120)])],
        service="node",
        lasts=700,
        fires=[Fires("meta.target_down", quiet_until=655, by=675)],
    ),
    Scenario(
        "a worker that hangs for half a minute again and again",
        [Replica("worker-a", [serving(300, 0), *[unanswered(30, 0), serving(60, 0)] * 5])],
        service="wellness-worker",
        lasts=740,
        quiet=["meta.target_down"],
    ),
)
