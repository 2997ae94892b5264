"""Where a series is heading once its day is taken out: a robust slope, and the time until a limit.

The slope is the median over pairs of values at the same time of different days (the seasonal Kendall slope of Hirsch,
Slack and Smith, 1982), so a morning is never taken for a trend, and one odd day moves nothing. It counts only when the
pairs agree on a direction beyond what chance explains.
"""

from __future__ import annotations

import numpy as np

from vitals.foresight.seasonal import DAY
from vitals.foresight.series import FloatArray

BUCKET = 3600.0
"""Medians of an hour: of minutes there are sixty times as many pairs, which say the same."""
LEAST_DAYS = 3.0
"""Two pairs of days are the least that can contradict each other."""
LOOKED_BACK = 14 * DAY
"""A trend of two weeks ago is another trend; a shorter look meets a weekend as often as not."""
SURE = 3.0
"""Standard deviations of the seasonal Kendall statistic: chance reaches them once in 370 series without a trend."""
INDEPENDENT_OF_DAY = 4.0
"""Hours beside each other say the same, so 24 of them count as four: three days suffice only if all hours agree."""
BUCKETS_OF_DAY = int(DAY / BUCKET)


def seconds_to_limit(times: FloatArray, values: FloatArray, limit: float) -> float | None:
    """Seconds until a series reaches a limit, if it goes on as on the days before.

    Args:
        times: Unix seconds, strictly increasing, shape (n,), n at least 1.
        values: Finite, shape (n,).
        limit: The value; the series nears it from whichever side it is on.

    Returns:
        At least zero; None while fewer than three days are known, or where there is no trend, or one away from it.
    """
    level = float(np.median(values[times > times[-1] - BUCKET]))
    distance = limit - level
    if distance == 0.0:
        return 0.0
    slope = seasonal_slope(times, values)
    return distance / slope if slope is not None and slope * distance > 0 else None


def seasonal_slope(times: FloatArray, values: FloatArray) -> float | None:
    """Change per second without the daily pattern; None where it is not known, or no larger than chance makes it."""
    start = int(np.searchsorted(times, times[-1] - LOOKED_BACK))
    days = _by_day(times[start:], values[start:])
    if len(days) < LEAST_DAYS:
        return None
    first, second = np.triu_indices(len(days), k=1)
    changes = days[second] - days[first]
    known = ~np.isnan(changes)
    if not known.any():
        return None
    slopes = changes / ((second - first)[:, None] * DAY)
    if abs(_agreement(np.sign(np.where(known, changes, 0.0)), days)) < SURE:
        return None
    return float(np.median(slopes[known]))


def _by_day(times: FloatArray, values: FloatArray) -> FloatArray:
    """Medians of each hour, shape (days, 24), counted back from the end; NaN where an hour has no value."""
    back = np.floor((times[-1] - times) / BUCKET).astype(np.int64)
    order = np.argsort(back, kind="stable")
    edges = np.flatnonzero(np.diff(back[order], prepend=-1))
    found = np.full((int(back.max()) // BUCKETS_OF_DAY + 1) * BUCKETS_OF_DAY, np.nan)
    for first, last in zip(edges, [*edges[1:], len(order)], strict=True):
        found[back[order[first]]] = np.median(values[order[first:last]])
    return found.reshape(-1, BUCKETS_OF_DAY)[::-1]


def _agreement(signs: FloatArray, days: FloatArray) -> float:
    """Kendall's statistic over its standard deviation, with as many independent hours as a day is taken to have."""
    count = np.count_nonzero(~np.isnan(days), axis=0).astype(np.float64)
    deviation = np.sqrt(count * (count - 1) * (2 * count + 5) / 18.0)
    usable = deviation > 0
    if not usable.any():
        return 0.0
    return float(np.mean(signs.sum(axis=0)[usable] / deviation[usable]) * np.sqrt(INDEPENDENT_OF_DAY))
