"""Marks: kept, missed or not to be judged, and what the run as a whole comes to."""

from __future__ import annotations

import pytest

from tests.verify.load.records import DASHBOARD, LATENCY, MARKS, GeneratorState, interval, run_of
from vitals.rendered import LoadMark
from vitals.verify.load.judge import MarkOutcome, judge, judge_mark
from vitals.verify.load.knee import judge_stress
from vitals.verify.load.totals import totals


@pytest.mark.parametrize(
    ("fast", "slow", "outcome"),
    [
        (1000, 0, "kept"),
        (990, 10, "kept"),
        (60, 0, "cannot judge"),
        (985, 15, "cannot judge"),
        (900, 100, "missed"),
        (5, 15, "missed"),
    ],
)
def test_mark_is_judged_by_what_chance_explains(fast: int, slow: int, outcome: MarkOutcome) -> None:
    """A few too many slow requests prove nothing, a tenth of them does, and so do few requests that are all slow."""
    run = run_of([interval(0, [0.05] * fast + [0.9] * slow)])

    found = judge_mark(LoadMark(endpoint=None, slo=LATENCY), totals(run), 0.05)

    assert (found.outcome, found.bad, found.count) == (outcome, slow, fast + slow)
    assert bool(found.needs) == (outcome == "cannot judge")


def test_service_within_its_objectives_passes() -> None:
    """Two thousand fast requests keep every mark, and nothing has to be said."""
    verdict = judge(run_of([interval(second, [0.05] * 200) for second in range(10)]), MARKS)

    assert (verdict.outcome, verdict.reasons, verdict.notes) == ("passed", (), ())
    assert {one.outcome for one in verdict.marks} == {"kept"}


def test_request_without_an_answer_breaks_both_objectives() -> None:
    """A status of 500 is an answer in time; a connection that is refused is neither available nor in time."""
    answered = totals(run_of([interval(0, [0.05] * 90, {"500": 10})]))
    refused = totals(run_of([interval(0, [0.05] * 90, {"ConnectionError": 10})]))
    mistaken = totals(run_of([interval(0, [0.05] * 90, {"404": 10})]))

    bad = [[one.bad(mark.slo) for mark in MARKS.marks[:2]] for one in (answered, refused, mistaken)]
    assert bad == [[10, 0], [10, 10], [0, 0]]


def test_missed_mark_names_what_broke_it() -> None:
    """The reason gives objective, requests and share, for all requests and for the endpoint."""
    verdict = judge(run_of([interval(0, [0.05] * 1900 + [1.0] * 100)]), MARKS)

    assert verdict.outcome == "failed"
    assert verdict.reasons[0] == "all requests: 99% within 250ms: 100 of 2000 requests broke it (5.00% > 1.00%)."
    assert verdict.reasons[1].startswith(f"{DASHBOARD}: 99% within 250ms")


@pytest.mark.parametrize(
    "full", [GeneratorState(host_cpu=0.99), GeneratorState(cpu=0.97), GeneratorState(lag_s=0.2)], ids=str
)
def test_missed_marks_on_a_full_machine_prove_nothing(full: GeneratorState) -> None:
    """Whether the machine, the generator's core or its timer was the limit: the run is called so."""
    slow = [interval(second, [1.0] * 200) for second in range(10)]
    fast = [interval(second, [0.05] * 200) for second in range(10)]

    missed, kept = judge(run_of(slow, generator=full), MARKS), judge(run_of(fast, generator=full), MARKS)

    assert missed.outcome == "cannot judge"
    assert "may be the machine" in missed.reasons[0]
    assert kept.outcome == "passed"
    assert len(kept.notes) == 1


def test_endpoint_without_objective_fails_the_run() -> None:
    """What has no objective cannot pass; the message says where to write it."""
    verdict = judge(run_of([interval(0, [0.05] * 2000)], endpoint="GET /api/secret"), MARKS)

    assert verdict.outcome == "failed"
    assert "no objective for GET /api/secret" in verdict.reasons[0]
    assert "catalog/services" in verdict.reasons[0]


def test_run_that_is_too_short_says_how_long_it_must_be() -> None:
    """With 20 requests a second, the thousand that 99.9 % takes need 50 s."""
    verdict = judge(run_of([interval(second, [0.05] * 20) for second in range(10)]), MARKS)

    assert verdict.outcome == "cannot judge"
    assert "about 1000 requests (--duration 50)" in verdict.reasons[0]


@pytest.mark.parametrize("seconds", [0, 3])
def test_run_without_a_request_cannot_be_judged(seconds: int) -> None:
    """Not even one that has lasted no time at all, of which every rate would be a division by zero."""
    run = run_of([], seconds=seconds)

    assert judge(run, MARKS).outcome == "cannot judge"
    assert (totals(run).throughput, totals(run).concurrency) == (0.0, 0.0)


def test_run_whose_users_failed_does_not_pass() -> None:
    """A task that raises asks for less than was planned, however fast the rest is; a mark that is missed stays so."""
    good, slow = ([interval(second, [latency] * 200) for second in range(10)] for latency in (0.05, 1.0))
    why = "a user failed: KeyError: 'location'."

    kept, missed, silent = (
        judge(run_of(one, seconds=10).model_copy(update={"problem": why}), MARKS) for one in (good, slow, [])
    )

    assert (kept.outcome, missed.outcome, silent.outcome) == ("cannot judge", "failed", "cannot judge")
    assert kept.reasons == silent.reasons
    assert kept.reasons[0].startswith(why)


def test_endpoint_that_refuses_every_request_is_not_judged_by_the_others() -> None:
    """A status of 404 is the users' mistake and breaks no objective; nothing was served."""
    refused = [interval(second, [], {"404": 200}) for second in range(10)]

    verdict = judge(run_of(refused), MARKS)
    once_broken = judge(run_of([interval(0, [], {"500": 1})]), MARKS)

    assert not any("Every request" in reason for reason in once_broken.reasons)
    assert verdict.outcome == "cannot judge"
    assert verdict.reasons[0].startswith(f"Every request to {DASHBOARD} failed (404).")


def test_run_that_is_interrupted_early_says_so() -> None:
    """Nothing counts before the warm-up is over, and a longer run would not help."""
    early = run_of([interval(0, [0.05])], ended="interrupted").model_copy(update={"warm_up_s": 9.0})

    assert judge(early, MARKS).reasons == (
        "The run was interrupted within its warm-up of 9 s, before anything counted.",
    )
    assert judge_stress(run_of([], ended="interrupted"), MARKS).reasons == (
        "The run was interrupted within its first step.",
    )


def test_interrupted_and_failed_runs_never_pass() -> None:
    """However good the numbers were until then."""
    good = [interval(second, [0.05] * 200) for second in range(10)]

    assert judge(run_of(good, ended="interrupted"), MARKS).outcome == "cannot judge"
    assert judge(run_of(good, ended="failed"), MARKS).outcome == "failed"
