"""What a series will be at a lead time, as quantiles, made at every row from the rows before it.

The middle is a ridge regression, learnt on the series itself, of how far the value moves from the mean of the last
rows until the lead is over: from means over longer windows, and from how the same times moved on earlier days and
weeks. It begins as "stays as it is" and learns only what pays. The quantiles follow the errors that it really made,
scaled by their recent size and by the root of the level, for requests scatter as counts do; each is steered until the
share of values below it is the one it promises.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

import numpy as np

from vitals.errors import VitalsError
from vitals.foresight.cadence import FIRST_GUESS, FIRST_ROWS, newest_cadence, stretches
from vitals.foresight.causal import at_lag, centred_mean, rolling_mean, smoothed
from vitals.foresight.seasonal import DAY, WEEK, seasonal_at
from vitals.foresight.series import LARGEST, FloatArray

QUANTILES = (0.1, 0.5, 0.9)
"""What the command writes as lower, expected and upper."""
CALM_SECONDS = 300.0
"""Earlier days are averaged over five minutes to each side: their noise is not this day's."""
MEANS = (3, 10, 30, 120)
"""Rows of the means that a value may return to or run away from."""
BLOCK = 64
"""The regression is solved anew after so many rows."""
MEMORY_BLOCKS = 150.0
"""A block counts by a third after so many more: 9600 rows, near a week of minutes."""
RIDGE = 30.0
"""Pull towards "stays as it is", in rows of evidence."""
LIMIT = 6.0
"""Movements count up to six typical ones: an incident teaches nothing about tomorrow."""
STEP = 0.03
"""How fast a quantile follows its misses, in typical errors; half or twice changes the loss by less than 1 %."""
ERROR_SHARE = 0.02
"""Weight of the newest error in the recent size of errors: fifty rows."""
ANCHORS = 12
"""Leads of a path that are forecast in full, ever wider apart; between them it follows the days before."""
DAYS_OF_SHAPE = 8.0
"""Days of history that the shape between those leads is read from."""
COST_SHARE = 0.002
"""Weight of the newest error in what a candidate costs: five hundred rows."""
LEAST_KNOWN = 0.1
"""A candidate is weighed once so much of that is errors of its own: fifty rows."""
SHARPNESS = 8
"""A candidate that errs a tenth more counts by half: of 4, 8 and the best alone it is never the worst."""
PREFERENCE = 0.98
"""The regression wins ties; it is the only candidate that learns."""
LEAST_LEVEL = 0.05
"""For the size of its errors a level counts as at least a twentieth of the recent one."""
TINY = 1e-9


def forecast_at_lead(
    times: FloatArray, values: FloatArray, lead: float, quantiles: Sequence[float] = QUANTILES
) -> FloatArray:
    """Forecast, at each row, the value ``lead`` seconds later, from the rows up to it.

    Args:
        times: Unix seconds, strictly increasing, shape (n,), n at least 1.
        values: Finite, shape (n,).
        lead: Seconds, above 0.
        quantiles: Shares between 0 and 1, increasing.

    Returns:
        Shape (n, len(quantiles)), finite, increasing along a row, never negative while the series never was.
    """
    parts = [
        _forecast(times[:end], values[:end], lead, cadence, quantiles)[start:]
        for start, end, cadence in stretches(times)
    ]
    found = np.sort(np.concatenate(parts), axis=1)
    never_negative = np.minimum.accumulate(values) >= 0
    return np.where(never_negative[:, None], np.maximum(found, 0.0), found)


