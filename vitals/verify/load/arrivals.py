"""When arrivals come, and how a Locust user becomes a worker that sends them.

An arrival has an intended start, whatever the service does: latency counts from there, so a stall is felt by everyone
who would have come in it, as in production ("coordinated omission" is what closed users do). A request that depends on
an earlier answer is intended for the intended start of that one plus the time in which it is expected to be answered,
never plus the time that it took: else one slow answer would excuse all that follow it (G. Tene, wrk2).
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from typing import Any, Protocol

import gevent
from locust import TaskSet, User
from locust.exception import StopUser

from vitals.verify.load.plan import REQUEST_TIMEOUT_S, Step

INTENDED = "vitals_scheduled"
"""The key under which a request's context holds the worker that sent it."""


def poisson(steps: Sequence[Step], share: float, rng: random.Random) -> Iterator[float]:
    """Intended starts in seconds from the beginning: independent arrivals at each step's rate.

    Args:
        steps: Rates, one after the other.
        share: Of all arrivals, those that this schedule holds.
        rng: Where chance comes from.
    """
    begin = 0.0
    for step in steps:
        end = begin + step.lasts_s
        at = begin + rng.expovariate(step.rate * share)
        while at < end:
            yield at
            at += rng.expovariate(step.rate * share)
        begin = end


class Expectations(Protocol):
    """What a worker asks and reports."""

    def expected(self, endpoint: str) -> float | None:
        """Seconds in which an endpoint usually answers; None while nothing is known."""

    def gave_up(self) -> None:
        """An arrival could not be sent in time."""


class Schedule:
    """The arrivals of one user class, which its workers take one by one.

    Args:
        starts: Intended starts in seconds from the beginning, in order.
        begun_at: The beginning, in unix seconds.
        expectations: See there.
    """

    def __init__(self, starts: Iterator[float], begun_at: float, expectations: Expectations) -> None:
        self._starts = starts
        self._begun_at = begun_at
        self.expectations = expectations

    def take(self) -> float:
        """Take the next arrival that is not hopelessly late; returns its intended start in unix seconds.

        Raises:
            StopUser: There are no more.
        """
        for start in self._starts:
            intended = self._begun_at + start
            if time.time() - intended <= REQUEST_TIMEOUT_S:
                return intended
            self.expectations.gave_up()
        raise StopUser

    def overdue(self) -> int:
        """Count what should have begun by now and was never taken; the schedule is used up after that."""
        now = time.time() - self._begun_at
        late = 0
        for start in self._starts:
            if start > now:
                break
            late += 1
        return late


def worker_class(user_class: type[User], schedule: Schedule) -> type[User]:
    """Make a user class whose every task is one arrival of the schedule.

    Args:
        user_class: Any user class of a locustfile; its task sets may be nested.
        schedule: Whose arrivals its workers take.
    """

    class Worker(user_class):  # type: ignore[misc, valid-type]
        """Waits for the intended start in place of the user's own pause."""

        fixed_count = 0
        intended: float | None = None

        def on_start(self) -> None:
            super().on_start()
            gevent.sleep(self.wait_time())

        def wait_time(self) -> float:
            """Between two tasks: until the next arrival."""
            self.intended = schedule.take()
            return max(0.0, self.intended - time.time())

        def wait(self) -> None:
            """Within a task: the user's own pause, counted from when the answer was expected."""
            pause = user_class.wait_time(self)
            if self.intended is None:
                gevent.sleep(pause)
                return
            self.intended += pause
            gevent.sleep(max(0.0, self.intended - time.time()))

        def context(self) -> dict[str, Any]:
            return {**super().context(), INTENDED: self}

        def late_by(self, sent_at: float, endpoint: str, took_s: float) -> float:
            """Seconds that a request began after its intended start; sets the intended start of the next one."""
            if self.intended is None:
                return 0.0
            late = max(0.0, sent_at - self.intended)
            expected = schedule.expectations.expected(endpoint)
            self.intended += took_s if expected is None else expected
            return late

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
