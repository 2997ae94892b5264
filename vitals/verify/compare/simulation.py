"""How often the comparison is wrong, and how often it finds what is there, beside a Kayenta-like judge.

All judges see the same data: two series of p95 by the minute for each endpoint, log-normal, each minute depending on
the one before (AR(1)). They look once after an hour, six times, or at every minute. Endpoints are alike and
independent, so that one, ten and twenty of them are the first ones of the same runs; as in ``judge``, several endpoints
bring one more comparison, that of their mean.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from vitals.verify.compare.evidence import log_evidence
from vitals.verify.compare.family import family_evidence, holm
from vitals.verify.compare.judge import ALPHA, FEWEST, LATENCY_FLOOR
from vitals.verify.compare.kayenta_like import Flags, flagged
from vitals.verify.compare.one_look import log_inverse_p
from vitals.verify.compare.whitening import Floats, final, running_sums

MINUTES = 60
AUTOCORRELATIONS = (0.0, 0.5, 0.8)
ENDPOINTS = (1, 10, 20)
LOOKS: dict[str, tuple[int, ...]] = {
    "1": (MINUTES,),
    "6": (10, 20, 30, 40, 50, 60),
    "every minute": tuple(range(FEWEST, MINUTES + 1)),
}
"""Numbers of looks, with the minutes after which they are taken."""
EFFECT = 0.10
"""The change of p95 whose power is published."""
DEVIATIONS = (0.05, 0.10, 0.15, 0.20)
"""Standard deviation of the logarithm of one minute's p95, beside what both sides share: a busy endpoint, two common
ones and a noisy one."""
NOISY = DEVIATIONS[-1]
"""The one at which false verdicts are counted; they do not depend on it."""
SEED = 20_261_128
_TWO_SIDED_Z = 1.96
"""Standard normal quantile of a two-sided test at the level of a verdict."""
_BLOCK = 10
"""Runs that are judged together: their arrays fit into the processor's cache."""


@dataclass(frozen=True)
class Wrong:
    """False verdicts of both judges where A and B are alike.

    Attributes:
        autocorrelation: Of each series.
        endpoints: How many were compared.
        looks: How often, a key of ``LOOKS``.
        ours: Share of runs with at least one verdict of worse or better, by the evidence that holds at any look.
        once: The same by the p-values of finished sides; None where it is looked at more than once.
        kayenta_like: Share of runs with at least one metric that it classifies as too high.
    """

    autocorrelation: float
    endpoints: int
    looks: str
    ours: float
    once: float | None
    kayenta_like: float


@dataclass(frozen=True)
class FoundShares:
    """How often an endpoint that is slower by ``EFFECT`` is found within an hour.

    Attributes:
        one: One endpoint is compared, and it is slower.
        one_of_twenty: Twenty are, one is.
        any_of_twenty: Twenty are, all are; at least one is found, or their mean.
    """

    one: float
    one_of_twenty: float
    any_of_twenty: float


@dataclass(frozen=True)
class Power:
    """What is found by which judge.

    Attributes:
        autocorrelation: Of each series.
        deviation: Of a minute, see ``DEVIATIONS``.
        any_look: Looking at every minute.
        once: Looking once, at finished sides.
        kayenta_like: ``one``, by the other judge at one look.
        best_possible: ``one``, by a test that knows the noise exactly and looks once: what none of this level exceeds.
    """

    autocorrelation: float
    deviation: float
    any_look: FoundShares
    once: FoundShares
    kayenta_like: float
    best_possible: float


@dataclass(frozen=True)
class SimulationReport:
    """All tables.

    Attributes:
        runs: Simulated runs of each kind.
        wrong: False verdicts.
        power: Power.
    """

    runs: int
    wrong: tuple[Wrong, ...]
    power: tuple[Power, ...]


def simulate(runs: int, say: Callable[[str], None]) -> SimulationReport:
    """Run every simulation; the same numbers every time.

    Args:
        runs: Of each kind.
        say: Gets what is done, as a line for the terminal.
    """
    wrong: list[Wrong] = []
    power: list[Power] = []
    for rho in AUTOCORRELATIONS:
        say(f"autocorrelation {rho}: false verdicts of {runs} runs")
        wrong += _wrong(runs, rho)
        say(f"autocorrelation {rho}: power")
        power += [_power(runs, rho, deviation) for deviation in DEVIATIONS]
    return SimulationReport(runs, tuple(wrong), tuple(power))


def autoregressive(steps: Floats, rho: float) -> Floats:
    """Series of variance one from independent steps of variance one; the last axis is time."""
    series = np.empty_like(steps)
    series[..., 0] = steps[..., 0]
    for minute in range(1, steps.shape[-1]):
        series[..., minute] = rho * series[..., minute - 1] + math.sqrt(1 - rho**2) * steps[..., minute]
    return series


