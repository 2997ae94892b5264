"""TasksWaiting: for a minute the slowest twentieth of tasks waits longer than 30 s, of more than 25 that ended."""

from __future__ import annotations

from collections.abc import Mapping

from tests.oracle.of_tasks import WORKER, doing
from tests.oracle.samples import Process
from tests.oracle.scenario import Fires, Scenario
from vitals.verify.oracle.alert_case import AlertCase
from vitals.verify.oracle.conditions import Above, both, busy
from vitals.verify.oracle.levels import Following, counter, histogram
from vitals.verify.oracle.measures import P95, RateOf

TIMES, ENDS, PER = "task_wait_seconds", "tasks_processed_total", ("queue",)
TASK = 'service="wellness-worker", job="wellness-worker", instance="worker-a", queue="reports", task="report"'


def _ended(labels: Mapping[str, str]) -> bool:
    return labels["outcome"] != "retried"


def _waiting(per_second: float) -> tuple[Following, ...]:
    ended = counter(f'{ENDS}{{{TASK}, outcome="succeeded"}}', lambda _: per_second)
    return *histogram(TIMES, TASK, (10.0, 30.0, 60.0), per_second=per_second), ended


CASES = (
    AlertCase(
        id="tasks.wait.high",
        name="TasksWaiting",
        severity="warning",
        service="wellness-worker",
        condition=both(Above(P95(TIMES, 300, PER), 30), busy(RateOf(ENDS, 300, PER, _ended), 25)),
        for_=60,
        record="service_queue:task_wait_seconds:p95_5m",
        events="service_queue:tasks_ended:rate5m",
        more_than=25,
        scraped=_waiting(2),
        few=_waiting(0.08),
        low=2,
        under=28.9,
        high=36,
        summary="wellness-worker (reports): p95 task wait 36s (> 30s)",
        labels={"queue": "reports"},
    ),
)
SCENARIOS = (
    Scenario(
        "30 tasks in five minutes, all of them late",
        [Process("worker-a", [doing(1500, 0.1, late=1.0)])],
        service=WORKER,
        lasts=1485,
        fires=[Fires("tasks.wait.high", by=480)],
    ),
)
