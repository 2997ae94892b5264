"""A deploy resets what it changes: the past of a series, brought to the level and the scatter of the new build.

A build that answers twice as fast makes all that is known of a series wrong: its level, its scatter, and the records
that later deviations are held against. Forgetting the past would leave the series unjudged for hours after each deploy,
so it is moved instead. The first hour of a build is judged by the past of the one before, which is how a bad deploy is
found. Then its last half hour is compared with what the same hours of earlier days lead one to expect; where level or
scatter moved by more than they ever do, all earlier rows are moved as far, and the rows of the rollout are left out.
Daily shapes and records go on, in the units of the new build; a deploy that changes nothing leaves every row as it was.

A row at t depends on the rows up to t and on the deploys that had settled by t, and on nothing later.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vitals.foresight.cadence import newest_cadence
from vitals.foresight.causal import rolling_median
from vitals.foresight.detect import Detection, detect
from vitals.foresight.kinds import JUDGEMENTS, SignalKind, floors
from vitals.foresight.predictors import windows_of
from vitals.foresight.seasonal import DAY
from vitals.foresight.series import FloatArray

SETTLES_S = 3600.0
"""From the last deploy of a rollout until its effect is taken in: as long as an incident is marked, so that what a bad
deploy did is reported by the old bounds first."""
MEASURED_S = 1800.0
"""The new build is measured over the last half of that: before, caches are cold and both builds serve."""
BEFORE_S = 3600.0
"""The old build is measured over its last hour."""
EARLIER_DAYS = 7
"""Days that say how much a series moves between these hours anyway."""
FEWEST_DAYS = 3
"""Fewer days say nothing about how much their moves differ."""
FEWEST_ROWS = 6
"""A median of fewer rows is noise; half an hour of five minutes has as many."""
SURE = 4.0
"""Deviations beyond which a move is the deploy's: of the moves of seven days chance passes it in one of thousands."""
INDEPENDENT = 6.0
"""Neighbouring minutes say the same, so the rows of an hour count as six for the error of their median."""
SAME_SCATTER = 0.3
"""Logarithm by which the scatter of half an hour differs from that of the hour before by chance, at least, as a
deviation: that of 30 rows and 60 without memory is 0.26."""
MOST_SCALED = 4.0
"""The scatter is moved by at most so much: half an hour knows no more."""
MOST_MOVED = 50.0
"""A level is moved by at most this factor; beyond it the move is added."""
TO_DEVIATION = 1.4826
"""From the median absolute deviation to the standard deviation of a normal distribution."""
_SCALED_KINDS = (SignalKind.LATENCY, SignalKind.RATE, SignalKind.ERRORS, SignalKind.QUEUE)
"""Kinds whose night moves with their day: their past is multiplied. To ratios and gauges the difference is added."""


@dataclass(frozen=True, slots=True)
class Rollout:
    """Deploys of one service less than ``SETTLES_S`` apart: one change, in steps.

    Attributes:
        begin: Unix seconds of the first.
        settled: Unix seconds from which on the new build is what the service is.
    """

    begin: float
    settled: float


@dataclass(frozen=True, slots=True)
class KnownPast:
    """Rows of a series in the units of the build that runs.

    Attributes:
        times: Unix seconds, strictly increasing, shape (n,).
        values: Shape (n,).
    """

    times: FloatArray
    values: FloatArray

    def with_rows(self, times: FloatArray, values: FloatArray) -> KnownPast:
        """Add rows that are later."""
        return KnownPast(np.concatenate([self.times, times]), np.concatenate([self.values, values]))


def rollouts(deploys: Sequence[float], now: float) -> list[Rollout]:
    """The rollouts that have settled by ``now``, in order; deploys after it are not known yet."""
    found: list[Rollout] = []
    for moment in sorted(one for one in deploys if one <= now):
        if found and moment < found[-1].settled:
            found[-1] = Rollout(found[-1].begin, moment + SETTLES_S)
        else:
            found.append(Rollout(moment, moment + SETTLES_S))
    return [one for one in found if one.settled <= now]


class MovedPast:
    """The past of one series as it grows, in the units of the build that runs.

    Args:
        kind: What the series measures.
    """

    def __init__(self, kind: SignalKind) -> None:
        self._kind = kind
        self._first, self._rows = float("nan"), 0
        self._applied: list[Rollout] = []
        self._past = KnownPast(np.empty(0), np.empty(0))

    def of(self, times: FloatArray, values: FloatArray, deploys: Sequence[float]) -> KnownPast:
        """The past that the last row is judged by; called again with more rows, only these are looked at.

        Args:
            times: Unix seconds, strictly increasing, shape (n,), n at least 1.
            values: Finite, shape (n,).
            deploys: Unix seconds at which another build of the service began to answer.
        """
        settled, first = rollouts(deploys, float(times[-1])), float(times[0])
        if first != self._first or settled[: len(self._applied)] != self._applied:  # rows or deploys were forgotten
            self._first, self._rows, self._applied = first, 0, []
            self._past = KnownPast(np.empty(0), np.empty(0))
        for rollout in settled[len(self._applied) :]:
            self._take(times, values, int(np.searchsorted(times, rollout.settled)))
            self._past = after_rollout(self._past, self._kind, rollout)
            self._applied.append(rollout)
        self._take(times, values, len(times))
        return self._past

    def _take(self, times: FloatArray, values: FloatArray, end: int) -> None:
        if end > self._rows:
            self._past = self._past.with_rows(times[self._rows : end], values[self._rows : end])
            self._rows = end