def judged(differences: Floats) -> tuple[Floats, Floats]:
    """Logarithms of each comparison's own evidence after each minute, and of one over its p-value after the last one.

    Args:
        differences: Of shape (runs, comparisons, minutes).
    """
    sums = running_sums(differences)
    evidence = log_evidence(sums, LATENCY_FLOOR)
    evidence[..., : FEWEST - 1] = 0.0
    return evidence, log_inverse_p(final(sums), LATENCY_FLOOR)


def with_mean(differences: Floats) -> Floats:
    """The same comparisons and, of several, that of their mean."""
    if differences.shape[1] == 1:
        return differences
    return np.concatenate((differences, differences.mean(axis=1, keepdims=True)), axis=1)


def decisions(evidence: Floats) -> Flags:
    """Whether each comparison is decided after each minute, as one of the family."""
    return np.asarray(family_evidence(evidence) >= math.log(1 / ALPHA))


def decided_once(log_inverse_ps: Floats) -> Flags:
    """Whether each comparison is decided at its one look, as one of the family."""
    return np.asarray(holm(log_inverse_ps) >= math.log(1 / ALPHA))


def blocks(runs: int) -> Iterator[int]:
    """Numbers of runs that are judged together."""
    yield from (min(_BLOCK, runs - start) for start in range(0, runs, _BLOCK))


def _pairs(rng: np.random.Generator, runs: int, endpoints: int, rho: float) -> Iterator[tuple[Floats, Floats]]:
    for count in blocks(runs):
        shape = (count, endpoints, MINUTES)
        yield autoregressive(rng.standard_normal(shape), rho), autoregressive(rng.standard_normal(shape), rho)


def _wrong(runs: int, rho: float) -> Iterator[Wrong]:
    rng = np.random.default_rng([SEED, round(rho * 100)])
    ours: dict[tuple[int, str], int] = dict.fromkeys(((n, looks) for n in ENDPOINTS for looks in LOOKS), 0)
    others, once = dict(ours), dict.fromkeys(ENDPOINTS, 0)
    for a, b in _pairs(rng, runs, max(ENDPOINTS), rho):
        other = flagged(np.exp(NOISY * a), np.exp(NOISY * b), LOOKS["every minute"])
        for endpoints in ENDPOINTS:
            differences = with_mean(NOISY * (b - a)[:, :endpoints])
            evidence, at_the_end = judged(differences)
            decided = decisions(evidence)
            once[endpoints] += runs_in(decided_once(at_the_end))
            for looks, minutes in LOOKS.items():
                at = np.array(minutes) - 1
                ours[endpoints, looks] += runs_in(decided[..., at])
                others[endpoints, looks] += runs_in(other[:, :endpoints][..., at])
    for (endpoints, looks), count in ours.items():
        at_the_last = once[endpoints] / runs if looks == "1" else None
        yield Wrong(rho, endpoints, looks, count / runs, at_the_last, others[endpoints, looks] / runs)


def _power(runs: int, rho: float, deviation: float) -> Power:
    rng = np.random.default_rng([SEED, 1, round(rho * 100), round(deviation * 100)])
    most = max(ENDPOINTS)
    effect = math.log1p(EFFECT)
    any_look, once = np.zeros(3), np.zeros(3)
    other = 0
    for a, b in _pairs(rng, runs, most, rho):
        alike = deviation * (b - a)
        slower = alike + effect
        single, every = slower[:, :1], with_mean(slower)
        # Of twenty of which one is slower, finding that one counts, and finding the mean does not.
        one_slower = with_mean(np.concatenate((single, alike[:, 1:]), axis=1))
        found = [judged(one) for one in (single, one_slower, every)]
        counted = slice(None), slice(1), slice(None)
        any_look += [runs_in(decisions(one)[:, these]) for (one, _), these in zip(found, counted, strict=True)]
        once += [runs_in(decided_once(one)[:, these]) for (_, one), these in zip(found, counted, strict=True)]
        control, canary = np.exp(deviation * a[:, :1]), np.exp(deviation * b[:, :1] + effect)
        other += runs_in(flagged(control, canary, (MINUTES,)))
    at_any, at_one = (FoundShares(*(float(count) / runs for count in counts)) for counts in (any_look, once))
    return Power(rho, deviation, at_any, at_one, other / runs, best_possible(rho, deviation))


def runs_in(flags: Flags) -> int:
    """In how many runs, the first axis, anything is flagged."""
    return int(flags.reshape(len(flags), -1).any(axis=1).sum())


def best_possible(rho: float, deviation: float) -> float:
    """Power of the likelihood-ratio test of the exact effect at the level of a two-sided verdict, at one look."""
    information = (1 - rho**2) + (MINUTES - 1) * (1 - rho) ** 2
    error = deviation * math.sqrt(2 * (1 - rho**2) / information)
    beyond = math.log1p(EFFECT) / error
    return _upper_tail(_TWO_SIDED_Z - beyond) + _upper_tail(_TWO_SIDED_Z + beyond)


def _upper_tail(z: float) -> float:
    return math.erfc(z / math.sqrt(2)) / 2
