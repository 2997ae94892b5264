"""The two rule sets of Grafana's anomaly detection for Prometheus, as scores of arrays.

Written from what its rules compute (github.com/grafana/promql-anomaly-detection, February 2026), a row in place of an
evaluation. A score of 1 is its band, so 1 is its published threshold; its alert also waits five minutes, one row here.
It reads only what is above zero. A bench holds the same bands against a real Prometheus.
"""

from __future__ import annotations

import numpy as np
from scipy.ndimage import rank_filter

from vitals.foresight.bench.scale import SMALL
from vitals.foresight.cadence import newest_cadence
from vitals.foresight.causal import at_lag
from vitals.foresight.seasonal import DAY, WEEK
from vitals.foresight.series import FloatArray

HOUR = 3600.0
SMOOTHED_S = 26 * HOUR
"""Over so long the adaptive rules average the deviation of an hour."""
TIMES_DEVIATION = 2.0
MARGIN = 0.5
"""Share of the middle that the band has at least to each side."""
VARIES = 0.5
"""Share of the middle above which the deviation of an hour counts."""
AHEAD_ADAPTIVE, AHEAD_ROBUST = 1800.0, 900.0
"""By so much a look at a day or a week ago is shifted towards now."""


def adaptive_bands(times: FloatArray, values: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Middle, lower and upper band of each row of a series above zero; each row is in its own windows."""
    middle, deviation = _mean_and_deviation(values, _rows(times, HOUR))
    counted = np.where(deviation > VARIES * middle, deviation, np.nan)
    usual = _mean_of_known(counted, _rows(times, SMOOTHED_S))
    low = np.fmin(middle - TIMES_DEVIATION * usual, (1 - MARGIN) * middle)
    high = np.fmax(middle + TIMES_DEVIATION * usual, (1 + MARGIN) * middle)
    for season in (DAY, WEEK):
        then, scatter = (_ago(times, one, season - AHEAD_ADAPTIVE) for one in (middle, deviation))
        low, high = np.fmin(low, then - TIMES_DEVIATION * scatter), np.fmax(high, then + TIMES_DEVIATION * scatter)
    return middle, np.maximum(low, 0.0), high


def robust_bands(times: FloatArray, values: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Middle, lower and upper band of each row of a series above zero; each row is in its own windows."""
    day, hour = _rows(times, DAY), _rows(times, HOUR)
    middle = _median(values, day)
    scatter = _median(np.abs(values - middle), day)
    low = np.minimum(middle - TIMES_DEVIATION * scatter, (1 - MARGIN) * middle)
    high = np.maximum(middle + TIMES_DEVIATION * scatter, (1 + MARGIN) * middle)
    hourly = _median(values, hour)
    around = _median(np.abs(values - hourly), hour)
    for season in (DAY, WEEK):
        then, usual = (_ago(times, one, season - AHEAD_ROBUST) for one in (hourly, around))
        low, high = np.fmin(low, then - TIMES_DEVIATION * usual), np.fmax(high, then + TIMES_DEVIATION * usual)
    return middle, np.maximum(low, 0.0), high


def grafana_adaptive(times: FloatArray, values: FloatArray) -> FloatArray:
    """Distance from the mean of the hour, in distances of its band."""
    found, above = np.zeros(len(values)), values > 0
    if above.any():
        found[above] = _beyond(values[above], *adaptive_bands(times[above], values[above]))
    return found


def grafana_robust(times: FloatArray, values: FloatArray) -> FloatArray:
    """Distance of the median of an hour from that of a day, in distances of its band."""
    found, above = np.zeros(len(values)), values > 0
    if above.any():
        level = _median(values[above], _rows(times[above], HOUR))
        found[above] = _beyond(level, *robust_bands(times[above], values[above]))
    return found


def _beyond(level: FloatArray, middle: FloatArray, low: FloatArray, high: FloatArray) -> FloatArray:
    """How far a level is from the middle, where 1 is the band; below a band that begins at zero nothing is."""
    above = (level - middle) / np.maximum(high - middle, SMALL)
    below = np.where(low > 0, (middle - level) / np.maximum(middle - low, SMALL), 0.0)
    return np.maximum(np.maximum(above, below), 0.0)


def _rows(times: FloatArray, seconds: float) -> int:
    return max(1, round(seconds / newest_cadence(times)))


def _ago(times: FloatArray, values: FloatArray, seconds: float) -> FloatArray:
    return at_lag(times, values, seconds, 2 * newest_cadence(times))


def _median(values: FloatArray, rows: int) -> FloatArray:
    """Median over the last rows as Prometheus takes it: of an even number, the mean of the two in the middle."""
    low, high = (
        rank_filter(values, rank, size=rows, mode="nearest", origin=(rows - 1) // 2)
        for rank in ((rows - 1) // 2, rows // 2)
    )
    return np.asarray((low + high) / 2)


def _mean_and_deviation(values: FloatArray, rows: int) -> tuple[FloatArray, FloatArray]:
    """Mean and standard deviation over the last rows, this one included, of fewer at the begin."""
    padded = np.concatenate([np.full(rows - 1, np.nan), values])
    views = np.lib.stride_tricks.sliding_window_view(padded, rows)
    return np.nanmean(views, axis=1), np.nanstd(views, axis=1)


def _mean_of_known(values: FloatArray, rows: int) -> FloatArray:
    """Mean over the last rows of those that are numbers; NaN where none is."""
    known = ~np.isnan(values)
    sums, counts = (np.concatenate([[0.0], np.cumsum(one)]) for one in (np.where(known, values, 0.0), known))
    end = np.arange(1, len(values) + 1)
    begin = np.maximum(end - rows, 0)
    count = counts[end] - counts[begin]
    return np.where(count > 0, (sums[end] - sums[begin]) / np.maximum(count, 1), np.nan)
