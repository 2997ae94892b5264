"""What is said of a series at its newest row: the public functions of :mod:`vitals.foresight`, and nothing beside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from vitals.foresight.cadence import FIRST_ROWS
from vitals.foresight.deploys import KnownPast
from vitals.foresight.detect import detect
from vitals.foresight.forecast import QUANTILES, forecast_at_lead
from vitals.foresight.kinds import SignalKind
from vitals.foresight.seasonal import DAY
from vitals.foresight.series import FloatArray
from vitals.foresight.service.history import STEP_S, SeriesHistory
from vitals.foresight.trend import seconds_to_limit
from vitals.rendered import WatchedEntry

COVERED_S = DAY
"""Coverage is that of the last day: long enough for 24 mornings and noons of hourly forecasts, and it sees today."""
LEAST_COVERED = 60
"""Forecasts that must have fallen due before a share of them says anything: an hour of them."""
BEYOND_COUNTS = 30 * DAY
"""What is reached in over a month is not said: two weeks of history do not reach so far."""


@dataclass(frozen=True, slots=True)
class Anomaly:
    """The judgement of one row, as ``vitals foresight detect`` writes it."""

    score: float
    lower: float
    expected: float
    upper: float
    active: bool


@dataclass(frozen=True, slots=True)
class HorizonForecast:
    """What a series will be at one horizon.

    Attributes:
        quantiles: Value by share, for the shares of ``QUANTILES``.
        coverage: Share of the last day's values that lay below the highest of them; None while too few fell due.
    """

    quantiles: Mapping[float, float]
    coverage: float | None


@dataclass(frozen=True, slots=True)
class SeriesVerdict:
    """Everything that is said of a series.

    Attributes:
        at: Unix seconds of the row.
        value: Its value.
        anomaly: None where it is only forecast.
        forecasts: By horizon, as people say it.
        to_limit: Seconds until its limit is reached; None where it has none or does not near it.
    """

    at: float
    value: float
    anomaly: Anomaly | None
    forecasts: Mapping[str, HorizonForecast]
    to_limit: float | None


def verdict(entry: WatchedEntry, history: SeriesHistory, past: KnownPast | None = None) -> SeriesVerdict:
    """Judge the newest row of a history that has at least one.

    Args:
        entry: What is asked.
        history: The series as it was answered, which is forecast.
        past: The same in the units of the build that runs, by which it is judged; the history itself where none is
            known.
    """
    times, values = history.times, history.values
    judged = past or KnownPast(times, values)
    left = None if entry.limit is None else seconds_to_limit(times, values, entry.limit)
    return SeriesVerdict(
        at=history.newest,
        value=float(values[-1]),
        anomaly=_anomaly(judged.times, judged.values, SignalKind(entry.kind)) if entry.judged else None,
        forecasts={
            horizon: _forecast(times, values, float(lead))
            for horizon, lead in entry.horizons.items()
            # Of a longer lead no forecast has fallen due, so how far off it may be is unknown.
            if len(times) > max(FIRST_ROWS, lead / STEP_S)
        },
        to_limit=left if left is not None and left <= BEYOND_COUNTS else None,
    )


def _anomaly(times: FloatArray, values: FloatArray, kind: SignalKind) -> Anomaly:
    found = detect(times, values, kind)
    return Anomaly(
        score=float(found.score[-1]),
        lower=float(found.lower[-1]),
        expected=float(found.expected[-1]),
        upper=float(found.upper[-1]),
        active=bool(found.anomaly[-1]),
    )


def _forecast(times: FloatArray, values: FloatArray, lead: float) -> HorizonForecast:
    made = forecast_at_lead(times, values, lead)
    return HorizonForecast(
        dict(zip(QUANTILES, made[-1].tolist(), strict=True)), coverage(times, values, made[:, -1], lead)
    )


def coverage(times: FloatArray, values: FloatArray, upper: FloatArray, lead: float) -> float | None:
    """Share of the last day's values that were at most what had been forecast for them.

    Args:
        times: Unix seconds, shape (n,).
        values: Shape (n,).
        upper: The quantile that each row forecast, shape (n,).
        lead: Seconds between a row and the time that it forecast.

    Returns:
        None where fewer than ``LEAST_COVERED`` forecasts fell due; one whose time has no row within a step never does.
    """
    due = times + lead
    at = np.searchsorted(times, due - STEP_S / 2)
    kept = (at < len(times)) & (due > times[-1] - COVERED_S)
    kept[kept] = np.abs(times[at[kept]] - due[kept]) <= STEP_S / 2
    if np.count_nonzero(kept) < LEAST_COVERED:
        return None
    return float(np.mean(values[at[kept]] <= upper[kept]))
