"""The task family: what becomes of background tasks, how long they take, how long they wait, and how many wait.

A task that will be tried again has not failed yet: ratios count only how tasks ended for good. The length of a queue
is the largest that any worker tells, for all of them look at the same queue.
"""

from __future__ import annotations

from functools import reduce

from vitals.model.catalog import Service
from vitals.model.promql import Expr, max_by, sum_by
from vitals.model.signals import gauge
from vitals.model.signals.measure import NO_EVENTS, mean, p95, rate, share
from vitals.model.signals.signal import Direction, Group, Signal
from vitals_telemetry.contract import Unit

QUEUE = ("service", "queue")
TASK = (*QUEUE, "task")
_TIME, _WAIT = "task_duration_seconds", "task_wait_seconds"
_GIVEN_UP = "~failed|rejected"

OUTCOMES = Signal(
    id="tasks.done.outcome",
    title="Tasks by outcome",
    asks="How do attempts at tasks end? Many retries are failures that have not been given up yet.",
    unit=Unit.PER_SECOND,
    worse=Direction.NEITHER,
    record="service_queue_outcome:tasks_processed:rate5m",
    labels=(*QUEUE, "outcome"),
    group=Group.TASKS,
    query=lambda service, _: rate("tasks_processed_total", (*QUEUE, "outcome"), service),
    may_be_empty=NO_EVENTS,
)

DONE = Signal(
    id="tasks.done.queue",
    title="Tasks that ended",
    asks="How many tasks per second end for good, well or badly? None while some wait: the workers stand still.",
    unit=Unit.PER_SECOND,
    worse=Direction.NEITHER,
    record="service_queue:tasks_ended:rate5m",
    labels=QUEUE,
    group=Group.TASKS,
    query=lambda service, _: sum_by(QUEUE, OUTCOMES.read(service=service.name, outcome="!retried")),
    may_be_empty=NO_EVENTS,
)

FAILURES = Signal(
    id="tasks.failures.ratio",
    title="Task failure ratio",
    asks="What share of tasks is given up or refused? Somebody waits for each of them in vain.",
    unit=Unit.RATIO,
    worse=Direction.HIGHER_IS_WORSE,
    record="service_queue:tasks_failed:ratio_rate5m",
    labels=QUEUE,
    group=Group.TASKS,
    query=lambda service, _: share(
        sum_by(QUEUE, OUTCOMES.read(service=service.name, outcome=_GIVEN_UP)), DONE.read(service=service.name)
    ),
    may_be_empty=NO_EVENTS,
)

TIME_MEAN = Signal(
    id="tasks.time.mean",
    title="Mean task time",
    asks="How long does an attempt at a task take on average? Times the rate it says how many workers are busy.",
    unit=Unit.SECONDS,
    worse=Direction.HIGHER_IS_WORSE,
    record="service_queue:task_duration_seconds:mean5m",
    labels=QUEUE,
    group=Group.TASKS,
    query=lambda service, _: mean(_TIME, QUEUE, service),
    may_be_empty=NO_EVENTS,
)

TIME_P95 = Signal(
    id="tasks.time.p95_task",
    title="p95 task time by kind",
    asks="Which kind of task takes longest? One attempt in twenty takes longer than this.",
    unit=Unit.SECONDS,
    worse=Direction.HIGHER_IS_WORSE,
    record="service_task:task_duration_seconds:p95_5m",
    labels=TASK,
    group=Group.TASKS,
    query=lambda service, _: p95(_TIME, TASK, service),
    may_be_empty=NO_EVENTS,
)

WAIT_P95 = Signal(
    id="tasks.wait.p95",
    title="p95 wait",
    asks="How long do tasks wait before a worker begins them? It rises as soon as the workers cannot keep up.",
    unit=Unit.SECONDS,
    worse=Direction.HIGHER_IS_WORSE,
    record="service_queue:task_wait_seconds:p95_5m",
    labels=QUEUE,
    group=Group.TASKS,
    query=lambda service, _: p95(_WAIT, QUEUE, service),
    may_be_empty=NO_EVENTS,
)

LENGTH = Signal(
    id="tasks.queue.length",
    title="Queue length",
    asks="How many tasks wait? A length that only grows never empties by itself.",
    unit=Unit.COUNT,
    worse=Direction.HIGHER_IS_WORSE,
    record="service_queue:task_queue_length:max",
    labels=QUEUE,
    group=Group.TASKS,
    query=lambda service, scrape: max_by(QUEUE, gauge.last("task_queue_length", service, scrape)),
)


def _of_limit(service: Service) -> Expr:
    """Waiting tasks over what the catalogue allows, each queue with its own limit."""
    shares = [LENGTH.read(service=service.name, queue=queue.name) / queue.most for queue in service.queues]
    return reduce(lambda left, right: left | right, shares)


FILLED = Signal(
    id="tasks.saturation.queue",
    title="Queue fill",
    asks="How near is the number of waiting tasks to the most that the catalogue allows?",
    unit=Unit.RATIO,
    worse=Direction.HIGHER_IS_WORSE,
    record="service_queue:task_queue_length:ratio",
    labels=QUEUE,
    group=Group.TASKS,
    query=lambda service, _: _of_limit(service),
)

SIGNALS = (OUTCOMES, DONE, FAILURES, TIME_MEAN, TIME_P95, WAIT_P95, LENGTH, FILLED)
