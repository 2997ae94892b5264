"""Other methods of scoring a series, each in its usual form, causal, without a look at labels.

Each takes times and values and returns a score per row, higher for the more unusual. The bench gives all of them, and
ours, the same pager (an hour, then a day of quiet), so that the score is what is compared.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable

import numpy as np

from vitals.foresight.bench.library_models import fracast, isolation_forest, prophet
from vitals.foresight.bench.published_rules import grafana_adaptive, grafana_robust
from vitals.foresight.bench.scale import SMALL, least_scale
from vitals.foresight.cadence import newest_cadence
from vitals.foresight.causal import before, centred_mean, rolling_mean, smoothed
from vitals.foresight.predictors import windows_of
from vitals.foresight.seasonal import DAY, seasonal_at
from vitals.foresight.series import FloatArray

Scorer = Callable[[FloatArray, FloatArray], FloatArray]
_WINDOW = 64
"""Rows that the spectral residual and the polynomial look at."""


def rolling_z(times: FloatArray, values: FloatArray) -> FloatArray:
    """Distance from the mean of the last hour, in its standard deviations."""
    rows = _hour(times)
    mean = before(rolling_mean(values, rows))
    return np.abs(values - mean) / (_deviation(values, rows) + least_scale(values))


def static_quantile(times: FloatArray, values: FloatArray) -> FloatArray:
    """Distance beyond the 1 % and 99 % quantiles of all rows so far, in distances between them."""
    del times
    score = np.zeros(len(values))
    start = 16
    while start < len(values):
        end = min(start + max(start // 16, 16), len(values))
        low, high = np.percentile(values[:start], [1, 99])
        beyond = np.maximum(values[start:end] - high, low - values[start:end])
        score[start:end] = np.maximum(beyond, 0.0) / (high - low + SMALL)
        start = end
    return score


def seasonal_mad(times: FloatArray, values: FloatArray) -> FloatArray:
    """Distance from the median of the same time on the last seven days, in the mean such distance of a day."""
    cadence = newest_cadence(times)
    past = seasonal_at(times, centred_mean(values, 1), 0.0, DAY, cadence)
    distance = np.abs(np.nan_to_num(values - past, nan=0.0))
    return distance / (before(smoothed(distance, 1.0 / windows_of(cadence).day)) + least_scale(values))


def holt_winters(times: FloatArray, values: FloatArray) -> FloatArray:
    """Error of additive exponential smoothing with a daily season, in its mean of a day."""
    period = max(2, round(DAY / newest_cadence(times)))
    level, season = float(values[0]), [0.0] * period
    errors = np.zeros(len(values))
    for row, value in enumerate(values.tolist()):
        place = row % period
        errors[row] = value - level - season[place]
        level += 0.1 * errors[row]
        season[place] += 0.3 * errors[row]
    size = np.abs(errors)
    return size / (before(smoothed(size, 1.0 / period)) + least_scale(values))


def spectral_residual(times: FloatArray, values: FloatArray) -> FloatArray:
    """Saliency of the newest row of the last 64, whose log spectrum is freed of its local average."""
    del times
    ahead = np.concatenate([np.full(_WINDOW - 1, values[0]), values])
    views = np.lib.stride_tricks.sliding_window_view(ahead, _WINDOW)
    score = np.zeros(len(values))
    for start in range(0, len(values), 4096):
        view = views[start : start + 4096]
        step = view[:, -1:] + (view[:, -1:] - view[:, -6:-5]) / 5.0  # continued, so that the newest is not an edge
        spectrum = np.fft.fft(np.hstack([view, np.repeat(step, 5, axis=1)]), axis=1)
        logs = np.log(np.abs(spectrum) + SMALL)
        sums = np.cumsum(np.hstack([np.repeat(logs[:, :1], 3, axis=1), logs]), axis=1)
        local = (sums[:, 3:] - sums[:, :-3]) / 3.0
        saliency = np.abs(np.fft.ifft(np.exp(logs - local + 1j * np.angle(spectrum)), axis=1))
        newest, usual = saliency[:, _WINDOW - 1], saliency[:, : _WINDOW - 1].mean(axis=1)
        score[start : start + 4096] = (newest - usual) / (usual + SMALL)
    return np.maximum(score, 0.0)


def local_polynomial(times: FloatArray, values: FloatArray) -> FloatArray:
    """Error of a parabola through the last 64 rows, continued by one, in the mean such error of an hour."""
    place = np.arange(_WINDOW) / _WINDOW
    fit = np.linalg.pinv(np.vander(place, 3))
    weights = np.array([1.0, 1.0, 1.0]) @ fit  # the parabola at the row that follows
    ahead = np.concatenate([np.full(_WINDOW, values[0]), values[:-1]])
    predicted = np.convolve(ahead, weights[::-1], mode="valid")
    size = np.abs(values - predicted)
    return size / (before(smoothed(size, 1.0 / (4 * _hour(times)))) + least_scale(values))


def random_pages(times: FloatArray, values: FloatArray) -> FloatArray:
    """No method at all: seeded numbers, at whatever rate the tuning finds best."""
    del times
    return np.random.default_rng(len(values)).random(len(values))


def always_quiet(times: FloatArray, values: FloatArray) -> FloatArray:
    """Never a page."""
    del times
    return np.zeros(len(values))


PEERS: dict[str, Scorer] = {
    "rolling z-score (1 h)": rolling_z,
    "static quantile": static_quantile,
    "seasonal median and deviation": seasonal_mad,
    "Holt-Winters": holt_winters,
    "spectral residual": spectral_residual,
    "local polynomial": local_polynomial,
    "Grafana's adaptive rules": grafana_adaptive,
    "Grafana's robust rules": grafana_robust,
    "isolation forest": isolation_forest,
    "Prophet": prophet,
    "Fracast-0 (pretrained)": fracast,
    "random": random_pages,
    "always quiet": always_quiet,
}
NEEDS = {"isolation forest": "sklearn", "Prophet": "prophet", "Fracast-0 (pretrained)": "fracast"}
"""Peers that need a library of the dependency groups ``peers`` and ``pretrained``; without it they are left out, which
is said."""


def available(name: str) -> bool:
    """Whether a peer's library is installed."""
    return name not in NEEDS or importlib.util.find_spec(NEEDS[name]) is not None


def _hour(times: FloatArray) -> int:
    return windows_of(newest_cadence(times)).hour


def _deviation(values: FloatArray, rows: int) -> FloatArray:
    mean = rolling_mean(values, rows)
    return np.sqrt(np.maximum(before(rolling_mean((values - mean) ** 2, rows)), 0.0))
