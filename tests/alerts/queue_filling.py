"""QueueFilling: for a minute a queue holds more than half of the 300 tasks that it may."""

from __future__ import annotations

from tests.oracle.of_tasks import WORKER, doing
from tests.oracle.samples import Process
from tests.oracle.scenario import Proof, Scenario
from vitals.verify.oracle.alert_case import AlertCase
from vitals.verify.oracle.conditions import Above
from vitals.verify.oracle.lately import Lately
from vitals.verify.oracle.levels import gauge
from vitals.verify.oracle.measures import Derived

LENGTH, MOST = "task_queue_length", 300
REPORTS = 'service="wellness-worker", job="wellness-worker", instance="worker-a", queue="reports"'

CASES = (
    AlertCase(
        id="tasks.queue.high",
        name="QueueFilling",
        severity="warning",
        service="wellness-worker",
        condition=Above(Derived(lambda length: length / MOST, (Lately(LENGTH, 60, ("queue",)),)), 0.5),
        for_=60,
        record="service_queue:task_queue_length:ratio",
        scraped=(gauge(f"{LENGTH}{{{REPORTS}}}"),),
        low=2,
        under=150,
        high=165,
        summary="wellness-worker (reports): queue fill 55% (> 50%)",
        labels={"queue": "reports"},
    ),
)
FILLING = "tasks.queue.high"
SCENARIOS = (
    Scenario(
        "150 of 300 tasks wait, and more for a moment",
        [Process("worker-a", [doing(600, 2, length=150), doing(30, 2, length=250), doing(600, 2, length=150)])],
        service=WORKER,
        lasts=1200,
        proves=[Proof.UNDER],
        quiet=[FILLING],
    ),
    Scenario(
        "two workers report the same queue: it is not counted twice",
        [Process(f"worker-{n}", [doing(900, 1, length=140)]) for n in "ab"],
        service=WORKER,
        lasts=885,
        quiet=[FILLING],
    ),
)
