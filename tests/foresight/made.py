"""Series with known properties, seeded."""

from __future__ import annotations

import numpy as np

from vitals.foresight.series import FloatArray

DAY = 86400.0
MONDAY = 1_704_067_200.0
"""The first of January 2024, midnight UTC."""


def clock(days: float, cadence: float) -> FloatArray:
    """Unix seconds of rows, from a Monday on."""
    return np.asarray(MONDAY + np.arange(round(days * DAY / cadence)) * cadence)


def daily(days: float = 14, cadence: float = 300, *, seed: int = 1) -> tuple[FloatArray, FloatArray]:
    """A request rate of 100 that halves at night, with 5 % noise."""
    times = clock(days, cadence)
    wave = 1.0 + 0.5 * np.sin(2 * np.pi * (times % DAY) / DAY)
    return times, 100.0 * wave * (1.0 + 0.05 * np.random.default_rng(seed).standard_normal(len(times)))