def detect_with_deploys(times: FloatArray, values: FloatArray, kind: SignalKind, deploys: Sequence[float]) -> Detection:
    """Judge every row as the service did when it was the newest; without deploys that is ``detect``.

    Args:
        times: Unix seconds, strictly increasing, shape (n,), n at least 1.
        values: Finite, shape (n,).
        kind: What the series measures.
        deploys: Unix seconds at which another build of the service began to answer.
    """
    moved, parts, start = MovedPast(kind), [], 0
    settled = [int(np.searchsorted(times, one.settled)) for one in rollouts(deploys, float(times[-1]))]
    for end in [*settled, len(times)]:
        if end > start:
            past = moved.of(times[:end], values[:end], deploys)
            found = detect(past.times, past.values, kind)
            parts.append([getattr(found, name)[start - end :] for name in Detection.__dataclass_fields__])
            start = end
    return Detection(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def after_rollout(past: KnownPast, kind: SignalKind, rollout: Rollout) -> KnownPast:
    """Bring a past to the level and the scatter that a rollout made.

    Args:
        past: Rows before ``rollout.settled``.
        kind: What the series measures.
        rollout: One that has settled.

    Returns:
        The same past where the rollout changed nothing, or where too few rows say what it did.
    """
    old, new = _around(past, rollout, 0.0)
    if min(len(old), len(new)) < FEWEST_ROWS:
        return past
    before = past.times < rollout.begin
    earlier, multiply = past.values[before], kind in _SCALED_KINDS
    least = float(floors(earlier, JUDGEMENTS[kind]).deviation[-1])
    days = [_around(past, rollout, day * DAY) for day in range(1, EARLIER_DAYS + 1)]
    usual = [one for one in days if min(map(len, one)) >= FEWEST_ROWS]
    level = _level_move(old, new, usual, least)
    scaled = _scatter_move(old, new, usual, least, multiply=multiply)
    if level is None and scaled is None:
        return past
    if scaled is not None:
        calm = rolling_median(earlier, windows_of(newest_cadence(past.times)).hour)
        earlier = calm + scaled * (earlier - calm)
    if level is not None:
        earlier = _moved(earlier, *level, multiply=multiply)
    if past.values.min() >= 0:
        earlier = np.maximum(earlier, 0.0)
    kept = past.times >= rollout.settled - MEASURED_S
    return KnownPast(past.times[before], earlier).with_rows(past.times[kept], past.values[kept])


def _around(past: KnownPast, rollout: Rollout, back: float) -> tuple[FloatArray, FloatArray]:
    """The rows of the old build's last hour and those that measure the new one, or of the same times before."""
    spans = (rollout.begin - BEFORE_S, rollout.begin), (rollout.settled - MEASURED_S, rollout.settled)
    old, new = (np.searchsorted(past.times, np.array(span) - back) for span in spans)
    return past.values[old[0] : old[1]], past.values[new[0] : new[1]]


def _level_move(
    old: FloatArray, new: FloatArray, usual: Sequence[tuple[FloatArray, FloatArray]], least: float
) -> tuple[float, float] | None:
    """The level that was expected of the new rows and the one that they have; None where they are alike."""
    moves = np.array([float(np.median(after) - np.median(before)) for before, after in usual])
    expected = float(np.median(old)) + (float(np.median(moves)) if len(moves) else 0.0)
    found = float(np.median(new))
    error = max(_spread(old), _spread(new)) / np.sqrt(INDEPENDENT)
    if len(moves) >= FEWEST_DAYS:
        error = max(error, _spread(moves))
    return (expected, found) if abs(found - expected) > max(SURE * error, least) else None


def _scatter_move(
    old: FloatArray, new: FloatArray, usual: Sequence[tuple[FloatArray, FloatArray]], least: float, *, multiply: bool
) -> float | None:
    """The factor by which the scatter changed beyond that of the level; None where it did not."""
    size, *sizes = (
        np.log(_scatter(after, least, multiply=multiply) / _scatter(before, least, multiply=multiply))
        for before, after in [(old, new), *usual]
    )
    known = np.array(sizes) if len(sizes) >= FEWEST_DAYS else np.zeros(1)
    move = float(size - np.median(known))
    if abs(move) <= SURE * max(SAME_SCATTER, _spread(known)):
        return None
    return float(np.clip(np.exp(move), 1 / MOST_SCALED, MOST_SCALED))


def _scatter(rows: FloatArray, least: float, *, multiply: bool) -> float:
    """The deviation of rows, at least a quarter of what can be news; in shares of their level where that multiplies."""
    level = abs(float(np.median(rows))) + least if multiply else 1.0
    return max(_spread(rows), least / 4) / level


def _spread(rows: FloatArray) -> float:
    return TO_DEVIATION * float(np.median(np.abs(rows - np.median(rows))))


def _moved(values: FloatArray, expected: float, found: float, *, multiply: bool) -> FloatArray:
    if multiply and expected > 0 and found > 0 and 1 / MOST_MOVED <= found / expected <= MOST_MOVED:
        return values * (found / expected)
    return values + (found - expected)
