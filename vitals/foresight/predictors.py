"""What a value should have been: from the last hour, from the same time of earlier days, from that of earlier weeks.

No single guess serves every series, so five compete, and at each row the one with the least recent error is believed.
An error counts up to a limit, or one incident would vote the right predictor out. Days and weeks are taken by the
clock of the timestamps; a change to summer time moves the pattern by an hour against them, which the level-adjusted
predictors and the choice itself absorb within days.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vitals.foresight.causal import before, centred_mean, rolling_median, smoothed
from vitals.foresight.seasonal import DAY, WEEK, seasonal_at
from vitals.foresight.series import FloatArray, IndexArray

HOUR = 3600.0
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
    hour = int(np.clip(round(HOUR / cadence), 5, 360))
    return Windows(cadence=cadence, hour=hour, day=int(np.clip(round(DAY / cadence), 24, 8640)))


def predictions(times: FloatArray, values: FloatArray, windows: Windows) -> FloatArray:
    """Predict each row from rows before it, in five ways.

    Returns:
        Shape (5, n): last hour; days; days moved to the present level; weeks; weeks moved likewise. NaN where the
        series has no such past.
    """
    local = before(rolling_median(values, windows.hour))
    calm = centred_mean(values, max(1, windows.hour // 6))  # ten minutes to each side, of rows at least a day old
    found = [local]
    for season in (DAY, WEEK):
        seasonal = seasonal_at(times, calm, 0.0, season, windows.cadence)
        off = np.where(np.isnan(seasonal), 0.0, values - seasonal)
        found += [seasonal, seasonal + before(rolling_median(off, windows.hour))]
    return np.array(found)


def most_trusted(values: FloatArray, predicted: FloatArray, windows: Windows) -> IndexArray:
    """Choose, for each row, the predictor with the least error over about the last day, this row left out."""
    local = np.abs(values - predicted[0])
    typical = CLIP * smoothed(local, 2.0 / windows.day)
    costs = []
    for guess in predicted:
        error = np.abs(values - guess)
        counted = np.minimum(np.where(np.isnan(error), np.inf, error), typical)
        costs.append(before(smoothed(counted, 1.0 / windows.day)))
    costs[0] = costs[0] * SEASONAL_MUST_WIN_BY
    cheapest: IndexArray = np.argmin(np.array(costs), axis=0)
    return cheapest
