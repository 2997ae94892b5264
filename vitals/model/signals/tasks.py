"""The task family: what becomes of background tasks, how long they take, how long they wait, and how many wait.

A task that will be tried again has not failed yet: ratios count only how tasks ended for good. The length of a queue
is the largest that any worker reports, for all of them look at the same queue.
"""

from __future__ import annotations

from vitals.model.catalog import Scrape, Service
from vitals.model.conventions import SERVICE
from vitals.model.promql import Expr
from vitals.model.signals import gauge
from vitals.model.signals.idioms import any_of, share
from vitals.model.signals.measure import NO_EVENTS, mean, p95, rate
from vitals.model.signals.query import SignalQuery
from vitals.model.signals.signal import Direction, Group, Signal
from vitals_telemetry.contract import Unit

QUEUE = (SERVICE, "queue")
TASK = (*QUEUE, "task")
_TIME, _WAIT = "task_duration_seconds", "task_wait_seconds"
_GIVEN_UP = "~failed|rejected"

OUTCOMES = Signal(
    id="tasks.done.outcome",
    title="Tasks by outcome",
    question="How do attempts at tasks end? Many retries are failures that have not been given up yet.",
    unit=Unit.TASKS_PER_SECOND,
    direction=Direction.NEITHER,
    record="service_queue_outcome:tasks_processed:rate5m",
    labels=(*QUEUE, "outcome"),
    group=Group.TASKS,
    query=rate("tasks_processed_total", (*QUEUE, "outcome")),
    may_be_empty=NO_EVENTS,
)

DONE = Signal(
    id="tasks.done.queue",
    title="Finished tasks",
    question="How many tasks per second end for good, well or badly? None while some wait: the workers stand still.",
    unit=Unit.TASKS_PER_SECOND,
    direction=Direction.NEITHER,
    record="service_queue:tasks_ended:rate5m",
    labels=QUEUE,
    group=Group.TASKS,
    query=OUTCOMES.recorded(outcome="!retried").sum_by(QUEUE),
    may_be_empty=NO_EVENTS,
    phrase="finished tasks {value}",
)

FAILURES = Signal(
    id="tasks.failures.ratio",
    title="Task failure ratio",
    question="What share of tasks is given up or refused? Each of them is a result that never comes.",
    unit=Unit.RATIO,
    direction=Direction.HIGHER_IS_WORSE,
    record="service_queue:tasks_failed:ratio_rate5m",
    labels=QUEUE,
    group=Group.TASKS,
    query=share(OUTCOMES.recorded(outcome=_GIVEN_UP).sum_by(QUEUE), DONE.recorded()),
    may_be_empty=NO_EVENTS,
    phrase="{value} of tasks failed",
)

TIME_MEAN = Signal(
    id="tasks.time.mean",
    title="Mean task time",
    question="How long does an attempt at a task take on average? Times the rate it says how many workers are busy.",
    unit=Unit.SECONDS,
    direction=Direction.HIGHER_IS_WORSE,
    record="service_queue:task_duration_seconds:mean5m",
    labels=QUEUE,
    group=Group.TASKS,
    query=mean(_TIME, QUEUE),
    may_be_empty=NO_EVENTS,
)

TIME_P95 = Signal(
    id="tasks.time.p95_task",
    title="p95 task time by kind",
    question="Which kind of task takes longest? One attempt in twenty takes longer than this.",
    unit=Unit.SECONDS,
    direction=Direction.HIGHER_IS_WORSE,
    record="service_task:task_duration_seconds:p95_5m",
    labels=TASK,
    group=Group.TASKS,
    query=p95(_TIME, TASK),
    may_be_empty=NO_EVENTS,
)

WAIT_P95 = Signal(
    id="tasks.wait.p95",
    title="p95 wait",
    question="How long do tasks wait before a worker begins them? It rises as soon as the workers cannot keep up.",
    unit=Unit.SECONDS,
    direction=Direction.HIGHER_IS_WORSE,
    record="service_queue:task_wait_seconds:p95_5m",
    labels=QUEUE,
    group=Group.TASKS,
    query=p95(_WAIT, QUEUE),
    may_be_empty=NO_EVENTS,
    phrase="p95 task wait {value}",
)

LENGTH = Signal(
    id="tasks.queue.length",
    title="Queue length",
    question="How many tasks wait? A length that only grows never empties by itself.",
    unit=Unit.COUNT,
    direction=Direction.HIGHER_IS_WORSE,
    record="service_queue:task_queue_length:max",
    labels=QUEUE,
    group=Group.TASKS,
    query=gauge.last("task_queue_length").max_by(QUEUE),
)


def _of_limit(service: Service, _: Scrape) -> Expr:
    """Waiting tasks over what the catalogue allows, each queue with its own limit."""
    return any_of(LENGTH.select(service=service.name, queue=queue.name) / queue.most for queue in service.queues)


FILLED = Signal(
    id="tasks.saturation.queue",
    title="Queue fill",
    question="How near is the number of waiting tasks to the most that the catalogue allows?",
    unit=Unit.RATIO,
    direction=Direction.HIGHER_IS_WORSE,
    record="service_queue:task_queue_length:ratio",
    labels=QUEUE,
    group=Group.TASKS,
    query=SignalQuery(_of_limit),
)

SIGNALS = (OUTCOMES, DONE, FAILURES, TIME_MEAN, TIME_P95, WAIT_P95, LENGTH, FILLED)
