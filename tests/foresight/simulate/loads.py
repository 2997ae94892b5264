"""Loads whose course is known, as requests per second by minute."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
DAY = 1440


def load(days: float, *, burst_every: int = 0, burst: float = 2.5, noise: float = 0.05) -> Floats:
    """A day and night between a third and five thirds of 300, with bursts of five minutes."""
    rng = np.random.default_rng([1, burst_every])
    minutes = np.arange(round(days * DAY))
    rate = 300 * (1 + 0.6 * np.sin(2 * np.pi * minutes / DAY)) * np.exp(rng.normal(0, noise, len(minutes)))
    if burst_every:
        rate = rate * np.where(minutes % burst_every < 5, burst, 1.0)
    return np.asarray(rate)
