"""How often the comparison is wrong on data that are not what its model supposes, and in runs of several hours."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from vitals.verify.compare.evidence import log_evidence
from vitals.verify.compare.judge import FEWEST, SHARE_FLOOR
from vitals.verify.compare.rates import rate_evidence
from vitals.verify.compare.simulation import (
    MINUTES,
    NOISY,
    SEED,
    autoregressive,
    blocks,
    decided_once,
    decisions,
    judged,
    runs_in,
    with_mean,
)
from vitals.verify.compare.whitening import Floats, running_sums

SHORT = 10
"""Minutes of a load test that is hardly longer than usual: little is known of its autocorrelation."""
LONG = 240
"""Minutes of a gate that stays open for half a working day."""
_REQUESTS = 600.0
_ERROR_SHARE = 0.005
_BURSTS = 1.0
"""Standard deviation of the logarithm of a minute's error rate, where errors come in bursts."""
BURST_MIN, BURST_EVERY_MIN, _BURST_SHARE = 20, 120, 1 / 3
"""Bursts that last: how long, how long after the one before on average, and which share of requests fails in them."""
_SPIKES = 3
"""Degrees of freedom of Student's t, the fewest that have a variance."""
Source = Callable[[np.random.Generator, tuple[int, ...]], Floats]
"""Makes one side: series of variance one, or shares of requests that fail; the last axis is time."""


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
    """Count false verdicts on latencies of other noise, on rare and on bursty errors, and in long runs."""
    for minutes, endpoints in ((SHORT, 1), (MINUTES, 20), (LONG, 1)):
        for number, (data, series) in enumerate(_LATENCIES.items()):
            rng = np.random.default_rng([SEED, 2, number, minutes])
            false = np.zeros(2)
            for count in blocks(runs):
                a, b = (series(rng, (count, endpoints, minutes)) for _ in range(2))
                differences = with_mean(NOISY * (b - a))
                false += _false(*judged(differences))
            yield Robustness(data, minutes, endpoints, *(false / runs))
        for number, (data, shares) in enumerate(_ERROR_SHARES.items()):
            rng = np.random.default_rng([SEED, 3, number, minutes])
            false = np.zeros(2)
            for count in blocks(runs):
                false += _false(*_of_errors(rng, (count, endpoints, minutes), shares))
            yield Robustness(data, minutes, endpoints, *(false / runs))


def _false(evidence: Floats, log_inverse_ps: Floats) -> tuple[int, int]:
    return runs_in(decisions(evidence)), runs_in(decided_once(log_inverse_ps))


def _of_errors(rng: np.random.Generator, shape: tuple[int, ...], shares: Source) -> tuple[Floats, Floats]:
    """Evidence, and that at the end, from errors of two sides whose shares vary alike.

    The latencies of the same endpoints are judged with them, as ``judge`` does: each endpoint is two comparisons.
    """
    requests = np.full(shape, _REQUESTS)
    a, b = (rng.binomial(int(_REQUESTS), shares(rng, shape)).astype(np.float64) for _ in range(2))
    minutes = log_evidence(running_sums((b - a) / _REQUESTS), SHARE_FLOOR)
    evidence = np.minimum(rate_evidence(requests, a, requests, b), minutes)
    evidence[..., : FEWEST - 1] = 0.0
    slower, faster = (autoregressive(rng.standard_normal(shape), 0.8) for _ in range(2))
    at_any_look, at_the_end = judged(with_mean(NOISY * (slower - faster)))
    return (
        np.concatenate((evidence, at_any_look), axis=1),
        np.concatenate((evidence[..., -1], at_the_end), axis=1),
    )


def _lasting(rng: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    return autoregressive(rng.standard_normal(shape), 0.8)


def _sampled(rng: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    """What lasts, and as much noise of each minute's own as a quantile of few requests has."""
    return (_lasting(rng, shape) + rng.standard_normal(shape)) / math.sqrt(2)


def _spikes(rho: float) -> Source:
    def series(rng: np.random.Generator, shape: tuple[int, ...]) -> Floats:
        return autoregressive(rng.standard_t(_SPIKES, shape) / math.sqrt(_SPIKES / (_SPIKES - 2)), rho)

    return series


def _single(rng: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    del rng
    return np.full(shape, _ERROR_SHARE)


def _swelling(rng: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    varied = np.exp(_BURSTS * _lasting(rng, shape) - _BURSTS**2 / 2)
    return np.asarray(np.minimum(_ERROR_SHARE * varied, 1.0))


def _long_bursts(*, from_the_start: bool) -> Source:
    """All endpoints of a side fail together: what they depend on does."""

    def shares(rng: np.random.Generator, shape: tuple[int, ...]) -> Floats:
        found = np.full(shape, _ERROR_SHARE)
        for course in found:
            begin = rng.exponential(BURST_EVERY_MIN)
            if from_the_start and rng.random() < BURST_MIN / (BURST_MIN + BURST_EVERY_MIN):
                begin = -rng.uniform(0, BURST_MIN)
            while begin < shape[-1]:
                course[..., max(round(begin), 0) : round(begin + BURST_MIN)] = _BURST_SHARE
                begin += BURST_MIN + rng.exponential(BURST_EVERY_MIN)
        return found

    return shares


_LATENCIES: dict[str, Source] = {
    "latency of one part, autocorrelation .8": _lasting,
    "latency of two parts, half of it with an autocorrelation of .8": _sampled,
    "latency with spikes (Student's t), autocorrelation .5": _spikes(0.5),
    "latency with spikes (Student's t), autocorrelation .8": _spikes(0.8),
}
_ERROR_SHARES: dict[str, Source] = {
    "errors one by one": _single,
    "errors in bursts": _swelling,
    "errors in bursts of 20 min": _long_bursts(from_the_start=False),
    "errors in bursts of 20 min, also when the run begins": _long_bursts(from_the_start=True),
}
