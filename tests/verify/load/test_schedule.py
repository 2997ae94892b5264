"""Arrivals by the clock, and what is intended of a request that waits for an earlier answer."""

from __future__ import annotations

import random
import time

import pytest

from vitals.verify.load.plan import REQUEST_TIMEOUT_S, ArrivalStep
from vitals.verify.load.recorded_run import GeneratorInterval
from vitals.verify.load.schedule import Intended, Schedule, poisson
from vitals.verify.load.tally import MOST_ENDPOINTS, RequestTally

STEPS = (ArrivalStep(rate=50, lasts_s=20), ArrivalStep(rate=200, lasts_s=20))


def test_arrivals_come_at_the_rate_of_their_step() -> None:
    """Two schedules that share the arrivals have them all between them, in order, and the same for one seed."""
    shares = [_starts(0.25, seed=1), _starts(0.75, seed=2)]
    both = sorted(shares[0] + shares[1])

    assert [sum(one < 20 for one in both), sum(one >= 20 for one in both)] == [
        pytest.approx(1000, abs=130),  # four deviations of a Poisson number
        pytest.approx(4000, abs=260),
    ]
    assert len(shares[0]) == pytest.approx(1250, abs=145)
    assert all(one == sorted(one) for one in shares)
    assert _starts(0.25, seed=1) == shares[0]


def _starts(share: float, *, seed: int) -> list[float]:
    return list(poisson(STEPS, share, random.Random(seed)))  # noqa: S311 - no secret


def test_answer_that_is_late_makes_the_next_request_late() -> None:
    """The second request is meant for the first one's start, its usual 0.1 s and a second of thought: at 101.1.

    The first answer took 3 s, so the second request is sent at 104 and is 2.9 s late, which counts as its latency.
    """
    intended = Intended(100.0)

    assert intended.sent(100.0, took_s=3.0, expected_s=0.1) == 0
    intended.pause(1.0)

    assert intended.sent(104.0, took_s=0.1, expected_s=0.1) == pytest.approx(2.9)


def test_answer_that_is_early_changes_nothing() -> None:
    """A request that is sent before it was meant to be is not late, and nothing is won by it."""
    intended = Intended(100.0)
    intended.sent(100.0, took_s=0.1, expected_s=1.0)

    assert intended.sent(100.1, took_s=0.1, expected_s=1.0) == 0
    assert intended.at == pytest.approx(102.0)


def test_without_an_expectation_the_answer_itself_counts() -> None:
    """At the beginning nothing is usual."""
    intended = Intended(100.0)
    intended.sent(100.0, took_s=0.4, expected_s=None)

    assert intended.at == pytest.approx(100.4)


def test_hopelessly_late_arrivals_are_given_up_and_counted() -> None:
    """Of four arrivals, two are later than any client would wait; the third is taken, the fourth was never."""
    tally = RequestTally()
    ages = (-REQUEST_TIMEOUT_S - 2, -REQUEST_TIMEOUT_S - 1, -1.0, -0.5)
    schedule = Schedule(iter(ages), time.time(), tally)

    assert schedule.take() == pytest.approx(time.time() - 1, abs=2)
    assert tally.unsent == 2
    assert schedule.overdue() == 1
    assert schedule.take() is None


def test_expectation_is_learned_while_the_load_is_low() -> None:
    """The median of the first step; what comes after it, however slow, does not change what is expected."""
    tally = RequestTally()
    tally.request("GET /a", latency_s=0.1, busy_s=0.1, error=None, answered=True)
    tally.learned()
    for _ in range(9):
        tally.request("GET /a", latency_s=5, busy_s=5, error=None, answered=True)

    assert tally.expected("GET /a") == pytest.approx(0.1, rel=0.02)
    assert tally.expected("GET /b") is None


def test_addresses_with_ids_do_not_become_endpoints_without_end() -> None:
    """Beyond a bound they are counted together, and the run says so."""
    tally = RequestTally()
    for number in range(MOST_ENDPOINTS + 50):
        tally.request(f"GET /items/{number}", latency_s=0.1, busy_s=0.1, error=None, answered=True)
    report = tally.report(
        GeneratorInterval(at_s=0, offered=None, users=1, in_flight=0, unsent=0, lag_s=0, cpu=0, host_cpu=0)
    )

    assert len(report.endpoints) == MOST_ENDPOINTS + 1
    assert report.endpoints["GET other"].count == 50
    assert "name=" in report.problems[0]
