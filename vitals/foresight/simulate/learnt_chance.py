"""The chance that a burst begins, learnt: a logistic regression on when bursts began before.

Counts of ``onsets`` know one place in a period or one gap at a time. Many loads have several at once that each say
little: timers begin on the hour or the half hour, a job comes at nearly the same time each day, and hardly ever twice
within an hour. A regression adds them up. It is learnt anew twice a day, on the last eight days of the same load, and
its weights are pulled to zero, so what says nothing counts for nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from vitals.foresight.simulate.trace import Floats

DAY = 1440
PHASES_MIN, PHASE_DAYS = (15, 30, 60), (2, 7)
"""Places within these periods, over the last days and the last week."""
AROUND_MIN, DAYS = (15, 45, 90), 7
"""Minutes to each side of the same time of earlier days in which bursts are counted: a late job is still due."""
AGO_MIN = (30, 60, 90, 120, 150, 180, 210, 240)
"""Whether one began so long ago: what began an hour ago seldom begins again."""
OLDER_MIN = (20, 45, 75, 105, 135, 165)
"""Whether the last one is longer ago than this."""
LEARNT_MIN, LOOKED_BACK_MIN = 720, 8 * DAY
PULL = 30.0
"""Pull of each weight to zero, in minutes of evidence: the first half of one trace had 132 violating minutes with this,
135 with twice and 155 with three times as much."""
FEWEST_MIN = 9
"""Minutes before a burst, three bursts of them, that must be known to learn anything."""
EVERY = 4
"""Of the minutes without a burst one in so many is learnt from, and counts for all."""
_STEPS, _LARGEST_STEP, _CLOSE = 12, 1.5, 1e-3


def learnt_chances(begun: np.ndarray, ages: Floats, within: Floats, lead: int, before: Floats) -> Floats:
    """For each minute, the chance that a burst begins in it or in the ``lead - 1`` after, known from minutes before it.

    Args:
        begun: Minutes in which bursts began, increasing.
        ages: Minutes since the last one, known before each minute, shape (length,).
        within: Where one begins so, shape (length,); what is not over by a minute is not looked at for it.
        lead: Minutes that are looked ahead, this one included.
        before: Chances that hold until there is something to learn from, shape (length,).
    """
    length = len(within)
    marks = np.zeros(length)
    marks[begun] = 1.0
    inputs = np.stack(list(_inputs(marks, within, ages, lead)))
    found = before.copy()
    for start in range(DAY, length, LEARNT_MIN):
        rows = np.arange(max(0, start - LOOKED_BACK_MIN), start - lead)
        rows = rows[(within[rows] > 0) | (rows % EVERY == 0)]
        if within[rows].sum() < FEWEST_MIN:
            continue
        known = inputs[:, rows]
        centre, scale = known.mean(axis=1, keepdims=True), known.std(axis=1, keepdims=True) + 1e-3
        weights = _learn((known - centre) / scale, within[rows])
        part = slice(start, start + LEARNT_MIN)
        found[part] = _chance(weights, (inputs[:, part] - centre) / scale)
    return found


def _inputs(marks: Floats, within: Floats, ages: Floats, lead: int) -> Iterator[Floats]:
    length = len(marks)
    for period in PHASES_MIN:
        for days in PHASE_DAYS:
            total, seen = np.zeros(length), np.zeros(length)
            for by in range(period, min(days * DAY, length - 1) + 1, period):
                total += _ago(within, by)
                seen[by:] += 1.0
            yield np.log((total + 0.01) / (seen + 0.3) + 0.003)
    sums = np.concatenate(([0.0], np.cumsum(marks)))
    minutes = np.arange(length)
    for around in AROUND_MIN:
        total, seen = np.zeros(length), np.zeros(length)
        for day in range(1, DAYS + 1):
            first = minutes - day * DAY - around
            there = first >= 0
            last = np.clip(first + 2 * around + lead, 0, length)
            total += np.where(there, sums[last] - sums[np.maximum(first, 0)], 0.0)
            seen += there
        yield np.log((total + 0.005 * around) / (seen + 0.5) / (2 * around + lead) * 30 + 0.02)
    total, seen = np.zeros(length), np.zeros(length)
    for day in range(1, DAYS + 1):
        total += _near(within, day * DAY)
        seen += minutes >= day * DAY
    yield np.log((total + 0.01) / (seen + 0.3) + 0.01)
    for by in AGO_MIN:
        yield _near(within, by)
    yield np.log1p(np.minimum(ages, 600.0) / 30)
    for older in OLDER_MIN:
        yield (ages > older).astype(np.float64)


def _ago(values: Floats, by: int) -> Floats:
    shifted = np.zeros_like(values)
    if by < len(values):
        shifted[by:] = values[:-by]
    return shifted


def _near(values: Floats, by: int) -> Floats:
    """The highest of so many minutes ago, a minute earlier and a minute later."""
    return np.maximum(np.maximum(_ago(values, by - 1), _ago(values, by)), _ago(values, by + 1))


def _learn(inputs: Floats, answers: Floats) -> Floats:
    """Weights of a logistic regression by Newton's method; the last is that of the constant."""
    terms = np.concatenate((inputs, np.ones((1, inputs.shape[1]))))
    pull = np.full(len(terms), PULL)
    pull[-1] = _CLOSE
    counts = np.where(answers > 0, 1.0, EVERY)
    often = float(np.clip(answers.mean(), 1e-3, 0.5))
    weights: Floats = np.zeros(len(terms))
    weights[-1] = np.log(often / (1 - often))
    for _ in range(_STEPS):
        said = _chance(weights, inputs)
        slope = terms @ (counts * (answers - said)) - pull * weights
        bend = (terms * (counts * said * (1 - said))) @ terms.T + np.diag(pull)
        step = np.asarray(np.linalg.solve(bend, slope), dtype=np.float64)
        largest = float(np.abs(step).max())
        weights = weights + step * min(1.0, _LARGEST_STEP / max(largest, 1e-9))
        if largest < _CLOSE:
            break
    return weights


def _chance(weights: Floats, inputs: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(weights[:-1] @ inputs + weights[-1], -12, 12))))
