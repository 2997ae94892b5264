"""A worker and its queue, as its scrapes bring them home: scraped every 15 s, and 300 tasks may wait."""

from __future__ import annotations

from tests.oracle.samples import Stretch, histogram, key

WORKER = "wellness-worker"
REPORTS = {"queue": "reports"}
LENGTH = "task_queue_length"
MOST = 300
_TASK = {**REPORTS, "task": "report"}
_TIMES = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)
_WAITS = (0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800)


def doing(
    seconds: float,
    per_second: float,
    *,
    failing: float = 0.0,
    retried: float = 0.0,
    late: float = 0.0,
    waits: float = 45.0,
    length: float = 2.0,
    growing: float = 0.0,
) -> Stretch:
    """A worker; ``late`` is the share of tasks that wait ``waits`` seconds, ``growing`` is the queue's, per second."""
    paces = histogram("task_duration_seconds", _TIMES, per_second, {0.2: 1.0}, **_TASK)
    paces |= histogram("task_wait_seconds", _WAITS, per_second, {waits: late, 0.1: 1 - late}, **_TASK)
    ends = {"failed": failing, "retried": retried, "succeeded": 1 - failing - retried}
    paces |= {key("tasks_processed_total", **_TASK, outcome=how): per_second * share for how, share in ends.items()}
    return Stretch(seconds, paces, {key(LENGTH, **REPORTS): (length, growing)})