def forecast_path(
    times: FloatArray, values: FloatArray, horizon: float, *, longest: int = 100_000
) -> tuple[FloatArray, FloatArray]:
    """Forecast, from the end of a series, each step of its cadence until the horizon is reached.

    Args:
        times: Unix seconds, strictly increasing, shape (n,), n at least 1.
        values: Finite, shape (n,).
        horizon: Seconds, above 0; the last step is the first at or after it.
        longest: Most steps.

    Returns:
        Unix seconds of the steps, shape (steps,), and the quantiles 0.1, 0.5 and 0.9, shape (steps, 3).

    Raises:
        VitalsError: The horizon is more steps than that.
    """
    cadence = newest_cadence(times) if len(times) > FIRST_ROWS else _few(times)
    if horizon / cadence > longest:
        raise VitalsError(
            f"{horizon:g} seconds are {horizon / cadence:.6g} steps of {cadence:g} seconds, more than {longest}. "
            "Give a shorter horizon, or a series with longer steps."
        )
    steps = np.arange(1, max(1, int(np.ceil(horizon / cadence - 1e-9))) + 1)
    anchors = np.unique(np.geomspace(1, len(steps), min(ANCHORS, len(steps))).round().astype(int))
    made = np.array([forecast_at_lead(times, values, float(step) * cadence)[-1] for step in anchors])
    made = _at_least_as_wide(made, int(np.count_nonzero(anchors < len(times))))
    if len(anchors) < len(steps):
        shape = _shape(times, values, np.asarray(steps * cadence, dtype=np.float64), cadence)
        offsets = made - shape[anchors - 1, None]
        made = np.array([np.interp(steps, anchors, offset) for offset in offsets.T]).T + shape[:, None]
    return times[-1] + steps * cadence, np.maximum(made, 0.0) if values.min() >= 0 else made


def _at_least_as_wide(made: FloatArray, due: int) -> FloatArray:
    """Give leads of which no forecast has fallen due the greatest width of those of which one has: theirs is unknown.

    Args:
        made: Quantiles by lead, shape (leads, 3).
        due: How many of the leads, which increase, have had a forecast that fell due.
    """
    if not 0 < due < len(made):
        return made
    width = made[:due] - made[:due, 1:2]
    return np.concatenate([made[:due], made[due:, 1:2] + np.array([width[:, 0].min(), 0.0, width[:, 2].max()])])


def _few(times: FloatArray) -> float:
    return float(np.median(np.diff(times))) if len(times) > 1 else FIRST_GUESS


def _shape(times: FloatArray, values: FloatArray, ahead: FloatArray, cadence: float) -> FloatArray:
    """The seasonal curve beyond the end, between whose points a path is bent; flat where there is no season yet."""
    calm = centred_mean(values, max(1, round(CALM_SECONDS / cadence)))
    kept = int(np.searchsorted(times, times[-1] - DAY * DAYS_OF_SHAPE))
    future = np.concatenate([times[kept:], times[-1] + ahead])
    known = np.concatenate([calm[kept:], np.full(len(ahead), np.nan)])
    curve = seasonal_at(future, known, 0.0, DAY, cadence)[-len(ahead) :]
    return np.where(np.isnan(curve), values[-1], curve)


def _forecast(
    times: FloatArray, values: FloatArray, lead: float, cadence: float, quantiles: Sequence[float]
) -> FloatArray:
    rows = max(1, round(lead / cadence))
    calm = centred_mean(values, max(1, round(CALM_SECONDS / cadence)))
    past = {season: seasonal_at(times, calm, lead, season, cadence) for season in (DAY, WEEK)}
    learnt = _learnt(values, rows, _movements(times, values, calm, past, cadence))
    naive = [at_lag(times, values, season * np.ceil(lead / season) - lead, 2 * cadence) for season in (DAY, WEEK)]
    middle = _agreed(values, rows, [learnt, values, *past.values(), *naive])
    return _around(values, middle, rows, quantiles)


def _agreed(values: FloatArray, rows: int, candidates: list[FloatArray]) -> FloatArray:
    """Weigh, at each row, the candidates by how close their forecasts that fell due lately were."""
    costs = []
    for candidate in candidates:
        error = np.zeros(len(values))
        error[rows:] = np.abs(values[rows:] - candidate[:-rows])
        known = ~np.isnan(error)
        known[:rows] = ~np.isnan(candidate[:rows])
        share = smoothed(known.astype(np.float64), COST_SHARE)  # of the weights, so days without a past cost nothing
        cost = smoothed(np.where(known, error, 0.0), COST_SHARE) / np.maximum(share, LEAST_KNOWN)
        costs.append(np.where(share < LEAST_KNOWN, LARGEST, cost) + TINY)
    costs[0] = costs[0] * PREFERENCE
    cost, said = np.array(costs), np.array(candidates)
    weight = np.where(np.isnan(said), 0.0, (cost.min(axis=0) / cost) ** SHARPNESS)
    total = weight.sum(axis=0)
    agreed = (weight * np.where(np.isnan(said), 0.0, said)).sum(axis=0) / np.where(total > 0, total, 1.0)
    # No weight is left where the best candidate has a gap and all others err by 10^40 times as much.
    return np.where(total > 0, agreed, values)


