"""The drills of the background tasks; both need the orders that come from the API."""

from vitals.local.stack.parts.platform import API_JOB, WORKER_JOB
from vitals.model.conventions import Severity
from vitals.verify.drills.drill import Drill
from vitals.verify.drills.injections import DemoFault

_TOUCHES = (WORKER_JOB, f"{API_JOB}/orders")

DRILLS = (
    Drill(
        name="tasks-failing",
        family="tasks",
        service=WORKER_JOB,
        description="every attempt at a task fails",
        injection=DemoFault("failing-tasks", {"share": 1.0}, service=WORKER_JOB),
        touches=_TOUCHES,
        expected="notify",
        alert="TasksFailing",
        severity=Severity.WARNING,
        panels=("tasks.failures.ratio",),
    ),
    Drill(
        name="tasks-piling-up",
        family="tasks",
        service=WORKER_JOB,
        description="tasks take 1.5 s longer and pile up",
        injection=DemoFault("slow-tasks", {"seconds": 1.5}, service=WORKER_JOB),
        touches=_TOUCHES,
        expected="notify",
        alert="TasksWaiting",
        severity=Severity.WARNING,
        follows=("QueueFilling",),
        builds_up_s=60,
        panels=("tasks.queue.length",),
    ),
)
