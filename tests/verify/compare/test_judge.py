"""The verdict over minutes whose truth is known."""

from __future__ import annotations

from dataclasses import replace

import pytest

from vitals.verify.compare.judge import ALL_ENDPOINTS, judge
from vitals.verify.compare.minutes import MinuteCounts, Side, quantile
from vitals.verify.compare.verdict import ComparedMeasure, ComparisonVerdict, Effects
from vitals.verify.compare.versions import stopped

from .sides import side

TWO = {"GET /a": 0.1, "GET /b": 0.02}
EFFECTS = Effects()


def test_a_version_that_is_not_asked_any_more_does_not_pass() -> None:
    """Ten good minutes, then none while A goes on; a few minutes less, and hardly any traffic, prove nothing."""
    a, gone = side("a", {"/x": 0.1}), side("b", {"/x": 0.1}, minutes=10)

    assert stopped(a, gone) == "b had no traffic in the last 50 minutes, while a had"
    assert not stopped(a, side("b", {"/x": 0.1}, minutes=57))
    assert not stopped(a, side("b", {"/x": 0.1}, minutes=10, requests=0.2))
    assert not stopped(gone, a)
    found = judge(a, replace(gone, broke_off=stopped(a, gone)), Effects())
    assert (found.verdict, found.why) == (ComparisonVerdict.CANNOT_JUDGE, stopped(a, gone))


def test_a_slower_version_is_worse_and_a_faster_one_better() -> None:
    """Both endpoints are found, with the size of the change inside its interval and the minute of the verdict."""
    a = side("stable", TWO)
    slower = judge(a, side("slow canary", TWO, slower=0.2), EFFECTS)
    faster = judge(a, side("fast canary", TWO, slower=-0.2), EFFECTS)
    found = [one for one in slower.endpoints if one.verdict is ComparisonVerdict.WORSE]

    assert (slower.verdict, faster.verdict) == (ComparisonVerdict.WORSE, ComparisonVerdict.BETTER)
    assert {(one.endpoint, one.measure) for one in found} == {
        (name, ComparedMeasure.LATENCY) for name in (*TWO, ALL_ENDPOINTS)
    }
    for one in found:
        assert one.low is not None
        assert one.high is not None
        assert 0 < one.low < 0.2 < one.high
        assert one.decided_after_min is not None
        assert 5 <= one.decided_after_min <= 60


def test_no_evidence_always_says_what_would_have_been_found() -> None:
    """Equal sides: each endpoint and measure has an interval around zero and a smallest effect beyond it."""
    found = judge(side("one", TWO), side("other", TWO), EFFECTS)

    assert found.verdict is ComparisonVerdict.NO_EVIDENCE
    assert len(found.endpoints) == 5
    for one in found.endpoints:
        assert one.verdict is ComparisonVerdict.NO_EVIDENCE
        assert one.smallest_found is not None
        assert one.low is not None
        assert one.high is not None
        assert one.low < 0 < one.high
        assert one.smallest_found > 0
        assert one.minutes_needed


def test_another_mix_of_endpoints_is_no_change() -> None:
    """B serves the slow endpoint ten times as often: everything together is slower, and each endpoint is as it was."""
    mix = {name: side("B", {name: TWO[name]}, requests=4000 if name == "GET /a" else 400).endpoints for name in TWO}
    found = judge(side("A", TWO), Side("B", {name: mix[name][name] for name in TWO}), EFFECTS)
    (together,) = [one for one in found.endpoints if one.endpoint == ALL_ENDPOINTS]

    assert found.verdict is ComparisonVerdict.NO_EVIDENCE
    assert together.effect is not None
    assert abs(together.effect) < 0.03


def test_an_endpoint_with_few_requests_does_not_thin_out_the_others() -> None:
    """What needs groups six times as long is compared by itself alone."""
    names = {**TWO, "GET /rare": 0.1}
    a, b = ({name: side(one, {name: median}).endpoints[name] for name, median in names.items()} for one in "AB")
    for mine, one in ((a, "A"), (b, "B")):
        mine["GET /rare"] = side(one, {"GET /rare": 0.1}, requests=18).endpoints["GET /rare"]
    found = judge(Side("A", a), Side("B", b), EFFECTS)
    minutes = {one.endpoint: one.minutes for one in found.endpoints if one.measure is ComparedMeasure.LATENCY}

    assert minutes[ALL_ENDPOINTS] == 60
    assert minutes["GET /rare"] <= 10


def test_finished_sides_are_looked_at_once() -> None:
    """The same minutes: what a watched pair leaves open is found in a pair that ended as planned, and it says so."""
    a, b = side("A", {"GET /a": 0.1}, requests=150), side("B", {"GET /a": 0.1}, requests=150, slower=0.07)
    watched = judge(a, b, EFFECTS)
    finished = judge(replace(a, finished=True), replace(b, finished=True), EFFECTS)
    half = judge(replace(a, finished=True), b, EFFECTS)

    assert (watched.looks, half.looks, finished.looks) == ("any", "any", "one")
    for one, other in zip(watched.endpoints, finished.endpoints, strict=True):
        assert one.smallest_found is not None
        assert other.smallest_found is not None
        if one.measure is ComparedMeasure.LATENCY:
            assert other.smallest_found < one.smallest_found
    assert half == watched


