"""Background tasks, beyond the levels of ``tests/alerts``: retried, just enough of them, and a queue that will be full.

The worker is scraped every 15 s. Its queue may hold 300 tasks.
"""

from __future__ import annotations

from tests.alert_rules.samples import Process, Stretch, histogram, key, silent
from tests.alert_rules.scenario import Fires, Proof, Scenario
from vitals_telemetry.metrics.tasks import TASK_DURATION, TASK_QUEUE_LENGTH, TASK_WAIT, TASKS_PROCESSED

WORKER = "wellness-worker"
REPORTS = {"queue": "reports"}
TASK = {**REPORTS, "task": "report"}
FAILING, WAITING = "tasks.failures.high", "tasks.wait.high"
FILLING, AHEAD = "tasks.queue.high", "tasks.queue.ahead"


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
    paces = histogram(TASK_DURATION, per_second, {0.2: 1.0}, **TASK)
    paces |= histogram(TASK_WAIT, per_second, {waits: late, 0.1: 1 - late}, **TASK)
    ends = {"failed": failing, "retried": retried, "succeeded": 1 - failing - retried}
    paces |= {key(TASKS_PROCESSED.name, **TASK, outcome=how): per_second * share for how, share in ends.items()}
    return Stretch(seconds, paces, {key(TASK_QUEUE_LENGTH.name, **REPORTS): (length, growing)})


THRESHOLDS = (
    Scenario(
        "every task is given up: known within three minutes",
        [Process("worker-a", [doing(600, 2), doing(300, 2, failing=1.0), doing(600, 2)])],
        service=WORKER,
        lasts=1485,
        fires=[Fires(FAILING, quiet_until=660, by=600 + 165, over_by=900 + 255)],
    ),
    Scenario(
        "half of all attempts is retried, and then it works",
        [Process("worker-a", [doing(1500, 2, retried=0.5)])],
        service=WORKER,
        lasts=1485,
        quiet=[FAILING],
    ),
    Scenario(
        "30 tasks in five minutes, all of them late",
        [Process("worker-a", [doing(1500, 0.1, late=1.0)])],
        service=WORKER,
        lasts=1485,
        fires=[Fires(WAITING, by=480)],
    ),
    Scenario(
        "seven tasks in five minutes, all of them failing",
        [Process("worker-a", [doing(1500, 7 / 300, failing=1.0)])],
        service=WORKER,
        lasts=1485,
        fires=[Fires(FAILING, by=480)],
    ),
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

AHEADS = (
    Scenario(
        "about three tasks more wait every hundred seconds, from the start: full in less than two hours",
        [Process("worker-a", [doing(1200, 2, length=90, growing=0.0303), doing(1200, 2, length=126.36)])],
        service=WORKER,
        lasts=2385,
        proves=[Proof.START],
        fires=[
            Fires(
                AHEAD,
                quiet_until=950,
                by=1080,
                over_by=1200 + 600,
                summary="wellness-worker (reports): queue fill at 100% in 1h 37m 30s (< 2h)",
                labels=REPORTS,
            )
        ],
        quiet=[FILLING],
    ),
    Scenario(
        "the queue grows, and then the metrics vanish",
        [Process("worker-a", [doing(1200, 2, length=90, growing=0.0303), silent(900)])],
        service=WORKER,
        lasts=2085,
        proves=[Proof.MISSING],
        fires=[Fires(AHEAD, by=1150, over_by=1200 + 60)],
    ),
    Scenario(
        "the queue grows slowly: full in a little more than two hours",
        [Process("worker-a", [doing(1500, 2, length=90, growing=0.024)])],
        service=WORKER,
        lasts=1485,
        proves=[Proof.UNDER],
        quiet=[AHEAD],
    ),
    Scenario(
        "the queue is beyond its limit and grows: nothing is left",
        [Process("worker-a", [doing(1200, 2, length=301, growing=0.01)])],
        service=WORKER,
        lasts=1185,
        fires=[
            Fires(FILLING, by=90),
            Fires(
                AHEAD,
                quiet_until=950,
                by=1080,
                summary="wellness-worker (reports): queue fill at 100% in 0s (< 2h)",
                labels=REPORTS,
            ),
        ],
    ),
    Scenario(
        "the queue is long and empties, or stays as it is",
        [Process("worker-a", [doing(1500, 2, length=149, growing=-0.02), doing(1500, 2, length=119)])],
        service=WORKER,
        lasts=2985,
        quiet=[AHEAD, FILLING],
    ),
    Scenario(
        "the queue grows fast from nothing, and is reported from a fifth of its limit on",
        [Process("worker-a", [doing(1500, 2, length=0, growing=0.052)])],
        service=WORKER,
        lasts=1485,
        fires=[Fires(AHEAD, quiet_until=1440, by=1485)],
    ),
)

CASES = (*THRESHOLDS, *AHEADS)
