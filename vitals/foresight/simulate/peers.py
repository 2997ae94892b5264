"""Demand as other predictive scalers expect it: each from its published description, causal, in requests per second.

What a policy expects in minute m is made of minutes before m, like ours, except where it says that it knows the trace.
"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from vitals.foresight.simulate.trace import Floats

HOUR, DAY, WEEK = 60, 1440, 10080
_CRON_HOURS = 8
"""Hours of the day that a person writes a schedule for: a working day's."""
_DAYS_OF_HISTORY = 14
"""What AWS and Prophet-like policies look back over."""
_GATE_MAPE = 0.2
"""Mean absolute percentage error over an hour above which a gated forecast asks for nothing."""
_RIDGE = 1.0


def seasonal_naive(rate: Floats, ahead: int = 30) -> Floats:
    """Highest load of the half hour that followed this moment a week ago, or a day ago in the first week.

    Grafana Mimir's trigger (mimir#7775) knows the week alone; the day makes it stronger on short traces.
    """
    padded = np.concatenate((rate, np.full(ahead, rate[-1])))
    following = sliding_window_view(padded, ahead)[: len(rate)].max(axis=1)
    expected = np.zeros_like(rate)
    for period in (DAY, WEEK):
        if period < len(rate):
            # The half hour after the same moment lies a period minus half an hour back at least.
            expected[period:] = following[:-period]
    return expected


def holt_winters(rate: Floats, lead: int = 3) -> Floats:
    """Additive daily seasonality with level and trend, by the minute, at the smoothing constants of textbooks."""
    alpha, beta, gamma = 0.3, 0.01, 0.3
    expected = np.zeros_like(rate)
    if len(rate) <= 2 * DAY:
        return expected  # two seasons are needed, as in PHPA
    season = list(rate[:DAY] - rate[:DAY].mean())
    level, trend = float(rate[:DAY].mean()), 0.0
    values = rate.tolist()
    for minute in range(DAY, len(values)):
        slot = minute % DAY
        if minute >= 2 * DAY:
            expected[minute] = max(level + lead * trend + season[(slot + lead - 1) % DAY], 0.0)
        before = level
        level = alpha * (values[minute] - season[slot]) + (1 - alpha) * (level + trend)
        trend = beta * (level - before) + (1 - beta) * trend
        season[slot] = gamma * (values[minute] - level) + (1 - gamma) * season[slot]
    return expected


