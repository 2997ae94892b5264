"""How unusual each row is, for ranking: smooth, from 0 to 1, high while something odd goes on and shortly after.

A page asks whether a record was beaten; a ranking asks which rows were the oddest, also of a series that had worse.
So deviations are divided by what is usual at that time of day, without a memory of records. Five count: of the value
from its prediction, of medians of that over a few rows, which single rows of noise do not move, of the last rows from
those just before, which sees a step even where the prediction is poor, and of the value from the level of days. Each
counts up to a limit. A value that came near the same time on an earlier day counts less: a job that starts when it
likes, or a steep morning, is expected by its readers, though the prediction misses it.
"""

from __future__ import annotations

import numpy as np

from vitals.foresight.causal import before, rolling_mean, rolling_median
from vitals.foresight.kinds import Judgement
from vitals.foresight.predictors import Windows
from vitals.foresight.seasonal import DAY, beyond_earlier_days, seasonal_at
from vitals.foresight.series import FloatArray

MEDIANS = (1, 3, 10)
"""Rows over which deviations are taken together; longer ones lag behind incidents that last some minutes. Medians rank
simulated KPIs with heavy tails 0.1 better than means, others alike."""
LARGEST = 30.0
"""A deviation counts up to so many usual ones: of 10 to 50 a plateau (0.65 to 0.67 on simulated KPIs, 0.58 without)."""
LONGEST_LEVEL = 1001
"""Rows over which the usual level is taken, at most: three and a half days at five minutes."""
STEP_ROWS = 3
"""The mean of so many rows against the median of as many before; 3 to 10 rank alike."""
UNSEEN_SHARE = 0.6
"""Weight of the distance from all that earlier days had at that time; at 1 a series without a season is misjudged."""
TIME_OF_DAY_SHARE = 0.8
"""Weight of the deviation usual at that time of day; the rest is that of the whole series, which no lull can shrink."""
HALF_LIFE_ROWS = 15
"""A peak fades by half over so many rows: of 5, 10, 15, 20 and 30 the best on simulated KPIs and request rates."""
YOUNG_DAYS = 2.0
"""A series this old has its scores halved, one of two weeks cut by an eighth: what is usual is not known yet."""
HALF_SCORE = 8.0
"""Eight times the mean deviation scores a half."""


def severity(
    times: FloatArray,
    values: FloatArray,
    expected: FloatArray,
    floor: FloatArray,
    *,
    windows: Windows,
    judgement: Judgement,
) -> FloatArray:
    """Give each row the mean of its deviations, each over the usual one, with a fading memory.

    Args:
        times: Unix seconds, shape (n,).
        values: Shape (n,).
        expected: The prediction of each row, shape (n,).
        floor: Least deviation that means anything, shape (n,).
        windows: Of the series.
        judgement: Which direction counts.
    """
    residual = values - expected
    unseen = np.minimum(np.abs(residual), beyond_earlier_days(times, values, windows.cadence))
    surprise = (1.0 - UNSEEN_SHARE) * residual + UNSEEN_SHARE * np.copysign(unseen, residual)
    moved = values - values[0]  # a constant series stays at exactly zero
    earlier = rolling_median(moved, STEP_ROWS)[np.maximum(np.arange(len(values)) - STEP_ROWS, 0)]
    level = before(rolling_median(values, min(windows.day, LONGEST_LEVEL)))
    deviations = [
        *(rolling_median(surprise, rows) for rows in MEDIANS),
        rolling_mean(moved, STEP_ROWS) - earlier,
        rolling_median(values, 3) - level,
    ]
    directed = np.stack([judgement.directed(one) for one in deviations])
    parts = np.minimum(directed / _usual(times, directed, floor, windows), LARGEST) / len(deviations)
    size = np.zeros(len(values))
    for part in parts:  # in order, so that fewer rows give the same bits
        size += part
    age = np.arange(1, len(values) + 1) / windows.day
    return faded(size * np.minimum(1.0, age) * age / (age + YOUNG_DAYS), HALF_LIFE_ROWS)


def _usual(times: FloatArray, deviations: FloatArray, floor: FloatArray, windows: Windows) -> FloatArray:
    """Mean of each deviation of the series so far, and around the same time of earlier days, shape (deviations, n)."""
    rows = np.arange(1, deviations.shape[1] + 1)
    overall = np.stack([before(np.cumsum(one) / rows) for one in deviations]) + floor
    half_hour = windows.hour // 2 * windows.cadence
    hourly = np.abs(np.stack([rolling_mean(one, windows.hour) for one in deviations]))
    then = seasonal_at(times, hourly, half_hour, DAY, windows.cadence)
    both = TIME_OF_DAY_SHARE * then + (1.0 - TIME_OF_DAY_SHARE) * overall
    return np.where(np.isnan(then), overall, both)


def faded(size: FloatArray, half_life: int) -> FloatArray:
    """The largest of this row and all before it, each halved per ``half_life`` rows since."""
    exponent = np.arange(len(size)) / half_life
    with np.errstate(divide="ignore"):
        grown = np.log2(size) + exponent
    return np.asarray(np.exp2(np.maximum.accumulate(grown) - exponent))


def to_score(size: FloatArray) -> FloatArray:
    """Bring a severity into [0, 1)."""
    return np.asarray(size / (size + HALF_SCORE))