@pytest.mark.parametrize("finished", [False, True])
def test_errors_pay_for_latencies_that_cannot_be_judged_yet(*, finished: bool) -> None:
    """An early look has fewer answers than a late one, and must not be surer of its errors for that."""
    whole = [replace(side(name, {"GET /a": 0.1}, minutes=10), finished=finished) for name in ("A", "B")]
    early = [
        replace(one, endpoints={"GET /a": {at: replace(m, latencies=()) for at, m in one.endpoints["GET /a"].items()}})
        for one in whole
    ]
    late, soon = (
        next(one for one in judge(a, b, EFFECTS).endpoints if one.measure is ComparedMeasure.ERRORS)
        for a, b in (whole, early)
    )

    assert soon.low is not None
    assert (soon.low, soon.high, soon.smallest_found) == (late.low, late.high, late.smallest_found)


def test_a_canary_with_a_twentieth_of_the_traffic_is_not_called_different_for_that() -> None:
    """Few requests beside many have the same quantile on average; minutes are joined until they hold enough."""
    found = judge(side("all", TWO, requests=2000), side("few", TWO, requests=60, minutes=60), EFFECTS)
    (latency,) = [one for one in found.endpoints if (one.endpoint, one.measure) == ("GET /a", ComparedMeasure.LATENCY)]

    assert found.verdict is ComparisonVerdict.NO_EVIDENCE
    assert 25 <= latency.minutes <= 30
    assert latency.effect is not None
    assert abs(latency.effect) < 0.05


def test_a_version_that_only_fails_is_worse_within_minutes() -> None:
    """Every request fails: it has errors for evidence, and is judged long before an hour."""
    found = judge(side("good", TWO), side("broken", TWO, errors=1.0), EFFECTS)
    worst = found.endpoints[0]

    assert found.verdict is ComparisonVerdict.WORSE
    assert worst.measure is ComparedMeasure.ERRORS
    assert worst.decided_after_min is not None
    assert worst.decided_after_min <= 10


@pytest.mark.parametrize("silent", ["A", "B"])
def test_without_traffic_there_is_no_verdict(silent: str) -> None:
    """A side without a request can be neither good nor bad."""
    a, b = (Side(name, {}) if name == silent else side(name, TWO) for name in "AB")
    found = judge(a, b, EFFECTS)

    assert found.verdict is ComparisonVerdict.CANNOT_JUDGE
    assert found.why == f"no traffic in {silent}"
    assert {one.why for one in found.endpoints} == {f"no traffic in {silent}"}


def test_an_endpoint_that_vanished_does_not_pass() -> None:
    """B answers on one endpoint and never on the other, which A served: that is not a good B."""
    found = judge(side("A", TWO), side("B", {"GET /a": 0.1}), EFFECTS)

    assert found.verdict is ComparisonVerdict.CANNOT_JUDGE
    assert "GET /b" in found.why


def test_an_endpoint_that_neither_side_served_is_not_compared() -> None:
    """Prometheus has its counters from the start, at zero: rows of nothing would bury the others."""
    idle = {minute: MinuteCounts(0, 0, ()) for minute in range(60)}
    a, b = (Side(name, {**side(name, TWO).endpoints, "GET unmatched": idle}) for name in "AB")

    assert {one.endpoint for one in judge(a, b, EFFECTS).endpoints} == {*TWO, ALL_ENDPOINTS}


def test_too_few_minutes_are_no_verdict_and_two_empty_sides_neither() -> None:
    """Four minutes, and nothing at all: cannot judge, with the reason."""
    short = judge(side("A", TWO, minutes=4), side("B", TWO, minutes=4, slower=3.0), EFFECTS)
    empty = judge(Side("A", {}), Side("B", {}), EFFECTS)

    assert short.verdict is empty.verdict is ComparisonVerdict.CANNOT_JUDGE
    assert "too little traffic" in short.endpoints[0].why
    assert empty.endpoints == ()


def test_minutes_that_only_one_side_served_are_left_out() -> None:
    """A ran an hour longer, at night and twice as fast: only what both served is compared."""
    day, night = side("A", TWO), side("night", TWO, slower=-0.5, minutes=120)
    merged = {name: {**night.endpoints[name], **day.endpoints[name]} for name in TWO}

    assert judge(Side("A", merged), side("B", TWO), EFFECTS).verdict is ComparisonVerdict.NO_EVIDENCE


def test_a_generator_that_could_not_send_leaves_no_verdict() -> None:
    """However slow B looks: the load was not what was asked for."""
    b = side("B", TWO, slower=1.0)
    found = judge(side("A", TWO), Side("B", b.endpoints, unfit="the generator was full"), EFFECTS)

    assert (found.verdict, found.why) == (ComparisonVerdict.CANNOT_JUDGE, "the generator was full")


def test_the_quantile_of_few_is_that_of_many_on_average() -> None:
    """The rank is that whose expectation is the share; beyond the last bound it is the last one that is known."""
    assert quantile({(float(i), float(i + 1)): 1 for i in range(99)}) == 95
    assert quantile({(0.0, 1.0): 5, (1.0, float("inf")): 95}) == 1.0
    assert quantile({(0.0, 1.0): 1}) == 1.0


def test_no_traffic_in_a_minute_divides_by_nothing() -> None:
    """Minutes that are there and hold no request are like minutes that are not there."""
    idle = Side("idle", {"GET /a": {minute: MinuteCounts(0, 0, ()) for minute in range(60)}})

    assert judge(side("A", TWO), idle, EFFECTS).verdict is ComparisonVerdict.CANNOT_JUDGE
