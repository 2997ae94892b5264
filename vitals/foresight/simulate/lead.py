"""Our forecast for scaling: the highest demand within a pod's lead time, at the risk that a budget of pods affords.

What may come next is the level, the level with its trend, and what followed the same moment some periods ago, relative
to the level of then, for periods from ten minutes to a week. The best of the last day is used, and one that repeats
only while it was better than the level alone (the gate). Around it lies the distribution of its own recent errors,
scaled by how much they vary now. Which quantile is asked for, and how many of the past periods must have had a burst
for the next one to be met, follows from a count over the last days: of the choices that would have cost no more than
the budget, the one that would have kept most requests from waiting.

Everything at minute m is made of minutes before m. Pods beyond the reactive scaler's are all that it adds.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from vitals.foresight.simulate.cluster import PER_POD
from vitals.foresight.simulate.demand import REACTIVE_TARGET, at_target, beyond_tolerance, safe
from vitals.foresight.simulate.trace import Floats

LEAD_MIN = 3
"""Minutes that a decision must cover: the one that has begun, the one in which a pod starts, and the one after."""
PERIODS_MIN = (10, 15, 20, 30, 60, 120, 180, 240, 360, 480, 720, 1440, 10080)
"""Periods of timers, of shifts, of the day and the week."""
_REPEATS = 6
"""Past periods that are looked at: with more, a schedule that was changed is followed too late."""
_DAY = 1440
_LEVEL_WEIGHT = 0.5
"""Weight of the last minute in the level: a mean over three minutes, as long as the lead."""
_TREND_WEIGHT = 0.1
_GATE = 0.98
"""A candidate must have been better than the level by this much, so that chance does not switch between them."""
QUANTILES = np.array([0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.995])
_NORMAL = np.array([-0.524, 0.0, 0.253, 0.524, 0.842, 1.282, 1.645, 2.054, 2.576])
BURSTS = (0.35, 0.55, 0.75, 1.0)
"""Quantiles of what followed in past periods: at 1 a burst is met that happened in one of them."""
BUDGET = 0.042
"""Share of the reactive scaler's pods that may be added, by this count; starts and rounding come on top."""
_HEADROOM = 0.3
"""Logarithm of what a reactive scaler's headroom absorbs: only larger errors let requests wait."""
_HOLD_MIN = 5
"""Minutes for which an autoscaler keeps what was asked for once."""
_AHEAD_MIN = 2
"""Minutes from a decision until its pods serve."""
REFRESH_MIN = 30
"""How often quantiles and costs are counted again."""
_COUNTED_MIN = 2 * _DAY
"""Over which errors and costs are counted: a day like yesterday is in it, and a change of last week is not."""
_FEWEST_ERRORS = 120
"""Two hours of errors; before, they are taken to be normal."""
_FIRST_SCALE = 0.1
"""Standard deviation of the logarithm of an error before any was seen."""
_AHEAD_OF_BUDGET = 0.1
"""Days whose budget may be spent ahead: a burst costs hours of it at once."""


def floors(rate: Floats, target: float = REACTIVE_TARGET, budget: float = BUDGET) -> Floats:
    """Pods that the forecast asks for in each minute.

    Args:
        rate: Requests per second by minute; minute m is known from m + 1 on.
        target: Utilisation that the reactive trigger aims at.
        budget: Share of the reactive scaler's pods that may be added.
    """
    if not rate.any():
        return np.zeros_like(rate)
    small = 0.01 * np.maximum(exponential_mean(rate, 1 / _DAY), 1e-3)
    truth = highest_ahead(rate, LEAD_MIN)
    level = exponential_mean(rate, _LEVEL_WEIGHT)
    expected, errors, repeated = _best(rate, truth, level, small)
    scale = error_scale(errors)
    noise = [safe(expected * np.exp(scale * z)) for z in error_quantiles(errors / scale, QUANTILES, _NORMAL)]
    bursts = [np.zeros_like(rate), *(safe(one) for one in repeated)]
    own = np.ceil(at_target(rate, target))
    # A forecast after minute i is read in minute i + 1.
    wanted = [np.concatenate(([0.0], np.maximum(a, b)[:-1])) for a, b in product([np.zeros_like(rate), *noise], bursts)]
    return _affordable([beyond_tolerance(one, serving(own)) for one in wanted], own, safe(rate), rate, budget)


