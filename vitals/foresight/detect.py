"""Anomalies of one series, judged row by row from what came before.

Eight deviations are compared with their own past (``reference``): of the value from its prediction, of the mean over
an hour and over four, of the value from its usual level over days, of the last four hours from the four before, of the
median of the last eight hours from that of earlier days, of the shape of these hours from every earlier one
(``patches``), and the time since the value last changed. The prediction is that of the predictor which was right lately
(``predictors``), and each predictor is held against its own past, so the days before a season was known do not widen
the bounds. A row is an anomaly when one of the eight beats its record by the margin, or several nearly do.

The row at t is the same whatever comes after it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vitals.foresight.cadence import stretches
from vitals.foresight.causal import before, long_median, rolling_mean, rolling_median, unchanged_rows
from vitals.foresight.episodes import page_candidates
from vitals.foresight.kinds import JUDGEMENTS, Floors, Judgement, SignalKind, floors
from vitals.foresight.patches import newest_shape
from vitals.foresight.predictors import SLACK, Windows, first_weekend, most_trusted, predictions, windows_of
from vitals.foresight.reference import MARGIN, YOUNG, chunks_of, known_deviation
from vitals.foresight.score import severity
from vitals.foresight.seasonal import DAY, seasonal_at
from vitals.foresight.series import FloatArray

FIRST_WEEKEND = 1.5
"""On the first weekend of a series a deviation must be half as large again: business traffic falls by a third."""

SUSTAINED = 8 * 3600.0
"""A level that is off for so many seconds is seen though none of its rows is a record. Of 6, 8, 10 and 12 h only eight
raised F1 on the tuned collections and on the scored ones; 6 and 10 h find as many events."""
YOUNG_SUSTAINED = 2 * 86400.0
"""Its history is young for two days, four times as long as others': eight hours give few values that are independent.
At a day and at two the tuned collections are the same, at four one event is lost."""
SHAPE = 2.5
"""A shape that is new by less than so many least deviations is an old one that came an hour early."""
STUCK = 2 * 3600.0
"""A value that stands still for less than so many seconds is not news, however restless the series was. At two hours as
at one and a half it costs no false alarm on the tuned collections, at one it costs eight."""
STUCK_ROWS = 6
"""Nor are fewer rows, where rows are half an hour apart and more."""
LARGEST_RATIO = 1e9
"""Beyond it a ratio says no more, and its fourth power stays a number."""


@dataclass(frozen=True, slots=True)
class Detection:
    """What was found, one entry per row.

    Attributes:
        expected: What the value should have been.
        lower: The least value that would not have been news.
        upper: The greatest value that would not have been news.
        score: How unusual the row and those just before it are, from 0 to 1.
        anomaly: Whether the row is a candidate for a page.
    """

    expected: FloatArray
    lower: FloatArray
    upper: FloatArray
    score: FloatArray
    anomaly: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Judged:
    expected: FloatArray
    margin: FloatArray
    ratio: FloatArray
    severity: FloatArray


@dataclass(frozen=True, slots=True)
class _FromThePast:
    """A deviation, what is remembered of it, the least that counts, and for how long its history is a young one."""

    deviation: FloatArray
    remembered: FloatArray
    least: FloatArray
    young: float = YOUNG


def detect(times: FloatArray, values: FloatArray, kind: SignalKind = SignalKind.GAUGE) -> Detection:
    """Judge a series.

    Args:
        times: Unix seconds, strictly increasing, shape (n,), n at least 1.
        values: Finite, shape (n,).
        kind: What the series measures: which direction counts, and the least deviation that does.
    """
    judgement = JUDGEMENTS[kind]
    least = floors(values, judgement)
    known = stretches(times)
    parts = [
        _judge(times[:end], values[:end], least.before(end), windows_of(cadence), judgement, start=start)
        for start, end, cadence in known
    ]
    expected, margin, ratio, unusual = (
        np.concatenate([getattr(part, name) for part in parts]) for name in ("expected", "margin", "ratio", "severity")
    )
    expected, lower, upper = _bounds(values, expected, margin, judgement)
    return Detection(
        expected=expected,
        lower=lower,
        upper=upper,
        score=unusual,
        anomaly=page_candidates(
            times, ratio, np.concatenate([np.full(end - start, cadence) for start, end, cadence in known])
        ),
    )


def _bounds(
    values: FloatArray, expected: FloatArray, margin: FloatArray, judgement: Judgement
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Expected, lower and upper bound, finite and in this order of size, not negative while the series never was.

    While nothing is known the range so far counts three times to each side.
    """
    least = np.minimum.accumulate(before(values))
    wide = 3.0 * (np.maximum.accumulate(before(values)) - least) + np.abs(expected)
    margin = np.where(np.isfinite(margin), margin, wide)
    lower = expected - margin if judgement.falls else np.minimum(least, expected)
    bounds = np.array([expected, lower, expected + margin])
    found = np.where(least >= 0, np.maximum(bounds, 0.0), bounds)
    return found[0], found[1], found[2]


