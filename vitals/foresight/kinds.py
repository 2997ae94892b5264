"""What a signal is decides which deviations are news: latency that falls pages no one, a rate that falls does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from vitals.foresight.series import FloatArray


class SignalKind(StrEnum):
    """What a series measures."""

    LATENCY = "latency"
    RATE = "rate"
    ERRORS = "errors"
    RATIO = "ratio"
    QUEUE = "queue"
    GAUGE = "gauge"


@dataclass(frozen=True, slots=True)
class Judgement:
    """Which deviations count.

    Attributes:
        falls: Whether a value that is too low counts; one that is too high always does.
        level_share: A deviation below this share of the usual level is not news, however calm the series was.
    """

    falls: bool
    level_share: float

    def directed(self, deviation: FloatArray) -> FloatArray:
        """Turn signed deviations into sizes of those that count."""
        return np.abs(deviation) if self.falls else np.maximum(deviation, 0.0)


JUDGEMENTS = {
    SignalKind.LATENCY: Judgement(falls=False, level_share=0.05),
    SignalKind.RATE: Judgement(falls=True, level_share=0.02),
    SignalKind.ERRORS: Judgement(falls=False, level_share=0.02),
    SignalKind.RATIO: Judgement(falls=True, level_share=0.0005),
    SignalKind.QUEUE: Judgement(falls=False, level_share=0.05),
    SignalKind.GAUGE: Judgement(falls=True, level_share=0.005),
}
"""Ratios live near 1, where half a per mille is half an error budget of 99.9 %; 5 % of a latency no user feels."""
SPREAD_SHARE = 0.02
"""Nor is a deviation below this share of the range that the series usually covers (5 to 95 %)."""
DEPARTURE_SHARE = 0.5
"""Of a series that rests at one value for nine rows in ten, a median or a shape is not news below half of what its
other rows differ from that value: its medians never moved, so the first two spikes in a row would be an incident."""
LEAST = 1e-9
"""Keeps a series that never moved, at zero, from dividing by zero; any movement of it is news."""


def least_deviation(values: FloatArray, judgement: Judgement) -> FloatArray:
    """For each row, the deviation below which nothing is news, from rows before it.

    It is renewed when the history has doubled, from 16 rows on; shape (n,).
    """
    floor = np.empty(len(values))
    for start, end in _doublings(len(values)):
        low, middle, high = np.percentile(values[: max(start, 1)], [5, 50, 95])
        floor[start:end] = max(SPREAD_SHARE * (high - low), judgement.level_share * abs(middle), LEAST)
    return floor


def least_departure(values: FloatArray) -> FloatArray:
    """For each row, the least deviation of a median or a shape of a series that rests, from rows before it.

    Zero where it moves; renewed as ``least_deviation`` is; shape (n,).
    """
    floor = np.zeros(len(values))
    for start, end in _doublings(len(values)):
        low, high = np.percentile(values[: max(start, 1)], [5, 95])
        away = np.abs(values[:start] - low)
        away = away[away > 0]
        if low == high and len(away):
            floor[start:end] = DEPARTURE_SHARE * float(away.mean())
    return floor


def _doublings(rows: int) -> Iterator[tuple[int, int]]:
    """Rows from and until: the first 16, the next 16, the next 32, and so on."""
    start, end = 0, 16
    while start < rows:
        yield start, end
        start, end = end, end * 2
