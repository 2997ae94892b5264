"""Steps of a stress test as a service would give them that obeys a known law, and the capacity that it then has."""

from __future__ import annotations

import numpy as np
from scipy.optimize import brentq

from vitals.rendered import LatencyEntry
from vitals.verify.capacity.scalability import ScalabilityLaw
from vitals.verify.capacity.steps import CapacityStep
from vitals.verify.load.sketch import LatencySketch, value_of

SLO = LatencyEntry(kind="latency", objective="99%", within="250ms")
_P99_OF_MEAN = float(np.log(100))
"""The 99th percentile of an exponential distribution, in means."""


def true_capacity(law: ScalabilityLaw) -> float:
    """Requests per second at which the 99th percentile is just 250 ms."""

    def beyond(concurrency: float) -> float:
        return _P99_OF_MEAN * concurrency / law.throughput(concurrency) - SLO.bound_s

    return law.throughput(float(brentq(beyond, 0.01, 1000)))


def simulated(
    law: ScalabilityLaw, concurrencies: np.ndarray, *, seconds: int, seed: int, scatter: float = 0.0
) -> list[CapacityStep]:
    """Simulate steps.

    Args:
        law: The law.
        concurrencies: Requests in flight of each step.
        seconds: Length of each step.
        seed: Where chance comes from.
        scatter: Chance that belongs to a whole step, as a share.
    """
    rng = np.random.default_rng(seed)
    return [_step(law, float(one), seconds, rng, scatter) for one in concurrencies]


def _step(
    law: ScalabilityLaw, concurrency: float, seconds: int, rng: np.random.Generator, scatter: float
) -> CapacityStep:
    throughput = law.throughput(concurrency) * float(np.exp(rng.normal(0, scatter)))
    mean_s = concurrency / throughput
    good = rng.poisson(throughput, size=seconds).astype(float)
    latencies = [rng.exponential(mean_s, size=int(count)) for count in good]
    sketches = [LatencySketch() for _ in latencies]
    for sketch, several in zip(sketches, latencies, strict=True):
        for one in several:
            sketch.add(float(one))
    numbers = sorted({number for sketch in sketches for number in sketch.root})
    counts = np.array([[sketch.root.get(number, 0) for number in numbers] for sketch in sketches], dtype=float)
    return CapacityStep(
        rate=throughput,
        kept=mean_s * _P99_OF_MEAN <= SLO.bound_s,
        interval_s=1.0,
        good=good,
        busy_s=np.array([one.sum() for one in latencies]),
        counts=counts,
        bounds=np.array([value_of(number) for number in numbers]),
    )
