"""How a Locust user becomes a worker that sends arrivals.

An arrival has an intended start, whatever the service does: latency counts from there, so a stall is felt by everyone
who would have come in it, as in production ("coordinated omission" is what closed users do). A request that depends on
an earlier answer is intended for the intended start of that one plus the time in which it is expected to be answered,
never plus the time that it took: else one slow answer would excuse all that follow it (G. Tene, wrk2).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import gevent
from locust import TaskSet, User
from locust.exception import StopUser

from vitals.verify.load.schedule import Intended, Schedule

INTENDED = "vitals_intended"
"""The key under which a request's context holds when it was meant to begin."""


def worker_class(user_class: type[User], schedule: Schedule) -> type[User]:
    """Make a user class whose every task is one arrival of the schedule.

    Args:
        user_class: Any user class of a locustfile; its task sets may be nested.
        schedule: Whose arrivals its workers take.
    """

    class Worker(user_class):  # type: ignore[misc, valid-type]
        """Waits for the intended start in place of the user's own pause."""

        fixed_count = 0
        intended: Intended | None = None

        def on_start(self) -> None:
            super().on_start()
            gevent.sleep(self.wait_time())

        def wait_time(self) -> float:
            """Between two tasks: until the next arrival."""
            start = schedule.take()
            if start is None:
                raise StopUser
            self.intended = Intended(start)
            return max(0.0, start - time.time())

        def wait(self) -> None:
            """Within a task: the user's own pause, counted from when the answer was expected."""
            pause = user_class.wait_time(self)
            if self.intended is None:
                gevent.sleep(pause)
                return
            self.intended.pause(pause)
            gevent.sleep(max(0.0, self.intended.at - time.time()))

        def context(self) -> dict[str, Any]:
            return {**super().context(), INTENDED: self.intended}

    Worker.__name__ = Worker.__qualname__ = user_class.__name__
    _follow(user_class.tasks)
    return Worker


def _of_user(task_set: TaskSet) -> float:
    pause: float = task_set.user.wait_time()
    return pause


def _follow(tasks: Sequence[Any]) -> None:
    """Let nested task sets with pauses of their own wait for arrivals, too."""
    for task in tasks:
        if isinstance(task, type) and issubclass(task, TaskSet):
            task.wait_time = _of_user  # type: ignore[method-assign]
            _follow(task.tasks)
