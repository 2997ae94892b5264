"""How unusual each row is, for ranking: smooth, from 0 to 1, high while something odd goes on and shortly after.

A page asks whether a record was beaten; a ranking asks which rows were the oddest, also of a series that had worse.
So deviations are divided by what is usual at that time of day, without a memory of records. Five count: the value
against the same time of earlier days, at the level of the last 60 rows and of the last 300, and steps of 1, 3 and 10
rows, each against a few times as many before. Long levels see a shift through to its end, short ones its begin; steps
need no season. A deviation that an earlier day had near the same time counts less: a job that starts when it likes, or
a steep morning, is expected by its readers, though no prediction has it to the minute.

Each deviation counts by a curve that is flat for what is usual and flat again for what is huge. So five that are a
little off do not add up to one that is far off, and the fading of a huge peak does not outrank the incident after it.
"""

from __future__ import annotations

import numpy as np

from vitals.foresight.causal import before, rolling_mean, rolling_median
from vitals.foresight.kinds import Judgement
from vitals.foresight.predictors import Windows, same_time
from vitals.foresight.seasonal import DAY, beyond_earlier_days, seasonal_at
from vitals.foresight.series import FloatArray

LEVELS = ((60, 3), (300, 10))
"""Rows that a level is the median of, and over which the deviation from it is. With 150 rows in place of 300 and with
both, KPIs rank within 0.01; without the longer one, 0.01 to 0.02 worse."""
STEPS = ((1, 5), (3, 10), (10, 30))
"""Rows of a step, and rows before it that it is measured from: each is worth 0.01 to 0.02 on one kind of KPIs."""
UNSEEN_SHARE = 0.6
"""Weight of the distance from all that earlier days had at that time; at 1 a series without a season is misjudged."""
TIME_OF_DAY_SHARE = 0.8
"""Weight of the deviation usual at that time of day; the rest is that of the whole series, which no lull can shrink."""
HALF_WAY = 8.0
"""A deviation of so many usual ones counts a half: of 4 to 10 a plateau."""
LARGEST = 1e6
"""Usual deviations beyond which a square might overflow; they count as 1 long before."""
HALF_LIFE_ROWS = 15
"""A peak fades by half over so many rows: of 5, 10, 15, 20 and 30 the best on simulated KPIs and request rates."""
YOUNG_DAYS = 2.0
"""A series this old has its scores halved, one of two weeks cut by an eighth: what is usual is not known yet."""


def severity(
    times: FloatArray, values: FloatArray, floor: FloatArray, *, windows: Windows, judgement: Judgement
) -> FloatArray:
    """Give each row the mean of what its deviations count, with a fading memory; in [0, 1).

    Args:
        times: Unix seconds, shape (n,).
        values: Shape (n,).
        floor: Least deviation that means anything, shape (n,).
        windows: Of the series.
        judgement: Which direction counts.
    """
    moved = values - values[0]  # a constant series stays at exactly zero
    day = same_time(times, moved, windows, DAY, (0.0,))[0]
    steps = np.stack([_step(moved, *rows) for rows in STEPS])
    unseen, *unseen_steps = beyond_earlier_days(times, np.stack([moved, *steps]), windows.cadence)
    offs = [rolling_median(_surprising(moved - _level(moved, day, rows), unseen), over) for rows, over in LEVELS]
    directed = judgement.directed(np.stack([*offs, *_surprising(steps, np.stack(unseen_steps))]))
    ratios = np.minimum(directed / _usual(times, directed, floor, windows), LARGEST)
    size = np.zeros(len(values))
    for ratio in ratios:  # in order, so that fewer rows give the same bits
        size += ratio * ratio / (ratio * ratio + HALF_WAY * HALF_WAY)
    age = np.arange(1, len(values) + 1) / windows.day
    return faded(size / len(ratios) * np.minimum(1.0, age) * age / (age + YOUNG_DAYS), HALF_LIFE_ROWS)


def _level(values: FloatArray, day: FloatArray, rows: int) -> FloatArray:
    """What each row should be: as the same time of earlier days, moved to the level of the rows before."""
    unknown = np.isnan(day)
    lately = before(rolling_median(values, rows))
    level = before(rolling_median(np.where(unknown, 0.0, values - day), rows))
    return np.where(unknown, lately, day + level)


def _step(values: FloatArray, rows: int, earlier: int) -> FloatArray:
    """Median of the last rows less that of those before them."""
    behind = rolling_median(values, earlier)[np.maximum(np.arange(len(values)) - rows, 0)]
    return rolling_median(values, rows) - behind


def _surprising(deviation: FloatArray, unseen: FloatArray) -> FloatArray:
    """Deviations, cut down as far as an earlier day had the same."""
    least = np.minimum(np.abs(deviation), unseen)
    return np.asarray((1.0 - UNSEEN_SHARE) * deviation + UNSEEN_SHARE * np.copysign(least, deviation))


def _usual(times: FloatArray, deviations: FloatArray, floor: FloatArray, windows: Windows) -> FloatArray:
    """Mean of each deviation of the series so far, and around the same time of earlier days, shape (deviations, n)."""
    overall = before(rolling_mean(deviations, deviations.shape[1])) + floor
    half_hour = windows.hour // 2 * windows.cadence
    then = seasonal_at(times, np.abs(rolling_mean(deviations, windows.hour)), half_hour, DAY, windows.cadence)
    both = TIME_OF_DAY_SHARE * then + (1.0 - TIME_OF_DAY_SHARE) * overall
    return np.where(np.isnan(then), overall, both)


def faded(size: FloatArray, half_life: int) -> FloatArray:
    """The largest of this row and all before it, each halved per ``half_life`` rows since."""
    exponent = np.arange(len(size)) / half_life
    with np.errstate(divide="ignore"):
        grown = np.log2(size) + exponent
    return np.asarray(np.exp2(np.maximum.accumulate(grown) - exponent))
