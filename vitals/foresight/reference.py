"""How large a deviation has to be before it is news: larger, by a margin, than all that this series did before.

A deviation is divided by the largest one of the past weeks, so every series calibrates itself: noise, a backup's spikes
and bursts of a batch job are news once and then known. If deviations are exchangeable, the chance of a new record falls
with the length of the history, which is what keeps false alarms rare without a threshold per series.

An incident must not hide the next one, so what exceeded the bound enters the history cut down, and in full only when
the same happened before. After four weeks the second largest counts, after eight the third: one odd day does not stay.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from vitals.foresight.series import FloatArray, IndexArray

CHUNK_SECONDS = 6 * 3600.0
"""The history keeps the largest deviation of each quarter of a day; 3 h and 12 h differ by 0.01 F1."""
CHUNK_ROWS = 6
"""A chunk has at least so many rows, for series of an hour's cadence and more."""
HORIZON = 56 * 86400.0
"""Eight weeks back: of 2, 4 and 8 the longest had the fewest false alarms at the same recall."""
RANK_EVERY = 28 * 86400.0
"""Each four weeks of history drop one more of the largest deviations."""
FIRST_JUDGEMENT = 6 * 3600.0
"""A series is judged from the first quarter of a day on."""
YOUNG = 12 * 3600.0
"""A history this old needs twice the deviation, one of a week a fourteenth more: a short one has seen little."""
FIRST_ROWS, YOUNG_ROWS = 24, 24
"""Nor are fewer rows than these a history, where rows are an hour apart."""
MARGIN = 1.5
"""By how much a record must be beaten; 1.45 to 1.6 are on one plateau of F1 (0.73 to 0.74 on the tuned collections)."""
GROWTH = 2.0
"""What beat its record enters the history as at most two limits, so the next incident is seen: 1.5 to 5 are alike."""


@dataclass
class _History:
    """Largest deviations of past chunks, and those that were news."""

    largest: list[tuple[float, float]] = field(default_factory=list)
    news: list[tuple[float, float]] = field(default_factory=list)

    def forget(self, now: float) -> None:
        """Drop what lies beyond the horizon."""
        self.largest = [one for one in self.largest if now - one[0] <= HORIZON]
        self.news = [one for one in self.news if now - one[0] <= HORIZON]

    def bound(self, span: float) -> float:
        """The deviation that counts as known."""
        rank = 1 + int(len(self.largest) * span / RANK_EVERY)
        return sorted(largest for _, largest in self.largest)[-min(rank, len(self.largest))]

    def learn(self, now: float, largest: float, limit: float) -> None:
        """Take in a chunk; above the limit only as far as such a thing happened before."""
        kept = largest
        if largest > limit:
            kept = min(largest, max([GROWTH * limit, *(size for _, size in self.news)]))
            self.news.append((now, largest))
        self.largest.append((now, kept))


@dataclass(frozen=True, slots=True)
class Chunks:
    """The quarters of a day that a series is remembered by.

    Attributes:
        cadence: Seconds between rows.
        span: Seconds of a chunk.
        starts: The first row of each, shape (chunks,).
        begins: Unix seconds of these rows.
        rows: Rows of the series.
    """

    cadence: float
    span: float
    starts: IndexArray
    begins: list[float]
    rows: int


def chunks_of(times: FloatArray, cadence: float) -> Chunks:
    """Cut a series, of times in Unix seconds, shape (n,), and of a row per ``cadence`` seconds."""
    span = max(CHUNK_SECONDS, CHUNK_ROWS * cadence)
    starts = np.flatnonzero(np.diff(np.floor((times - times[0]) / span), prepend=-1.0))
    return Chunks(cadence, span, starts, times[starts].tolist(), len(times))


def known_deviation(chunks: Chunks, deviation: FloatArray, floor: FloatArray, young: float = YOUNG) -> FloatArray:
    """For each row, the deviation that the past makes ordinary, from chunks that ended before the row's own.

    Args:
        chunks: Of the series.
        deviation: At least zero, NaN where unknown, shape (n,).
        floor: The least that can be news, shape (n,).
        young: Seconds of history at which a deviation must be twice as large.

    Returns:
        Shape (n,); infinite while there is too little history to judge.
    """
    known = np.full(chunks.rows, np.inf)
    wait, young = max(FIRST_JUDGEMENT, FIRST_ROWS * chunks.cadence), max(young, YOUNG_ROWS * chunks.cadence)
    starts = chunks.starts.tolist()
    peaks = np.fmax.reduceat(deviation, chunks.starts).tolist()
    history, since = _History(), None
    for start, end, now, peak in zip(starts, [*starts[1:], chunks.rows], chunks.begins, peaks, strict=True):
        if math.isnan(peak):
            continue
        since = now if since is None else since
        history.forget(now)
        limit = math.inf
        if history.largest and now - since >= wait:
            bound = max(history.bound(chunks.span), float(floor[start])) * (1.0 + young / (now - since))
            known[start:end] = bound
            limit = MARGIN * bound
        history.learn(now, peak, limit)
    return known
