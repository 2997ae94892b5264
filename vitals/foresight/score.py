"""How unusual each row is, for ranking: smooth, from 0 to 1, high while something odd goes on and shortly after.

A page asks whether a record was beaten; a ranking asks which rows were the oddest, also of a series that had worse.
So this is the deviation from the prediction over the series' mean deviation so far, without a memory of records.
"""

from __future__ import annotations

import numpy as np

from vitals.foresight.causal import before, rolling_mean
from vitals.foresight.predictors import Windows
from vitals.foresight.series import FloatArray

HALF_LIFE_ROWS = 15
"""A peak fades by half over so many rows: of 5, 15 and 30 the best on simulated request rates."""
HALF_SCORE = 8.0
"""Eight times the mean deviation scores a half."""


def severity(deviation: FloatArray, floor: FloatArray, windows: Windows) -> FloatArray:
    """Give each row its deviation in mean deviations so far, averaged over one and three rows, with a fading memory.

    Rows of the first day weigh less, since nothing is known yet.

    Args:
        deviation: At least zero, finite, shape (n,).
        floor: Least deviation that means anything, shape (n,).
        windows: Of the series.
    """
    counts = np.arange(1, len(deviation) + 1)
    usual = before(np.cumsum(deviation) / counts) + floor
    mean = np.maximum(rolling_mean(deviation, 3), 0.0)  # differences of sums can end below zero by a rounding
    size = (deviation + mean) / (2.0 * usual)
    return faded(size * np.minimum(1.0, counts / windows.day), HALF_LIFE_ROWS)


def faded(size: FloatArray, half_life: int) -> FloatArray:
    """The largest of this row and all before it, each halved per ``half_life`` rows since."""
    exponent = np.arange(len(size)) / half_life
    with np.errstate(divide="ignore"):
        grown = np.log2(size) + exponent
    return np.asarray(np.exp2(np.maximum.accumulate(grown) - exponent))


def to_score(size: FloatArray) -> FloatArray:
    """Bring a severity into [0, 1)."""
    return np.asarray(size / (size + HALF_SCORE))
