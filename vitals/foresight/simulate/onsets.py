"""When the next burst begins: its chance within a pod's lead time, from when bursts began before.

Timers, batches and people leave two traces: the time since the last burst (gaps that repeat), and the place in a
period of minutes, hours, a day or a week. Both give a chance by counting, and the one whose chances were right lately
is believed; a regression adds them up (``learnt_chance``) and is believed where it was right. A load without bursts,
or with bursts at random, has the same small chance all the time.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from scipy.ndimage import median_filter

from vitals.foresight.simulate.lead import exponential_mean
from vitals.foresight.simulate.learnt_chance import learnt_chances
from vitals.foresight.simulate.trace import Floats

USUAL_MIN = 31
"""Minutes whose median is the load without a burst: longer than most bursts, shorter than the turn of a day."""
LEAST_RISE = 1.35
"""A burst is more than the headroom of a reactive scaler absorbs: at 70 % a pod can take 1.43 times its load."""
SAME_BURST_MIN = 8
"""A rise so soon after the last high minute belongs to the same burst."""
PERIODS_MIN = (15, 20, 30, 60, 120, 180, 240, 360, 720, 1440, 10080)
"""Periods of timers, of shifts, of the day and the week."""
REPEATS = 6
"""Past periods that are looked at."""
PAST_MIN = 2 * 1440
"""Minutes in which places of short periods are compared."""
MOST_REPEATS = 96
"""Past periods that are looked at for places of the same time since the last burst: of half an hour, two days."""
ALIKE = 0.1
"""Times since the last burst are alike when they differ by no more than a tenth."""
GAPS = 60
"""Past gaps that count; older ones are of another schedule."""
EVIDENCE = 300.0
"""How much a chance that was right is preferred: one whose loss per minute is 0.01 less counts twenty times as much."""
_MEMORY = 1 / 2880
"""Weight of the newest minute in how right a chance was: two days."""
_LEAST, _MOST = 1e-3, 0.97
"""No chance is surer than what was counted in two days."""


def usual(rate: Floats) -> Floats:
    """The load of each minute without bursts: the median of the last half hour, this minute included."""
    return np.asarray(median_filter(rate, size=USUAL_MIN, mode="nearest", origin=(USUAL_MIN - 1) // 2))


def above_usual(rate: Floats, base: Floats) -> np.ndarray:
    """Whether each minute is within a burst: well above the median of the half hour before it."""
    before = np.concatenate((base[:1], base[:-1]))
    return np.asarray(rate > LEAST_RISE * np.maximum(before, 1e-9))


def onsets(high: np.ndarray) -> np.ndarray:
    """Minutes in which a burst begins, of those within one."""
    found, last = [], -SAME_BURST_MIN
    for minute in np.flatnonzero(high).tolist():
        if minute - last >= SAME_BURST_MIN:
            found.append(minute)
        last = minute
    return np.array(found, dtype=np.int64)


def chances(begun: np.ndarray, length: int, lead: int) -> Floats:
    """For each minute, the chance that a burst begins in it or in the ``lead - 1`` after, known from minutes before it.

    Args:
        begun: Minutes in which bursts began, increasing.
        length: Minutes.
        lead: Minutes that are looked ahead, this one included.
    """
    within = begins_within(begun, length, lead)
    counted = counted_chances(begun, within, lead)
    learnt = learnt_chances(begun, since_last(begun, length), within, lead, counted)
    return _believed(np.stack([learnt, counted]), within, lead)


def counted_chances(begun: np.ndarray, within: Floats, lead: int) -> Floats:
    """The same by counting alone; ``within`` says where one began."""
    return _believed(np.stack(list(_candidates(begun, within, len(within), lead))), within, lead)


def begins_within(begun: np.ndarray, length: int, lead: int) -> Floats:
    """For each minute, 1 where a burst begins in it or in the ``lead - 1`` after."""
    marks = np.zeros(length + lead)
    marks[begun] = 1.0
    return np.asarray(sliding_window_view(marks, lead).max(axis=1)[:length])


def _believed(several: Floats, within: Floats, lead: int) -> Floats:
    """The chance that was right lately, of several with a row each."""
    found = np.clip(several, _LEAST, _MOST)
    loss = -np.where(within > 0, np.log(found), np.log1p(-found))
    known = np.zeros_like(loss)
    known[:, lead:] = loss[:, :-lead]  # whether one began is known a lead later
    lately = np.stack([exponential_mean(one, _MEMORY) for one in known])
    weight = np.exp((lately.min(axis=0) - lately) * EVIDENCE)
    return np.asarray((weight * found).sum(axis=0) / weight.sum(axis=0))


def _candidates(begun: np.ndarray, within: Floats, length: int, lead: int) -> Iterator[Floats]:
    often = np.concatenate((np.zeros(lead), np.cumsum(within)[:-lead])) if length > lead else np.zeros(length)
    often = (often + 0.01 * lead) / (np.arange(length) + 60.0)
    yield often
    age = since_last(begun, length)
    yield _by_age(begun, length, lead, often)
    for period in PERIODS_MIN:
        repeats = int(np.clip(PAST_MIN // period, REPEATS, MOST_REPEATS))
        total, seen, alike, alike_seen = (np.zeros(length) for _ in range(4))
        for times in range(1, repeats + 1):
            by = times * period
            if lead <= by < length:
                same = np.abs(age[by:] - age[:-by]) <= ALIKE * np.minimum(age[by:], 600) + 2
                if times <= REPEATS:
                    total[by:] += within[:-by]
                    seen[by:] += 1.0
                alike[by:] += within[:-by] * same
                alike_seen[by:] += same
        place = (total + often) / (seen + 1.0)
        yield place
        yield (alike + place) / (alike_seen + 1.0)


def since_last(begun: np.ndarray, length: int) -> Floats:
    """Minutes since the last onset, as known before each minute."""
    last = np.zeros(length)
    last[begun] = begun
    last = np.maximum.accumulate(last)
    return np.asarray(np.arange(length, dtype=np.float64) - np.concatenate(([0.0], last[:-1])))


def _by_age(begun: np.ndarray, length: int, lead: int, often: Floats) -> Floats:
    """Of the past gaps that were at least as long as the time since the last onset, those that ended in the window."""
    found = often.copy()
    for number in range(1, len(begun)):
        start = int(begun[number]) + 1
        stop = int(begun[number + 1]) + 1 if number + 1 < len(begun) else length
        if stop <= start:
            continue
        gaps = np.sort(np.diff(begun[max(0, number - GAPS) : number + 1]))
        ages = np.arange(start, stop) - begun[number]
        alive = len(gaps) - np.searchsorted(gaps, ages, side="left")
        ending = alive - (len(gaps) - np.searchsorted(gaps, ages + lead, side="left"))
        found[start:stop] = (ending + found[start:stop]) / (alive + 1.0)
    return found