def hourly(rate: Floats) -> Floats:
    """Mean load of this hour of the day over up to two weeks, for the whole hour, as AWS predicts; from a day on."""
    hours = -(-len(rate) // HOUR)
    padded = np.concatenate((rate, np.full(hours * HOUR - len(rate), rate[-1]))).reshape(hours, HOUR).mean(axis=1)
    expected = np.zeros(hours)
    for hour in range(24, hours):
        past = padded[hour % 24 : hour : 24][-_DAYS_OF_HISTORY:]
        expected[hour] = past.mean()
    return np.repeat(expected, HOUR)[: len(rate)]


def daily_shape(rate: Floats, lead: int = 10) -> Floats:
    """The shape of three days scaled to the level of the last hour, as instance groups of Google predict; from day 3.

    It looks ahead by the time that an instance needs, ten minutes.
    """
    expected = np.zeros_like(rate)
    sums = np.concatenate(([0.0], np.cumsum(rate)))
    for minute in range(3 * DAY, len(rate), 5):
        level = (sums[minute] - sums[minute - HOUR]) / HOUR
        past = np.zeros(lead + 5)
        for days in range(1, 4):
            then = minute - days * DAY
            usual = (sums[then] - sums[then - HOUR]) / HOUR
            past += rate[then : then + lead + 5] / max(usual, 1e-9) / 3
        expected[minute : minute + 5] = level * past.max()
    return expected


def gated_regression(rate: Floats) -> Floats:
    """Trend, daily and weekly waves, fitted every day to two weeks; used while its last hour was within 20 %.

    It stands for Prophet behind an accuracy gate (Kedify): the same terms as Prophet's, by least squares.
    """
    expected = np.zeros_like(rate)
    minutes = np.arange(len(rate), dtype=np.float64)
    waves = [(DAY, 10), (WEEK, 3)]
    columns = [np.ones_like(minutes), minutes / WEEK]
    for period, order in waves:
        for k in range(1, order + 1):
            columns += [np.sin(2 * np.pi * k * minutes / period), np.cos(2 * np.pi * k * minutes / period)]
    terms = np.stack(columns, axis=1)
    for start in range(DAY, len(rate), DAY):
        past = slice(max(start - _DAYS_OF_HISTORY * DAY, 0), start)
        x, y = terms[past], rate[past]
        usable = slice(None) if start >= 2 * WEEK else slice(0, 2 + 2 * waves[0][1])
        x = x[:, usable]
        fit = np.linalg.solve(x.T @ x + _RIDGE * np.eye(x.shape[1]), x.T @ y)
        part = slice(start, start + DAY)
        expected[part] = np.maximum(terms[part][:, usable] @ fit, 0.0)
    error = np.abs(rate - expected) / np.maximum(rate, 1e-9)
    sums = np.concatenate(([0.0], np.cumsum(np.minimum(error, 10.0))))
    recent = np.full(len(rate), np.inf)
    recent[DAY + HOUR :] = (sums[DAY + HOUR : -1] - sums[DAY : -HOUR - 1]) / HOUR
    return np.where(recent <= _GATE_MAPE, expected, 0.0)


def chance_constrained(rate: Floats, lead: int = 3, chance: float = 0.05) -> Floats:
    """Demand that is exceeded in the lead time with a small chance, as a chance-constrained controller plans for.

    Like OptScaler (PVLDB 2024): a proactive part (the day before, relative to its level) and a reactive one (the level)
    are weighted by their recent errors; the quantile is that of the weighted forecast's errors over the last day.
    """
    level = rate.copy()
    for minute in range(1, len(rate)):
        level[minute] = 0.5 * rate[minute] + 0.5 * level[minute - 1]
    seasonal = level.copy()
    if len(rate) > DAY:
        then = level[:-DAY]
        seasonal[DAY:] = level[DAY:] * rate[_ahead(len(rate) - DAY, lead, len(rate))] / np.maximum(then, 1e-9)
    truth = rate[_ahead(len(rate), lead, len(rate))]
    losses = [_delayed_mean(np.abs(truth - one), lead, HOUR) for one in (level, seasonal)]
    weight = losses[0] / np.maximum(losses[0] + losses[1], 1e-9)
    expected = weight * seasonal + (1 - weight) * level
    ratio = np.log((truth + 1e-9) / (expected + 1e-9)).clip(-3, 3)
    margin = np.zeros_like(rate)
    for minute in range(HOUR, len(rate), 10):
        past = ratio[max(minute - DAY, 0) : minute - lead]
        margin[minute : minute + 10] = np.quantile(past, 1 - chance)
    planned = expected * np.exp(margin)
    return np.concatenate(([rate[0]], planned[:-1]))


def _ahead(count: int, lead: int, length: int) -> np.ndarray:
    return np.minimum(np.arange(count) + lead, length - 1)


def _delayed_mean(values: Floats, lead: int, window: int) -> Floats:
    sums = np.concatenate(([0.0], np.cumsum(values)))
    ends = np.maximum(np.arange(len(values)) - lead + 1, 0)
    starts = np.maximum(ends - window, 0)
    return np.asarray((sums[ends] - sums[starts]) / np.maximum(ends - starts, 1))


def schedule(rate: Floats) -> Floats:
    """Mean load of the busiest hours of the day, over the days before, in just those hours: a cron trigger."""
    hours = len(rate) // HOUR
    means = rate[: hours * HOUR].reshape(hours, HOUR).mean(axis=1)
    expected = np.zeros_like(rate)
    for day in range(1, -(-len(rate) // DAY)):
        usual = means[max(day - 7, 0) * 24 : day * 24].reshape(-1, 24).mean(axis=0)
        busy = np.sort(np.argsort(usual, kind="stable")[-_CRON_HOURS:])
        for hour in busy:
            at = day * DAY + int(hour) * HOUR
            expected[at : at + HOUR] = usual[busy].mean()
    return expected


def known_ahead(rate: Floats, lead: int = 4) -> Floats:
    """The oracle: the highest load of this minute and the lead time, from the trace itself."""
    padded = np.concatenate((rate, np.full(lead - 1, rate[-1])))
    return np.asarray(sliding_window_view(padded, lead).max(axis=1))