def _movements(
    times: FloatArray, values: FloatArray, calm: FloatArray, past: dict[float, FloatArray], cadence: float
) -> FloatArray:
    """What the regression looks at: shape (features, n), zero where a past is missing."""
    found = [rolling_mean(values, rows) - values for rows in MEANS]
    for season, then in past.items():
        found += [then - seasonal_at(times, calm, 0.0, season, cadence), then - values]
    return np.nan_to_num(np.array(found), nan=0.0)


def _learnt(values: FloatArray, rows: int, movements: FloatArray) -> FloatArray:
    """The regression's forecast at each row, learnt from answers that were known by then."""
    n = len(values)
    moved = np.zeros(n)
    moved[rows:] = np.abs(values[rows:] - values[:-rows])  # of the forecast that falls due at this row
    scale = smoothed(moved, ERROR_SHARE) + TINY + 1e-6 * np.abs(values)
    inputs = np.clip(movements / scale, -LIMIT, LIMIT)
    answer = np.zeros(n)
    answer[:-rows] = np.clip((values[rows:] - values[:-rows]) / scale[:-rows], -LIMIT, LIMIT)
    size = len(inputs)
    gram: FloatArray = np.zeros((size, size))
    moment: FloatArray = np.zeros(size)
    weights: FloatArray = np.zeros(size)
    decay = float(np.exp(-1.0 / MEMORY_BLOCKS))
    slope = np.zeros(n)
    for start in range(0, n, BLOCK):
        end = min(start + BLOCK, n)
        slope[start:end] = _weighted(inputs[:, start:end], weights)
        if end - start < BLOCK:
            break
        first, last = max(start - rows, 0), end - rows  # answers that became known in this block
        if last > first:
            known = inputs[:, first:last]
            gram = decay * gram + known @ known.T
            moment = decay * moment + known @ answer[first:last]
            weights = np.asarray(np.linalg.solve(gram + RIDGE * np.eye(size), moment), dtype=np.float64)
    return values + scale * slope


def _weighted(inputs: FloatArray, weights: FloatArray) -> FloatArray:
    """Sum of inputs by weight, in a fixed order, so that a shorter block gives the same bits."""
    total: FloatArray = np.zeros(inputs.shape[1])
    for row, weight in zip(inputs, weights.tolist(), strict=True):
        total += weight * row
    return total


def _around(values: FloatArray, middle: FloatArray, rows: int, quantiles: Sequence[float]) -> FloatArray:
    """Quantiles from the errors that fell due so far."""
    n = len(values)
    lowest = np.minimum.accumulate(values)
    level = np.maximum(middle, LEAST_LEVEL * smoothed(np.abs(values), ERROR_SHARE)) + TINY
    root = np.where(lowest >= 0, np.sqrt(level), 1.0)
    error = np.zeros(n)
    error[rows:] = (values[rows:] - middle[:-rows]) / root[:-rows]
    young = 1.0 / np.arange(1, n + 1)
    typical = _recent(np.abs(error), np.maximum(young, ERROR_SHARE)) + TINY
    relative = np.zeros(n)
    relative[rows:] = error[rows:] / typical[:-rows]
    found = [middle + root * typical * _steered(relative, share, rows) for share in quantiles]
    return np.array(found).T


def _recent(sizes: FloatArray, shares: FloatArray) -> FloatArray:
    means = accumulate(
        zip(sizes.tolist(), shares.tolist(), strict=True),
        lambda mean, new: (mean[0] + new[1] * (new[0] - mean[0]), 0.0),
        initial=(0.0, 0.0),
    )
    return np.array([mean for mean, _ in means][1:])


def _steered(relative: FloatArray, share: float, rows: int) -> FloatArray:
    """A quantile of relative errors that rises with each miss above and falls with each below, by the odds."""
    place = 2.0 * (share - 0.5) * 2.0
    found = np.empty(len(relative))
    for row, error in enumerate(relative.tolist()):
        if row >= rows:
            place += STEP * (share - (error <= place))
        found[row] = place
    return found
