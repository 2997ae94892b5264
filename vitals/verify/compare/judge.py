"""The verdict: per endpoint and measure, then over all, each with what it could have found."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from vitals.verify.compare.evidence import log_evidence
from vitals.verify.compare.family import family_evidence, holm
from vitals.verify.compare.interval import Question, Strength, noise_of
from vitals.verify.compare.minutes import (
    REQUESTS_NEEDED,
    SHARE_NEEDS,
    EndpointMinutes,
    PairedLatencies,
    Side,
    paired_errors,
    paired_latencies,
    pooled_latencies,
)
from vitals.verify.compare.one_look import log_inverse_p
from vitals.verify.compare.rates import rate_evidence
from vitals.verify.compare.verdict import ComparedMeasure, ComparisonResult, ComparisonVerdict, Effects, EndpointVerdict
from vitals.verify.compare.whitening import Floats, running_sums

ALPHA = 0.05
"""Chance of one false verdict or more among all comparisons of a run, however often it is looked at."""
FEWEST = 5
"""Minutes that a verdict needs: fewer hold hardly more than what autocorrelation alone makes of one."""
LATENCY_FLOOR = 0.01
"""Relative error of a load test's latency sketch: quantiles that differ by less may be the same."""
SHARE_FLOOR = 0.001
"""One error in a thousand requests: the shares of a minute with a thousand requests lie that far apart."""
ALL_ENDPOINTS = "all endpoints"
"""Name of the comparison of what endpoints have in common."""
SLOWER_AT_MOST = 2.0
"""An endpoint whose minutes must be joined into groups more than twice as long as those of the busiest one is left out
of the comparison of all: with it, that one would have too few groups."""
_LARGEST = 20.0
"""Logarithm of the largest change of latency that is written as a number: larger ones overflow."""


@dataclass(frozen=True)
class _Series:
    """One comparison: its groups of minutes, and how surely each of them refuted that there is no change."""

    endpoint: str
    measure: ComparedMeasure
    ends: Floats
    values: Floats
    strengths: Floats
    floor: float
    strength: Strength

    @property
    def relevant(self) -> bool:
        return len(self.values) >= FEWEST


def judge(a: Side, b: Side, effects: Effects) -> ComparisonResult:
    """Compare B with A on every endpoint that either of them served.

    Two sides that are finished are looked at once. All others may be looked at again and again, and pay for it.

    Args:
        a: The one that stands.
        b: The one that is judged.
        effects: Which changes matter.
    """
    once = a.finished and b.finished
    strength: Strength = log_inverse_p if once else log_evidence
    # A source may list endpoints that never had a request (counters that begin at 0).
    names = sorted(one for one in a.endpoints.keys() | b.endpoints.keys() if requests_of(a, one) + requests_of(b, one))
    pairs = {name: (a.endpoints.get(name, {}), b.endpoints.get(name, {})) for name in names}
    every = [one for name, (left, right) in pairs.items() for one in _series(name, left, right, strength)]
    every += _pooled(every, pairs, strength)
    # The family must not depend on when one looks: what an endpoint cannot be judged by yet counts from the start.
    served = {one.endpoint for one in every if one.relevant}
    family = [one for one in every if one.endpoint in served]
    decisions = _at_the_end(family) if once else _at_any_look(family)
    decided = dict(zip([id(one) for one in family], decisions, strict=True))
    threshold = math.log(max(len(family), 1) / ALPHA)
    found = [
        _verdict(one, decided[id(one)], Question(threshold, one.floor, one.strength), effects)
        if one.relevant
        else _unable(one, a, b)
        for one in every
    ]
    verdict, why = _overall(found, a, b)
    return ComparisonResult(
        a.name,
        b.name,
        verdict,
        why,
        tuple(sorted(found, key=_worst_first)),
        (*a.remarks, *b.remarks),
        looks="one" if once else "any",
    )


