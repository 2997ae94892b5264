"""Sides whose truth is known: log-normal latencies and errors of a known share, as counts by the minute."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from vitals.verify.compare.minutes import MinuteCounts, Side

GROWTH = 1.02
"""Ratio of two neighbouring bounds of latency, finer than any change that a test expects to be found."""


def side(
    name: str,
    endpoints: Mapping[str, float],
    *,
    minutes: int = 60,
    requests: float = 400,
    slower: float = 0.0,
    errors: float = 0.001,
) -> Side:
    """A side of the given endpoints, each with its median latency in seconds."""
    rng = np.random.default_rng([ord(letter) for letter in name])
    found = {}
    for endpoint, median in endpoints.items():
        found[endpoint] = {
            minute: _minute(rng, int(rng.poisson(requests)), median * (1 + slower), errors) for minute in range(minutes)
        }
    return Side(name, found)


def _minute(rng: np.random.Generator, requests: int, median: float, errors: float) -> MinuteCounts:
    latencies = median * np.exp(rng.normal(0, 0.5, requests))
    bounds, counts = np.unique(np.ceil(np.log(latencies) / math.log(GROWTH)), return_counts=True)
    return MinuteCounts(
        requests=requests,
        errors=float(rng.binomial(requests, errors)),
        latencies=tuple((GROWTH ** (i - 1), GROWTH**i, float(n)) for i, n in zip(bounds, counts, strict=True)),
    )