def highest_ahead(rate: Floats, minutes: int) -> Floats:
    """For minute i, the highest of so many after it; the last ones repeat."""
    padded = np.concatenate((rate[1:], np.full(minutes, rate[-1])))
    return np.asarray(sliding_window_view(padded, minutes)[: len(rate)].max(axis=1))


def exponential_mean(values: Floats, weight: float) -> Floats:
    """Mean that forgets; ``weight`` is that of the newest minute."""
    from scipy.signal import lfilter  # noqa: PLC0415 - scipy.signal takes half a second to load

    start = np.array([(1 - weight) * values[0]])
    return np.asarray(lfilter([weight], [1, weight - 1], values, zi=start)[0])


def _candidates(truth: Floats, level: Floats, small: Floats) -> Iterator[tuple[Floats, list[Floats]]]:
    """Each candidate with what followed in past periods at the quantiles ``BURSTS``."""
    yield level, [level] * len(BURSTS)
    slope = exponential_mean(np.diff(level, prepend=level[0]), _TREND_WEIGHT)
    yield np.maximum(level + slope * LEAD_MIN, 0.0), [level] * len(BURSTS)
    for period in PERIODS_MIN:  # one that has not passed yet is like the level
        ratios = np.stack([delayed(truth, k * period) / (delayed(level, k * period) + small) for k in _ALL])
        followed = np.stack([_of_past(ratios, q) for q in (0.5, *BURSTS)]) * (level + small)
        followed[:, :period] = level[:period]
        yield followed[0], list(followed[1:])


_ALL = range(1, _REPEATS + 1)
_WITHOUT_PERIOD = 2
"""Candidates before the first that has a period."""
_UNPROVEN = 0.01 * PER_POD * REACTIVE_TARGET
"""What a pod is worth that has met no burst yet, in requests per second: a hundredth of what it can serve. So up to
half of the budget is spent on what was not needed so far, and all of it on what was."""


def _of_past(ratios: Floats, quantile: float) -> Floats:
    """The quantile over those past periods that are there; NaN where none is."""
    ordered = np.sort(ratios, axis=0)  # NaN comes last
    count = (~np.isnan(ratios)).sum(axis=0)
    at = np.clip(np.floor(quantile * (count - 1) + 0.5).astype(np.int64), 0, None)
    return np.asarray(np.take_along_axis(ordered, at[None], axis=0)[0])


def delayed(values: Floats, by: int) -> Floats:
    """The values so many minutes ago; NaN where there were none."""
    shifted = np.full_like(values, np.nan)
    if by < len(values):
        shifted[by:] = values[:-by]
    return shifted


def _best(rate: Floats, truth: Floats, level: Floats, small: Floats) -> tuple[Floats, Floats, list[Floats]]:
    """In each minute the candidate that was best lately, its errors as they are known then (logarithms), its past."""
    candidates = list(_candidates(truth, level, small))
    expected = np.stack([one for one, _ in candidates])
    known = np.stack([delayed(one, LEAD_MIN) for one in np.log((truth + small) / (expected + small))])
    known[:, :LEAD_MIN] = 0.0
    loss = np.stack([exponential_mean(one**2, 2 / _DAY) for one in known])
    loss[1:] /= _GATE
    chosen, minutes = np.argmin(loss, axis=0), np.arange(len(rate))
    # Bursts are those of the candidate that misses them least, even where the level alone is the better mean.
    missed = np.stack([exponential_mean(np.where(np.abs(one) > _HEADROOM, one**2, 0.0), 2 / _DAY) for one in known])
    repeating = np.argmin(missed, axis=0)
    bursts = [np.stack([past[q] for _, past in candidates])[repeating, minutes] for q in range(len(BURSTS))]
    # What happened yesterday alone has had no chance to be right yet, so the day is always heard.
    daily = candidates[_WITHOUT_PERIOD + PERIODS_MIN.index(_DAY)][1]
    bursts = [np.maximum(best, day) for best, day in zip(bursts, daily, strict=True)]
    return expected[chosen, minutes], known[chosen, minutes], bursts