def _series(endpoint: str, a: EndpointMinutes, b: EndpointMinutes, strength: Strength) -> tuple[_Series, _Series]:
    latencies, errors = paired_latencies(a, b), paired_errors(a, b)
    failing = np.zeros(0)
    if len(errors.ends):
        minutes = log_evidence(running_sums(errors.differences), SHARE_FLOOR)
        counts = rate_evidence(errors.requests_a, errors.errors_a, errors.requests_b, errors.errors_b)
        # Counts are right while errors come one by one, minutes while they come in bursts: both must be convinced. At
        # one look, too: minutes of bursts are far from normal, and Student's t of twenty endpoints is wrong twice as
        # often as it says, while evidence has room to spare.
        failing = np.minimum(minutes, counts)
    return (
        _of_latencies(endpoint, latencies, strength),
        _Series(endpoint, ComparedMeasure.ERRORS, errors.ends, errors.differences, failing, SHARE_FLOOR, log_evidence),
    )


def _of_latencies(name: str, found: PairedLatencies, strength: Strength) -> _Series:
    slow = strength(running_sums(found.log_ratios), LATENCY_FLOOR) if len(found.ends) else np.zeros(0)
    return _Series(name, ComparedMeasure.LATENCY, found.ends, found.log_ratios, slow, LATENCY_FLOOR, strength)


def _pooled(
    every: Sequence[_Series], pairs: Mapping[str, tuple[EndpointMinutes, EndpointMinutes]], strength: Strength
) -> Iterator[_Series]:
    """All endpoints together, as far as they have groups of minutes of about the same length."""
    able = {one.endpoint: len(one.values) for one in every if one.measure is ComparedMeasure.LATENCY and one.relevant}
    most = max(able.values(), default=0)
    together = [pairs[name] for name, groups in able.items() if groups >= most / SLOWER_AT_MOST]
    if len(together) > 1:
        yield _of_latencies(ALL_ENDPOINTS, pooled_latencies(together), strength)


def _at_any_look(family: Sequence[_Series]) -> list[int | None]:
    """For each series the index at which it was decided, by the family's evidence at every minute until now."""
    last = int(max((one.ends[-1] for one in family if one.relevant), default=0))
    if not family:
        return []
    course = np.zeros((len(family), last))
    for row, one in enumerate(family):
        if not one.relevant:
            continue
        known = np.searchsorted(one.ends, np.arange(1, last + 1), side="right")
        course[row] = np.where(known >= FEWEST, one.strengths[np.maximum(known, 1) - 1], 0.0)
    decided = family_evidence(course) >= math.log(1 / ALPHA)
    return [
        int(np.searchsorted(one.ends, np.argmax(row) + 1, side="right")) - 1 if row.any() else None
        for one, row in zip(family, decided, strict=True)
    ]


def _at_the_end(family: Sequence[_Series]) -> list[int | None]:
    """The last index of each series that is decided at its end."""
    adjusted = holm(np.array([one.strengths[-1] if one.relevant else 0.0 for one in family]))
    return [
        len(one.values) - 1 if strength >= math.log(1 / ALPHA) else None
        for one, strength in zip(family, adjusted, strict=True)
    ]


def _verdict(one: _Series, decided: int | None, question: Question, effects: Effects) -> EndpointVerdict:
    relative = one.measure is ComparedMeasure.LATENCY
    scale = _latency_change if relative else _share_change
    noise = noise_of(one.values, one.floor)
    low, high = question.interval(one.values)
    smallest = question.smallest_found(noise, len(one.values))
    matters = math.log1p(effects.latency) if relative else effects.errors
    groups = question.minutes_needed(noise, matters, FEWEST)
    verdict, at = ComparisonVerdict.NO_EVIDENCE, None
    if decided is not None:
        verdict = ComparisonVerdict.WORSE if one.values[: decided + 1].mean() > 0 else ComparisonVerdict.BETTER
        at = int(one.ends[decided])
    return EndpointVerdict(
        one.endpoint,
        one.measure,
        verdict,
        len(one.values),
        effect=scale(float(one.values.mean())),
        low=scale(low) if math.isfinite(low) else None,
        high=scale(high) if math.isfinite(high) else None,
        smallest_found=scale(smallest) if smallest <= _most(one) else None,
        decided_after_min=at,
        minutes_needed=None if groups is None else math.ceil(groups * float(one.ends[-1]) / len(one.ends)),
    )


