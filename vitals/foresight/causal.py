"""Rolling statistics that never look ahead: what a row gets does not change when later rows are cut off.

All work on whole series at once. Running sums add in the order of the rows, so a longer series repeats the same bits.
Where several series of the same times are taken, they are rows: shape (n,) or (series, n), and so is what returns.
"""

from __future__ import annotations

import numpy as np
from scipy.ndimage import median_filter

from vitals.foresight.series import FloatArray

MOST_RANKED = 1001
"""Values that a median is taken of, at most: one of 8,640, a day of 10 s, would cost ten times as much."""
SMOOTHED_ROWS = 128
"""Rows of a block: with a share of 0.9 the first weighs a 10^128th of the last, and no value of a series overflows."""


def before(values: FloatArray) -> FloatArray:
    """Give each row what the row before it had; the first keeps its own. Takes several series."""
    return np.concatenate([values[..., :1], values[..., :-1]], axis=-1)


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
    """Mean of the last ``window`` rows, this one included, of fewer at the begin. Takes several series."""
    sums = np.cumsum(values, axis=-1)
    means = sums / np.minimum(np.arange(1, values.shape[-1] + 1), window)
    means[..., window:] = (sums[..., window:] - sums[..., :-window]) / window
    return np.asarray(means)


def unchanged_rows(values: FloatArray) -> FloatArray:
    """For each row, how many rows before it have had its value without a break."""
    rows = np.arange(len(values))
    changed = values != before(values)
    return np.asarray(rows - np.maximum.accumulate(np.where(changed, rows, 0)), dtype=np.float64)


def smoothed(values: FloatArray, share: float) -> FloatArray:
    """Exponentially weighted mean; ``share`` is the weight of the newest row, at most 0.9. Takes several series.

    It is a running sum of what each row would have to be at the begin of its block to weigh now what it does, because
    scipy.signal takes longer to import than this takes for a million rows.
    """
    means, newest = np.empty_like(values), values[..., :1]
    decay = (1.0 - share) ** np.arange(1, SMOOTHED_ROWS + 1)
    for start in range(0, values.shape[-1], SMOOTHED_ROWS):
        rows = values[..., start : start + SMOOTHED_ROWS]
        kept = decay[: rows.shape[-1]]
        means[..., start : start + SMOOTHED_ROWS] = kept * (newest + share * np.cumsum(rows / kept, axis=-1))
        newest = means[..., start + rows.shape[-1] - 1, None]
    return means


def centred_mean(values: FloatArray, half: int) -> FloatArray:
    """Mean of ``half`` rows to each side. It looks ahead: only for rows that lie further back than ``half``."""
    sums = np.concatenate([[0.0], np.cumsum(values)])
    rows = np.arange(len(values))
    first, last = np.maximum(rows - half, 0), np.minimum(rows + half, len(values) - 1)
    return np.asarray((sums[last + 1] - sums[first]) / (last + 1 - first))


def at_lag(times: FloatArray, values: FloatArray, lag: float, tolerance: float) -> FloatArray:
    """The value of the newest row that is at least ``lag`` seconds old, NaN where it is older by over ``tolerance``.

    Takes several series.
    """
    rows = np.searchsorted(times, times - lag + 1e-6, side="right") - 1
    known = (rows >= 0) & (times - lag - times[np.maximum(rows, 0)] <= tolerance)
    return np.where(known, values[..., np.maximum(rows, 0)], np.nan)
