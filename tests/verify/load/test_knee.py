"""The knee of a stress test, what was full beyond it, and when a run may end before its plan does."""

from __future__ import annotations

from tests.verify.load.records import MARKS, GeneratorState, interval, run_of
from vitals.verify.load.knee import GENERATOR, HOST, enough, judge_stress, knee_of, steps_of
from vitals.verify.load.recorded_run import LoadRun, ReplicaSample, RequestInterval

STEP_S = 10
USUAL = GeneratorState()
CONNECTIONS = "connections to main"


def stress_run(*shares_slow: float, full: float = 0.5, unsent: int = 0, generator: GeneratorState = USUAL) -> LoadRun:
    """Steps of ten seconds at 10, 20, 40 ... arrivals per second; a share of the requests of each is slow."""
    intervals: list[RequestInterval] = []
    offered: list[float | None] = []
    given_up: list[int] = []
    samples = []
    for number, share in enumerate(shares_slow):
        rate = 10 * 2**number
        for second in range(STEP_S):
            at_s = float(number * STEP_S + second)
            slow = round(rate * share)
            intervals.append(interval(at_s, [0.05] * (rate - slow) + [2.0] * slow))
            offered.append(float(rate))
            given_up.append(unsent if number == len(shares_slow) - 1 else 0)
        samples.append(
            ReplicaSample(
                at_s=number * STEP_S + 5.0, replica="1", service="shop", cpu=0.4, memory_bytes=1e8,
                saturation={CONNECTIONS: min(1.0, full * rate / 40)},
            )
        )  # fmt: skip
    return run_of(
        intervals, offered=offered, unsent=given_up, replicas=tuple(samples), profile="stress", generator=generator
    )


def test_knee_is_the_last_step_that_keeps_the_objectives() -> None:
    """40 arrivals per second are borne and 80 are not; what was full at 80 is named, the fullest first."""
    run = stress_run(0, 0, 0, 0.3, 0.9, full=1.0)

    knee = knee_of(steps_of(run, MARKS))

    assert knee.last_kept is not None
    assert knee.first_missed is not None
    assert (knee.last_kept.rate, knee.first_missed.rate) == (40, 80)
    assert knee.saturated == (f"{CONNECTIONS} of shop",)
    assert judge_stress(run, MARKS).outcome == "passed"


def test_one_bad_step_before_good_ones_is_chance() -> None:
    """A neighbour that was busy for ten seconds is not the limit of the service."""
    knee = knee_of(steps_of(stress_run(0, 0.3, 0, 0, 0.9), MARKS))

    assert knee.last_kept is not None
    assert knee.last_kept.rate == 80


def test_a_service_that_hangs_from_the_first_step_on_has_no_limit_to_find() -> None:
    """Its requests end when they time out, two steps later; the steps before kept nothing."""
    timed_out = [interval(float(second), [], {"ReadTimeout": 10}) for second in range(2 * STEP_S, 3 * STEP_S)]
    run = run_of(timed_out, seconds=3 * STEP_S, offered=[10.0 * 2 ** (at // STEP_S) for at in range(3 * STEP_S)])
    hanging = run.model_copy(
        update={"generator": tuple(one.model_copy(update={"in_flight": 40}) for one in run.generator)}
    )

    assert [step.missed for step in steps_of(hanging, MARKS)] == [True, True, True]
    assert judge_stress(hanging, MARKS).outcome == "failed"
    assert (enough(hanging, MARKS) or ("", ""))[0] == "failed"


def test_nothing_is_named_where_nothing_was_full() -> None:
    """What is not measured may have been full; the fullest of what is stays in the table."""
    knee = knee_of(steps_of(stress_run(0, 0, 0.9, 0.9, full=0.1), MARKS))

    assert knee.saturated == ()
    assert knee.first_missed is not None
    assert set(knee.first_missed.saturation) == {GENERATOR, HOST, f"{CONNECTIONS} of shop"}


def test_limit_that_was_not_reached_is_no_pass() -> None:
    """The message says how to reach it."""
    verdict = judge_stress(stress_run(0, 0, 0), MARKS)

    assert verdict.outcome == "cannot judge"
    assert "Raise stress_from" in verdict.reasons[0]


def test_first_step_that_misses_fails_the_run() -> None:
    """A service that does not bear the lowest rate fails, unless the machine was full."""
    assert judge_stress(stress_run(0.9, 0.9), MARKS).outcome == "failed"
    assert judge_stress(stress_run(0.9, 0.9, generator=GeneratorState(host_cpu=0.99)), MARKS).outcome == "cannot judge"


def test_generator_that_was_full_below_the_knee_proves_nothing() -> None:
    """Its own delays would be taken for the service's."""
    verdict = judge_stress(stress_run(0, 0, 0.9, generator=GeneratorState(lag_s=0.3)), MARKS)

    assert verdict.outcome == "cannot judge"
    assert "generator's own" in verdict.reasons[0]


def test_arrivals_that_could_not_be_sent_are_counted_and_shown() -> None:
    """They make a step one that is missed, and the verdict says how many there were."""
    verdict = judge_stress(stress_run(0, 0, 0, unsent=7), MARKS)

    assert verdict.outcome == "passed"
    assert verdict.notes == ("70 arrivals could not be sent, because every worker waited for an answer",)


def test_run_ends_when_two_steps_lie_far_beyond_the_limit() -> None:
    """Not while the second of them still goes on, and not for one that is slow by chance."""
    assert enough(stress_run(0, 0.5, 0.5, 0.5), MARKS) is not None
    assert enough(stress_run(0, 0, 0.5, 0.5), MARKS) is None
    assert enough(stress_run(0, 0, 0, 0), MARKS) is None


def test_run_against_a_host_that_fails_every_request_ends() -> None:
    """Ten seconds of nothing but errors are enough; a moment of them is not, and at the first look nothing is known."""
    dead = [interval(float(second), [], {"ConnectionError": 5}) for second in range(12)]
    hurt = [interval(float(second), [0.01], {"ConnectionError": 5}) for second in range(12)]

    ended = enough(run_of(dead), MARKS)

    assert ended is not None
    assert ended[0] == "failed"
    assert "ConnectionError" in ended[1]
    assert enough(run_of(dead[:3]), MARKS) is None
    assert enough(run_of(hurt), MARKS) is None
    assert enough(run_of([], seconds=0), MARKS) is None
