"""QueueFilling: for a minute a queue holds more than half of the 300 tasks that it may."""

from __future__ import annotations

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
