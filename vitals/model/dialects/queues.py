"""Workers of task queues that an exporter watches from outside: celery-exporter and rq-exporter.

The exporter is what is scraped, in the place of the workers. A task that ended for good is an event of the worker's
objective, and one that failed or was refused is a bad one.

Sources: https://github.com/danihodovic/celery-exporter and https://github.com/mdawar/rq-exporter.
"""

from __future__ import annotations

from vitals.model.dialects.dialect import Dialect, Matchers, MetricSource
from vitals.model.dialects.http import CALLS, PROCESS, PYTHON, histogram, over
from vitals.model.metrics.exporter import gauge, unusual_counter
from vitals_telemetry.contract import Label, Metric
from vitals_telemetry.metrics import TASK_METRICS

_DURATION, _WAIT, _PROCESSED, _LENGTH = (metric.name for metric in TASK_METRICS)
_WAIT_BUCKETS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0)
"""The exporter's own for the time in the queue."""
_ASKS_WORKERS = "4s"
"""At each scrape it asks all workers twice and waits one second each for answers, so it takes 2.1 s, however few there
are; twice that leaves room for a busy broker."""
_BAD = ("failed", "rejected")
"""The outcomes that are bad events of an objective; a task that is tried again has not ended yet."""


def celery_exporter(
    *, prefix: str = "celery_", buckets: tuple[float, ...] = PYTHON, where: Matchers | None = None
) -> Dialect:
    """A Celery worker behind celery-exporter, with events sent (``worker_send_task_events``).

    Args:
        prefix: ``--metric-prefix`` of the exporter.
        buckets: ``--buckets`` of the exporter, in seconds.
        where: Which series count, by label: ``{"queue_name": "reports"}`` where one exporter watches several workers.
    """
    queue = Label("queue_name", "Name of the queue.", most=20, expected=1)
    task = Label("name", "Name of the task.", most=100, expected=2)
    worker = Label("hostname", "Name of the worker.", most=100, expected=1)
    exception = Label("exception", "Class of the exception.", most=50, expected=2)
    labels, counts = {"queue": "queue_name", "task": "name"}, over({}, where)

    def ended(outcome: str, theirs: str, *more: Label) -> tuple[str, Metric]:
        return outcome, unusual_counter(
            f"{prefix}task_{theirs}_total", "Tasks that ended so.", task, worker, queue, *more
        )

    outcomes = (
        ended("succeeded", "succeeded"),
        ended("failed", "failed", exception),
        ended("rejected", "rejected"),
        ended("retried", "retried"),
    )
    time = histogram(f"{prefix}task_runtime", "Time of tasks that succeeded.", task, worker, queue, buckets=buckets)
    wait = histogram(f"{prefix}task_queue_wait_time", "Wait of tasks.", task, worker, queue, buckets=_WAIT_BUCKETS)
    length = gauge(f"{prefix}queue_length", "Messages in the queue.", queue)
    return Dialect(
        "celery-exporter",
        "Tasks of a Celery worker, counted by celery-exporter.",
        {
            CALLS: _events(outcomes, {"endpoint": "name", "method": "queue_name"}, counts),
            _PROCESSED: _processed(outcomes, labels, counts),
            _DURATION: (MetricSource(time, labels, {}, counts),),
            _WAIT: (MetricSource(wait, labels, {}, counts),),
            _LENGTH: (MetricSource(length, {"queue": "queue_name"}, {}, counts),),
        },
        requests=False,
        tasks=True,
        scrape_timeout=_ASKS_WORKERS,
        # Tasks that were sent, received and started, and what is known of each worker.
        other_series=60,
    )


def rq_exporter(*, where: Matchers | None = None) -> Dialect:
    """An RQ worker behind rq-exporter.

    Args:
        where: Which series count, by label: ``{"queues": "reports"}`` where one exporter watches several workers.
    """
    worker = Label("name", "Name of the worker.", most=100, expected=2)
    queues = Label("queues", "Queues that the worker serves, joined by commas.", most=20, expected=1)
    queue = Label("queue", "Name of the queue.", most=20, expected=1)
    status = Label("status", "Where the job stands.", most=8, expected=8)
    outcomes = tuple(
        (outcome, unusual_counter(f"rq_workers_{theirs}_total", "Jobs that ended so.", worker, queues))
        for outcome, theirs in (("succeeded", "success"), ("failed", "failed"))
    )
    labels, counts = {"queue": "queues"}, over({}, where)
    jobs = gauge("rq_jobs", "Jobs by state.", queue, status)
    return Dialect(
        "rq-exporter",
        "Jobs of an RQ worker, counted by rq-exporter.",
        {
            CALLS: _events(outcomes, {"method": "queues", "endpoint": "name"}, counts),
            _PROCESSED: tuple(
                MetricSource(metric, labels, {"outcome": outcome, "task": "all"}, counts)
                for outcome, metric in outcomes
            ),
            _LENGTH: (MetricSource(jobs, {"queue": "queue"}, {}, {"status": "queued"}),),
            **PROCESS,
        },
        requests=False,
        tasks=True,
        other_series=30,
    )


def _events(
    outcomes: tuple[tuple[str, Metric], ...], labels: dict[str, str | tuple[str, ...]], where: Matchers
) -> tuple[MetricSource, ...]:
    """Tasks that ended for good, as the events of an objective."""
    everything: tuple[Matchers, ...] = ({},)
    return tuple(
        MetricSource(metric, labels, {"status": outcome}, where, failed=everything if outcome in _BAD else ())
        for outcome, metric in outcomes
        if outcome != "retried"
    )


def _processed(
    outcomes: tuple[tuple[str, Metric], ...], labels: dict[str, str], where: Matchers
) -> tuple[MetricSource, ...]:
    return tuple(MetricSource(metric, labels, {"outcome": outcome}, where) for outcome, metric in outcomes)
