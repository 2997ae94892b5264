"""What a series was at the same time of earlier days or weeks, for now and for a lead time ahead."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import maximum_filter1d, minimum_filter1d

from vitals.foresight.causal import at_lag
from vitals.foresight.series import FloatArray

DAY = 86400.0
WEEK = 7 * DAY
BACK = {DAY: 7, WEEK: 4}
"""Seasons looked back: the median of seven days outlives three odd ones; weeks beyond four are another traffic."""

EARLIER_DAYS = (1, 2, 3, 7)
"""Days whose values count as seen: yesterday, two more against one odd day, and the same weekday."""
JITTER = 1200.0
"""Seconds by which a pattern of an earlier day may be off: 2 to 30 minutes rank within 0.02 of each other."""


def beyond_earlier_days(times: FloatArray, values: FloatArray, cadence: float) -> FloatArray:
    """Distance of each value from the range that any one earlier day had around that time; infinite where none did.

    Args:
        times: Unix seconds, shape (n,).
        values: Shape (n,), or several series as rows, (series, n), and so is what returns.
        cadence: Seconds between rows.
    """
    reach = max(1, round(JITTER / cadence))
    size = 2 * reach + 1  # looked up ``reach`` rows ahead of the time, so the rows are around it and none is later
    highest = maximum_filter1d(values, size, mode="nearest", origin=reach)
    lowest = minimum_filter1d(values, size, mode="nearest", origin=reach)
    extremes = np.stack([np.atleast_2d(highest), np.atleast_2d(lowest)])
    nearest = np.full(values.shape, np.inf)
    for lag in _within(times, [day * DAY - reach * cadence for day in EARLIER_DAYS]):
        high, low = at_lag(times, extremes, lag, 2 * cadence).reshape(2, *values.shape)
        nearest = np.fmin(nearest, np.maximum(np.maximum(values - high, low - values), 0.0))
    return nearest


def seasonal_at(times: FloatArray, calm: FloatArray, ahead: float, season: float, cadence: float) -> FloatArray:
    """Median over earlier seasons of the value at each row's time plus ``ahead``; NaN where there is no such past.

    Args:
        times: Unix seconds, shape (n,).
        calm: The series, smoothed, shape (n,), or several as rows; over rows to each side only where none of them can
            be later than the row asked for.
        ahead: Seconds from the row to the time that is asked for.
        season: Seconds, a day or a week.
        cadence: Seconds between rows.
    """
    first = int(np.ceil((ahead + season / 4) / season))  # the smoothing must lie in the past, too
    lags = _within(times, [season * number - ahead for number in range(first, first + BACK[season])])
    if not lags:
        return np.full(calm.shape, np.nan)
    past = [at_lag(times, calm, lag, 2 * cadence) for lag in lags]
    return _median_of_known(np.array(past)) if len(past) > 1 else past[0]


def _within(times: FloatArray, lags: list[float]) -> list[float]:
    """The lags at which a series may have rows: none is found before the first."""
    return [lag for lag in lags if lag <= times[-1] - times[0]]


def _median_of_known(past: FloatArray) -> FloatArray:
    """Median over the first axis without NaN; NaN where there is nothing else. Thrice as fast as numpy's own."""
    ordered = np.sort(past, axis=0)  # NaN comes last
    known = np.count_nonzero(~np.isnan(past), axis=0)
    low, high = (
        np.take_along_axis(ordered, place[None], axis=0)[0] for place in (np.maximum(known - 1, 0) // 2, known // 2)
    )
    return np.where(known > 0, (low + high) / 2.0, np.nan)
