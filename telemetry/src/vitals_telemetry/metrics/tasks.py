"""What a service reports about its background tasks: time, wait, outcome, queue length.

Celery and other queues alike.
"""

from __future__ import annotations

from vitals_telemetry.contract import Label, Metric, MetricType, Unit
from vitals_telemetry.metrics.process import OTHER

QUEUE = Label("queue", f"Name of the queue; {OTHER!r} beyond the bound.", most=20, expected=1)
TASK = Label("task", f"Kind of task, such as reports; {OTHER!r} beyond the bound.", most=100, expected=1)
OUTCOME = Label(
    "outcome",
    "How one attempt at a task ended: 'retried' will be tried again, 'failed' will not, 'rejected' was refused or "
    "revoked without being done.",
    most=4,
    expected=4,
    values=("failed", "rejected", "retried", "succeeded"),
)

TASK_DURATION = Metric(
    name="task_duration_seconds",
    type=MetricType.HISTOGRAM,
    unit=Unit.SECONDS,
    help="Time that one attempt at a task took, in seconds, however it ended",
    labels=(QUEUE, TASK),
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300),
)
TASK_WAIT = Metric(
    name="task_wait_seconds",
    type=MetricType.HISTOGRAM,
    unit=Unit.SECONDS,
    help="Time from the moment a task could be taken to the moment a worker began it, in seconds",
    labels=(QUEUE, TASK),
    buckets=(0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800),
)
TASKS_PROCESSED = Metric(
    name="tasks_processed_total",
    type=MetricType.COUNTER,
    unit=Unit.COUNT,
    help="Attempts at tasks that have ended, by outcome",
    labels=(QUEUE, TASK, OUTCOME),
)
TASK_QUEUE_LENGTH = Metric(
    name="task_queue_length",
    type=MetricType.GAUGE,
    unit=Unit.COUNT,
    help="Tasks in the queue that no worker has begun; absent while the queue does not answer",
    labels=(QUEUE,),
)

TASK_METRICS: tuple[Metric, ...] = (TASK_DURATION, TASK_WAIT, TASKS_PROCESSED, TASK_QUEUE_LENGTH)
"""The family, in the order of the scrape."""
