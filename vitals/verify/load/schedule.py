"""When arrivals come, whatever the service does; plain data, so that it can be tested without Locust."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from typing import Protocol

from vitals.verify.load.plan import REQUEST_TIMEOUT_S, ArrivalStep


def poisson(steps: Sequence[ArrivalStep], share: float, rng: random.Random) -> Iterator[float]:
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


class Intended:
    """When the requests of one arrival are meant to begin.

    Args:
        at: The intended start of the first one, in unix seconds.
    """

    def __init__(self, at: float) -> None:
        self.at = at

    def sent(self, sent_at: float, took_s: float, expected_s: float | None) -> float:
        """Account for a request; the next one is meant to begin when this one was expected to be answered.

        Args:
            sent_at: When it was sent, in unix seconds.
            took_s: How long it took.
            expected_s: How long it usually takes; None while that is not known, and what it took counts.

        Returns:
            How many seconds too late it was sent.
        """
        late = max(0.0, sent_at - self.at)
        self.at += took_s if expected_s is None else expected_s
        return late

    def pause(self, seconds: float) -> None:
        """The user thinks before the next request."""
        self.at += seconds


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

    def take(self) -> float | None:
        """Take the next arrival that is not hopelessly late: its start in unix seconds; None after the last."""
        for start in self._starts:
            intended = self._begun_at + start
            if time.time() - intended <= REQUEST_TIMEOUT_S:
                return intended
            self.expectations.gave_up()
        return None

    def overdue(self) -> int:
        """Count what should have begun by now and was never taken; the schedule is used up after that."""
        now = time.time() - self._begun_at
        late = 0
        for start in self._starts:
            if start > now:
                break
            late += 1
        return late