def error_scale(errors: Floats) -> Floats:
    """How much errors vary now: over an hour and over a day, in equal parts."""
    seeded = np.concatenate((np.full(60, _FIRST_SCALE), errors)) ** 2
    variance = (exponential_mean(seeded, 2 / 60) + exponential_mean(seeded, 2 / _DAY)) / 2
    return np.sqrt(variance[60:]) + 1e-6


def error_quantiles(standardised: Floats, shares: Floats, normal: Floats, counts: np.ndarray | None = None) -> Floats:
    """Quantiles of the errors of the last days, of shape (shares, minutes).

    Args:
        standardised: Errors over their scale, by minute.
        shares: Which quantiles.
        normal: What they are of a normal distribution, while few errors are known.
        counts: Whether the error of a minute counts; None where each does.
    """
    found = np.empty((len(shares), len(standardised)))
    for start in range(0, len(standardised), REFRESH_MIN):
        part = slice(max(start - _COUNTED_MIN, 0), start)
        past = standardised[part] if counts is None else standardised[part][counts[part]]
        now = np.quantile(past, shares) if len(past) >= _FEWEST_ERRORS else normal
        found[:, start : start + REFRESH_MIN] = now[:, None]
    return found


def _affordable(wanted: list[Floats], own: Floats, need: Floats, rate: Floats, budget: float) -> Floats:
    """In each minute the choice that would have kept most requests from waiting, of those within the budget."""
    served = serving(own)
    lacking = np.maximum(need - served, 0.0) > 0
    extra, kept = [], []
    for one in wanted:
        ready = serving(one)
        extra.append(np.maximum(_paid(one) - _paid(own), 0.0))
        kept.append(rate * (lacking & (ready >= need)))
    weight = 2 / _COUNTED_MIN
    costs = np.stack([exponential_mean(one, weight) for one in extra])
    gains = np.stack([exponential_mean(one, weight) for one in kept])
    base = exponential_mean(_paid(own), weight)
    floor = np.zeros_like(own)
    for start in range(0, len(own), REFRESH_MIN):
        part = slice(start, start + REFRESH_MIN)
        at = max(start - 1, 0)
        # A choice that costs more than the budget can be made for a part of the time only.
        part_of_time = np.minimum(budget * base[at] / np.maximum(costs[:, at], 1e-9), 1.0)
        unproven = _UNPROVEN * np.minimum(costs[:, at], budget * base[at] / 2)
        choice = int(np.argmax((gains[:, at] + unproven) * part_of_time))  # the first is to ask for nothing
        floor[part] = wanted[choice][part]
    return within_budget(floor, own, budget)


def within_budget(floors: Floats, own: Floats, budget: float = BUDGET) -> Floats:
    """What is asked for, while what was asked for until then cost no more than the budget: the last guard.

    It counts pods that were really paid for, so it holds for a forecast that is wrong in whatever way.

    Args:
        floors: Pods that a forecast asks for, by minute.
        own: Pods that the reactive trigger asks for.
        budget: Share of them that may be added.
    """
    asked = floors.copy()
    base = _paid(own)
    extra = np.maximum(_paid(floors) - base, 0.0)
    paid = allowed = 0.0
    for start in range(0, len(own), REFRESH_MIN):
        part = slice(start, start + REFRESH_MIN)
        if paid > allowed + budget * float(base[max(start - 1, 0)]) * _DAY * _AHEAD_OF_BUDGET:
            asked[part] = 0.0
        else:
            paid += float(extra[part].sum())
        allowed += budget * float(base[part].sum())
    return asked


def _paid(pods: Floats) -> Floats:
    """Pods that are paid for in each minute, of what is asked for: from the decision on, and for a while after."""
    padded = np.concatenate((np.full(_HOLD_MIN, pods[0]), pods))
    return np.asarray(sliding_window_view(padded, _HOLD_MIN + 1).max(axis=1))


def serving(pods: Floats) -> Floats:
    """Pods that serve in each minute, of what is asked for: they take time to come and stay for a while."""
    padded = np.concatenate((np.full(_HOLD_MIN - 1 + _AHEAD_MIN, pods[0]), pods[: len(pods) - _AHEAD_MIN]))
    return np.asarray(sliding_window_view(padded, _HOLD_MIN).max(axis=1)[: len(pods)])
