"""What a value should have been: from the last hour, from the same time of earlier days, from that of earlier weeks.

No single guess serves every series, so five compete, and at each row the one with the least recent error is believed.
An error counts up to a limit, or one incident would vote the right predictor out. Days and weeks are taken by the
clock of the timestamps; a change to summer time moves the pattern by an hour against them, which the level-adjusted
predictors and the choice itself absorb within days.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vitals.foresight.causal import before, rolling_mean, rolling_median, smoothed
from vitals.foresight.seasonal import DAY, WEEK, seasonal_at
from vitals.foresight.series import FloatArray, IndexArray

HOUR = 3600.0
SLACK = HOUR
"""A pattern may come an hour early or late: summer time begins and ends, and jobs start when others are done."""
EPOCH_WEEKDAY, SATURDAY = 3, 5
"""The first of January 1970 was a Thursday; Monday is 0."""
CLIP = 3.0
"""An error counts at most as that many typical errors in the choice of a predictor."""
SEASONAL_MUST_WIN_BY = 0.9
"""The last hour is believed unless a season is right by a tenth more: a season that only ties has found noise."""


@dataclass(frozen=True, slots=True)
class Windows:
    """How many rows and seconds the windows of a series are, from its cadence.

    Attributes:
        cadence: Seconds between rows.
        hour: Rows of an hour, at least 5 (a median of fewer follows single values), at most 360 (10 s).
        day: Rows of a day, at least 24, at most 8640 (10 s).
    """

    cadence: float
    hour: int
    day: int


def windows_of(cadence: float) -> Windows:
    """Size the windows of a series whose rows are ``cadence`` seconds apart."""
    hour = min(max(round(HOUR / cadence), 5), 360)
    return Windows(cadence=cadence, hour=hour, day=min(max(round(DAY / cadence), 24), 8640))


@dataclass(frozen=True, slots=True)
class Predictions:
    """Five predictions of each row, from rows before it; NaN where a series has no such past.

    Attributes:
        middle: Shape (5, n): last hour; days; days moved to the present level; weeks; weeks moved likewise.
        lower: The least of what was predicted for up to ``SLACK`` before and after, shape (5, n).
        upper: The greatest of it.
    """

    middle: FloatArray
    lower: FloatArray
    upper: FloatArray


def predictions(times: FloatArray, values: FloatArray, windows: Windows) -> Predictions:
    """Predict each row from rows before it, in five ways."""
    local = before(rolling_median(values, windows.hour))
    middle, lower, upper = [local], [local], [local]
    for season in (DAY, WEEK):
        around = same_time(times, values, windows, season, (-SLACK, 0.0, SLACK))
        seasonal, low, high = around[1], around.min(axis=0), around.max(axis=0)
        level = before(rolling_median(np.nan_to_num(values - seasonal, nan=0.0), windows.hour))
        middle += [seasonal, seasonal + level]
        lower += [low, low + level]
        upper += [high, high + level]
    return Predictions(np.array(middle), np.array(lower), np.array(upper))


def same_time(
    times: FloatArray, values: FloatArray, windows: Windows, season: float, shifts: tuple[float, ...]
) -> FloatArray:
    """What earlier seasons had at the time of each row, shifted by so many seconds; shape (shifts, n), NaN if unknown.

    It is the median of their means over ten minutes to each side.
    """
    half = max(1, windows.hour // 6)
    calm = rolling_mean(values, 2 * half + 1)  # of rows before, looked up later by half: after a gap none lies ahead
    calm[:half] = np.nan
    ahead = half * windows.cadence
    return np.array([seasonal_at(times, calm, shift + ahead, season, windows.cadence) for shift in shifts])


def first_weekend(times: FloatArray, predicted: Predictions) -> NDArray[np.bool_]:
    """Whether a row is on a Saturday or Sunday (UTC) of a series that has not seen that day yet."""
    weekday = np.floor(times / DAY + EPOCH_WEEKDAY) % 7
    return np.asarray((weekday >= SATURDAY) & np.isnan(predicted.middle[-1]))


def most_trusted(values: FloatArray, predicted: FloatArray, windows: Windows) -> IndexArray:
    """Choose, for each row, the predictor with the least error over about the last day, this row left out."""
    error = np.abs(values - predicted)
    typical = CLIP * smoothed(error[0], 2.0 / windows.day)
    lately = before(smoothed(np.fmin(error, typical), 1.0 / windows.day))  # an unknown guess is as wrong as counts
    lately[np.isnan(predicted)] = np.inf  # after a gap the best so far may know nothing
    lately[0] *= SEASONAL_MUST_WIN_BY
    cheapest: IndexArray = np.argmin(lately, axis=0)
    return cheapest
