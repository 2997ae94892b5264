"""How often the comparison is wrong on data that are not what its model supposes, and in runs of several hours."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from vitals.verify.compare.evidence import Floats, joined_evidence, log_evidence, running_sums
from vitals.verify.compare.judge import FEWEST, SHARE_FLOOR
from vitals.verify.compare.rates import rate_evidence
from vitals.verify.compare.simulation import (
    MINUTES,
    NOISY,
    SEED,
    at_the_end,
    autoregressive,
    blocks,
    decided_once,
    decisions,
    evidence_of,
    runs_in,
    with_mean,
)

SHORT = 10
"""Minutes of a load test that is hardly longer than usual: little is known of its autocorrelation."""
LONG = 240
"""Minutes of a gate that stays open for half a working day."""
_REQUESTS = 600.0
_ERROR_SHARE = 0.005
_BURSTS = 1.0
"""Standard deviation of the logarithm of a minute's error rate, where errors come in bursts."""
_SPIKES = 3
"""Degrees of freedom of Student's t, the fewest that have a variance."""


@dataclass(frozen=True)
class Robustness:
    """False verdicts on data that are not what the model supposes.

    Attributes:
        data: What they are.
        minutes: Length of a run.
        endpoints: How many.
        ours: Share of runs with a false verdict, looking at every minute.
        once: The same, looking once after the last minute.
    """

    data: str
    minutes: int
    endpoints: int
    ours: float
    once: float


def robustness(runs: int) -> Iterator[Robustness]:
    """Count false verdicts on latencies with spikes, on rare and on bursty errors, and in long runs."""
    latencies: tuple[tuple[str, float, Callable[[np.random.Generator, tuple[int, ...]], Floats]], ...] = (
        ("latency as the model supposes, autocorrelation .8", 0.8, np.random.Generator.standard_normal),
        ("latency with spikes (Student's t), autocorrelation .5", 0.5, _spikes),
        ("latency with spikes (Student's t), autocorrelation .8", 0.8, _spikes),
    )
    for minutes, endpoints in ((SHORT, 1), (MINUTES, 20), (LONG, 1)):
        for number, (data, rho, steps) in enumerate(latencies):
            rng = np.random.default_rng([SEED, 2, number, minutes])
            false = np.zeros(2)
            for count in blocks(runs):
                shape = (count, endpoints, minutes)
                a, b = (autoregressive(steps(rng, shape), rho) for _ in range(2))
                differences = with_mean(NOISY * (b - a))
                false += _false(evidence_of(differences), at_the_end(differences))
            yield Robustness(data, minutes, endpoints, *(false / runs))
        for number, (data, deviation) in enumerate((("errors one by one", 0.0), ("errors in bursts", _BURSTS))):
            rng = np.random.default_rng([SEED, 3, number, minutes])
            false = np.zeros(2)
            for count in blocks(runs):
                false += _false(*_of_errors(rng, (count, endpoints, minutes), deviation))
            yield Robustness(data, minutes, endpoints, *(false / runs))


def _false(evidence: Floats, log_inverse_ps: Floats) -> tuple[int, int]:
    return runs_in(decisions(evidence)), runs_in(decided_once(log_inverse_ps))


def _of_errors(rng: np.random.Generator, shape: tuple[int, ...], deviation: float) -> tuple[Floats, Floats]:
    """Evidence, and that at the end, from errors of two sides whose rates vary alike, with an autocorrelation of .8.

    The latencies of the same endpoints are judged with them, as ``judge`` does: each endpoint is two comparisons.
    """
    requests = np.full(shape, _REQUESTS)
    a, b = (
        rng.poisson(
            _REQUESTS
            * _ERROR_SHARE
            * np.exp(deviation * autoregressive(rng.standard_normal(shape), 0.8) - deviation**2 / 2)
        ).astype(np.float64)
        for _ in range(2)
    )
    shares = (b - a) / _REQUESTS
    minutes = np.minimum(log_evidence(running_sums(shares), SHARE_FLOOR), joined_evidence(shares, SHARE_FLOOR))
    evidence = np.minimum(rate_evidence(requests, a, requests, b), minutes)
    evidence[..., : FEWEST - 1] = 0.0
    slower, faster = (autoregressive(rng.standard_normal(shape), 0.8) for _ in range(2))
    latencies = with_mean(NOISY * (slower - faster))
    return (
        np.concatenate((evidence, evidence_of(latencies)), axis=1),
        np.concatenate((evidence[..., -1], at_the_end(latencies)), axis=1),
    )


def _spikes(rng: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    return rng.standard_t(_SPIKES, shape) / math.sqrt(_SPIKES / (_SPIKES - 2))
