"""Rolling statistics that never look ahead: what a row gets does not change when later rows are cut off.

All work on whole series at once. Running sums add in the order of the rows, so a longer series repeats the same bits.
"""

from __future__ import annotations

from itertools import accumulate

import numpy as np
from scipy.ndimage import median_filter

from vitals.foresight.series import FloatArray

MOST_RANKED = 1001
"""Values that a median is taken of, at most: one of 8,640, a day of 10 s, would cost ten times as much."""


def before(values: FloatArray) -> FloatArray:
    """Give each row what the row before it had; the first keeps its own."""
    return np.concatenate([values[:1], values[:-1]])


def rolling_median(values: FloatArray, window: int) -> FloatArray:
    """Median of the last ``window`` rows, this one included; the first value stands in for rows before the series."""
    if window <= 1:
        return values.copy()
    filtered: FloatArray = median_filter(values, size=window, mode="nearest", origin=(window - 1) // 2)
    return filtered


def long_median(values: FloatArray, window: int) -> FloatArray:
    """Median of about the last ``window`` rows, of means over equally many where they are more than ``MOST_RANKED``.

    A row then has that of the last full mean; the first value stands in for rows before the series.
    """
    step = -(-window // MOST_RANKED)
    if step <= 1:
        return rolling_median(values, window)
    means = np.concatenate([values[:1], rolling_mean(values, step)[step - 1 :: step]])
    return rolling_median(means, window // step)[(np.arange(len(values)) + 1) // step]


def rolling_mean(values: FloatArray, window: int) -> FloatArray:
    """Mean of the last ``window`` rows, this one included, of fewer at the begin."""
    sums = np.concatenate([[0.0], np.cumsum(values)])
    rows = np.arange(len(values))
    first = np.maximum(rows - window + 1, 0)
    return np.asarray((sums[rows + 1] - sums[first]) / (rows + 1 - first))


def unchanged_rows(values: FloatArray) -> FloatArray:
    """For each row, how many rows before it have had its value without a break."""
    rows = np.arange(len(values))
    changed = values != before(values)
    return np.asarray(rows - np.maximum.accumulate(np.where(changed, rows, 0)), dtype=np.float64)


def smoothed(values: FloatArray, share: float) -> FloatArray:
    """Exponentially weighted mean; ``share`` is the weight of the newest row.

    In plain Python: scipy.signal does it faster and takes longer to import than this takes for a million rows.
    """
    means = accumulate(values.tolist(), lambda mean, value: mean + share * (value - mean))
    return np.fromiter(means, dtype=np.float64, count=len(values))


def centred_mean(values: FloatArray, half: int) -> FloatArray:
    """Mean of ``half`` rows to each side. It looks ahead: only for rows that lie further back than ``half``."""
    sums = np.concatenate([[0.0], np.cumsum(values)])
    rows = np.arange(len(values))
    first, last = np.maximum(rows - half, 0), np.minimum(rows + half, len(values) - 1)
    return np.asarray((sums[last + 1] - sums[first]) / (last + 1 - first))


def at_lag(times: FloatArray, values: FloatArray, lag: float, tolerance: float) -> FloatArray:
    """The value of the newest row that is at least ``lag`` seconds old, NaN where it is older by over ``tolerance``.

    Several series of the same times may be given, as rows: shape (n,) or (series, n), and so is what returns.
    """
    rows = np.searchsorted(times, times - lag + 1e-6, side="right") - 1
    known = (rows >= 0) & (times - lag - times[np.maximum(rows, 0)] <= tolerance)
    return np.where(known, values[..., np.maximum(rows, 0)], np.nan)
