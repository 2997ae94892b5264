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
USUAL = np.array([0.05, 0.5, 0.95])
"""Shares of the rows below the low end, the middle and the high end of what a series usually covers."""
DEPARTURE_SHARE = 0.5
"""Of a series that rests at one value for nine rows in ten, a median or a shape is not news below half of what its
other rows differ from that value: its medians never moved, so the first two spikes in a row would be an incident."""
LEAST = 1e-9
"""Keeps a series that never moved, at zero, from dividing by zero; any movement of it is news."""


@dataclass(frozen=True, slots=True)
class Floors:
    """For each row, below what nothing is news, from rows before it; renewed when they have doubled, from 16 on.

    Attributes:
        deviation: The least deviation of a value, shape (n,).
        lasting: That of a median over hours or of a shape, which must leave the one value of a series that rests;
            shape (n,).
    """

    deviation: FloatArray
    lasting: FloatArray

    def before(self, end: int) -> Floors:
        """Those of the rows before ``end``."""
        return Floors(self.deviation[:end], self.lasting[:end])


def floors(values: FloatArray, judgement: Judgement) -> Floors:
    """The floors of a series, finite, shape (n,)."""
    deviation, lasting = np.empty(len(values)), np.empty(len(values))
    for start, end in _doublings(len(values)):
        past = np.sort(values[: max(start, 1)])
        low, middle, high = np.interp(USUAL * (len(past) - 1), np.arange(len(past)), past)
        least = max(SPREAD_SHARE * (high - low), judgement.level_share * abs(middle), LEAST)
        away = past[past != low] - low if low == high else past[:0]
        deviation[start:end] = least
        lasting[start:end] = max(least, DEPARTURE_SHARE * float(np.abs(away).mean()) if len(away) else 0.0)
    return Floors(deviation, lasting)


def _doublings(rows: int) -> Iterator[tuple[int, int]]:
    """Rows from and until: the first 16, the next 16, the next 32, and so on."""
    start, end = 0, 16
    while start < rows:
        yield start, end
        start, end = end, end * 2
