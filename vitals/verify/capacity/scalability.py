"""The universal scalability law, fitted to steps of a load test.

    X(N) = l N / (1 + s (N - 1) + k N (N - 1))

X is the throughput at N requests in flight, l what one request at a time gets, s what they wait for each other
(contention), k what they cost each other (coherency); k = 0 is Amdahl's law (N. Gunther, "A general theory of
computational scalability based on rational functions", 2008). Residuals are taken of the logarithm, since throughput
scatters in proportion to itself.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class ScalabilityLaw:
    """A fitted law.

    Attributes:
        rate: Requests per second with one in flight (l).
        contention: s, from 0 to 1.
        coherency: k, from 0.
    """

    rate: float
    contention: float
    coherency: float

    def throughput(self, concurrency: float) -> float:
        """Requests per second with so many in flight."""
        return self.rate * concurrency / self.slowdown(concurrency)

    def slowdown(self, concurrency: float) -> float:
        """How many times longer a request takes than if it were alone."""
        crossed = concurrency * (concurrency - 1)
        return 1 + self.contention * (concurrency - 1) + self.coherency * crossed

    @property
    def peak(self) -> float:
        """Requests in flight beyond which more of them get less done; infinite where there is no such point."""
        return math.sqrt((1 - self.contention) / self.coherency) if self.coherency > 0 else math.inf


def fit(
    concurrency: Floats, throughput: Floats, weights: Floats | None = None, near: ScalabilityLaw | None = None
) -> ScalabilityLaw:
    """Fit the law by least squares.

    Args:
        concurrency: Requests in flight of each step, above 0.
        throughput: Requests per second of each step, above 0.
        weights: How far each step is trusted; None for all alike.
        near: Where the search begins; None where nothing is known.
    """
    by = np.ones_like(throughput) if weights is None else weights
    logarithm = np.log(throughput)

    def residuals(parameters: Floats) -> Floats:
        log_rate, contention, coherency = parameters
        slowdown = 1 + contention * (concurrency - 1) + coherency * concurrency * (concurrency - 1)
        # Below one request in flight the law can turn negative; no step there may end the search.
        fitted: Floats = log_rate + np.log(concurrency) - np.log(np.maximum(slowdown, 1e-9))
        return (fitted - logarithm) * by

    begin = near or ScalabilityLaw(float((throughput / concurrency).max()), 0.05, 0.001)
    start = (math.log(begin.rate), min(max(begin.contention, 1e-6), 1 - 1e-6), max(begin.coherency, 1e-9))
    found = least_squares(residuals, start, bounds=([-np.inf, 0, 0], [np.inf, 1, np.inf]), x_scale=(1, 0.1, 0.01))
    return ScalabilityLaw(math.exp(found.x[0]), float(found.x[1]), float(found.x[2]))


def scatter(law: ScalabilityLaw, concurrency: Floats, throughput: Floats, weights: Floats) -> float:
    """How far the steps lie from the law: the root mean square of their relative distances, weighed as in the fit."""
    fitted = np.array([law.throughput(one) for one in concurrency])
    return float(np.sqrt(np.average(np.log(throughput / fitted) ** 2, weights=weights**2)))