def _latency_change(log_ratio: float) -> float:
    return math.expm1(min(log_ratio, _LARGEST))


def _share_change(difference: float) -> float:
    """No share can change by more than all of it, whatever an interval of its mean reaches to."""
    return min(max(difference, -1.0), 1.0)


def _most(one: _Series) -> float:
    """The largest mean that a series can have; one that would be found only beyond it is never found."""
    return _LARGEST if one.measure is ComparedMeasure.LATENCY else 1.0


def _unable(one: _Series, a: Side, b: Side) -> EndpointVerdict:
    silent = [side.name for side in (a, b) if not requests_of(side, one.endpoint)]
    each = f"{REQUESTS_NEEDED} answers" if one.measure is ComparedMeasure.LATENCY else f"{SHARE_NEEDS} requests"
    why = (
        f"no traffic in {' and '.join(silent)}"
        if silent
        else f"too short, or too little traffic at the same time: {len(one.values)} of {FEWEST} groups of minutes with "
        f"{each} on both sides"
    )
    return EndpointVerdict(one.endpoint, one.measure, ComparisonVerdict.CANNOT_JUDGE, len(one.values), why=why)


def requests_of(side: Side, endpoint: str) -> float:
    """Requests of one endpoint on one side."""
    return sum(one.requests for one in side.endpoints.get(endpoint, {}).values())


def _overall(found: Sequence[EndpointVerdict], a: Side, b: Side) -> tuple[ComparisonVerdict, str]:
    by_verdict = {verdict: [one for one in found if one.verdict is verdict] for verdict in ComparisonVerdict}
    worse, better = by_verdict[ComparisonVerdict.WORSE], by_verdict[ComparisonVerdict.BETTER]
    unfit = next((side.unfit for side in (a, b) if side.unfit), "")
    silent = next((side.name for side in (a, b) if side.requests == 0), "")
    vanished = sorted({one.endpoint for one in found if _vanished(one.endpoint, a, b)})
    # The first reason that holds is the answer: a load that was not what was asked for says nothing, not even "worse".
    reasons = (
        (unfit, ComparisonVerdict.CANNOT_JUDGE, unfit),
        (worse, ComparisonVerdict.WORSE, f"{_named(worse)} worse in {b.name}"),
        (silent, ComparisonVerdict.CANNOT_JUDGE, f"no traffic in {silent}"),
        (b.broke_off, ComparisonVerdict.CANNOT_JUDGE, b.broke_off.rstrip(".")),
        (
            vanished,
            ComparisonVerdict.CANNOT_JUDGE,
            f"no traffic in {b.name} for {', '.join(vanished)}, which {a.name} served",
        ),
        (
            len(by_verdict[ComparisonVerdict.CANNOT_JUDGE]) == len(found),
            ComparisonVerdict.CANNOT_JUDGE,
            "too short, or too little traffic at the same time, on every endpoint",
        ),
        (better, ComparisonVerdict.BETTER, f"{_named(better)} better in {b.name}, nothing worse"),
        (True, ComparisonVerdict.NO_EVIDENCE, "no difference that chance does not explain"),
    )
    return next((verdict, why) for holds, verdict, why in reasons if holds)


def _vanished(endpoint: str, a: Side, b: Side) -> bool:
    """Whether A had enough requests for a verdict while B had none: a B that does not answer must not pass."""
    return requests_of(a, endpoint) >= FEWEST * REQUESTS_NEEDED and requests_of(b, endpoint) == 0


def _named(some: Sequence[EndpointVerdict]) -> str:
    return ", ".join(f"{one.endpoint} {one.measure}" for one in sorted(some, key=_worst_first))


def _worst_first(one: EndpointVerdict) -> tuple[int, str, str]:
    order = (
        ComparisonVerdict.WORSE,
        ComparisonVerdict.BETTER,
        ComparisonVerdict.NO_EVIDENCE,
        ComparisonVerdict.CANNOT_JUDGE,
    )
    return order.index(one.verdict), one.endpoint, one.measure