def _judge(
    times: FloatArray, values: FloatArray, least: Floors, windows: Windows, judgement: Judgement, *, start: int
) -> _Judged:
    """Judge all rows with one set of windows and keep those from ``start`` on."""
    if not start:
        return _first(values, windows)
    predicted = predictions(times, values, windows)
    trusted = most_trusted(values, predicted.middle, windows)
    rows = np.arange(len(values))
    expected = np.asarray(predicted.middle[trusted, rows])
    chunks = chunks_of(times, windows.cadence)
    patience = np.where(first_weekend(times, predicted), FIRST_WEEKEND, 1.0)
    fused, margin = np.zeros(len(values)), np.full(len(values), np.inf)
    for number in range(len(predicted.middle)):
        chosen = trusted == number
        if not chosen[start:].any():
            continue
        residual = values - np.clip(values, predicted.lower[number], predicted.upper[number])
        for place, deviation in enumerate(_from_prediction(residual, windows, judgement)):
            known = patience * known_deviation(chunks, deviation, least.deviation)
            fused += np.where(chosen, _power(deviation / known), 0.0)
            margin = np.where(chosen, MARGIN * known, margin) if place == 0 else margin
    for past in _from_the_past(times, values, least, windows, judgement):
        known = patience * known_deviation(chunks, past.remembered, past.least, past.young)
        fused += _power(past.deviation / known)
    ratio = np.sqrt(np.sqrt(fused))
    unusual = severity(times, values, least.deviation, windows=windows, judgement=judgement)
    return _Judged(expected[start:], margin[start:], ratio[start:], unusual[start:])


def _power(ratio: FloatArray) -> FloatArray:
    """What a ratio adds to the fused one: its fourth power, nothing where it is unknown.

    So one counts as it is, and two alike count a fifth more. With second, fourth, sixth and eighth powers and with the
    largest alone the best F1 on the tuned collections was 0.57, 0.72, 0.71, 0.70 and 0.68.
    """
    square = np.square(np.minimum(np.where(np.isnan(ratio), 0.0, ratio), LARGEST_RATIO))
    return np.asarray(square * square)  # exact in any length of array, as the power function is not


def _first(values: FloatArray, windows: Windows) -> _Judged:
    """The first rows, whose cadence is a guess: expected as the last ones were, and nothing is unusual yet."""
    expected = before(rolling_median(values, windows.hour))
    return _Judged(expected, np.full(len(values), np.inf), np.zeros(len(values)), np.zeros(len(values)))


def _from_prediction(residual: FloatArray, windows: Windows, judgement: Judgement) -> list[FloatArray]:
    """Deviations of the value, and of means over an hour and four, from a prediction; NaN where there is none."""
    unknown = np.isnan(residual)
    filled = np.where(unknown, 0.0, residual)
    sizes = [judgement.directed(rolling_mean(filled, rows)) for rows in (1, windows.hour, 4 * windows.hour)]
    return [np.where(unknown, np.nan, size) for size in sizes]


def _from_the_past(
    times: FloatArray, values: FloatArray, least: Floors, windows: Windows, judgement: Judgement
) -> list[_FromThePast]:
    """Deviations that need no prediction.

    They are of the value from the level of days, of the last four hours' mean from that of the four before, of the
    last eight hours' median from the usual one of these hours, of their shape from all earlier ones, and the seconds
    that a value stands still. The last two are neither high nor low, so they count where falls do.
    """
    level = before(long_median(values, windows.day))
    mean = rolling_mean(values, 4 * windows.hour)
    earlier = mean[np.maximum(np.arange(len(values)) - 4 * windows.hour, 0)]
    rows = max(1, round(SUSTAINED / windows.cadence))
    sustained = long_median(values, rows)
    sustained[: rows - 1] = np.nan  # of fewer hours, which do not compare with the same ones of the next day
    usual = np.array([seasonal_at(times, sustained, shift, DAY, windows.cadence) for shift in (-SLACK, 0.0, SLACK)])
    beyond = judgement.directed(sustained - np.clip(sustained, usual.min(axis=0), usual.max(axis=0)))
    off, moved = (judgement.directed(one) for one in (rolling_median(values, 3) - level, mean - earlier))
    shape = newest_shape(values, windows)
    found = [
        _FromThePast(off, off, least.lasting),
        _FromThePast(moved, moved, least.deviation),
        _FromThePast(beyond, judgement.directed(sustained - usual[1]), least.lasting, YOUNG_SUSTAINED),
    ]
    if not judgement.falls:
        return found
    still = unchanged_rows(values) * windows.cadence
    least_still = np.full(len(values), max(STUCK, STUCK_ROWS * windows.cadence))
    return [*found, _FromThePast(shape, shape, SHAPE * least.lasting), _FromThePast(still, still, least_still)]
