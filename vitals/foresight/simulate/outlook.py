"""What the load may be within a pod's lead time: a distribution for each minute, from the minutes before it.

Two things may come. The load goes on as it did: then what is expected is the level of the last minutes, over as many as
erred least lately, or moved as on the day or week before, and around it lie the errors of the last two days, scaled by
how much they vary now. Or a burst begins: its chance is that of ``onsets``, its size that of the last bursts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vitals.foresight.simulate.demand import safe
from vitals.foresight.simulate.lead import (
    LEAD_MIN,
    delayed,
    error_quantiles,
    error_scale,
    exponential_mean,
    highest_ahead,
)
from vitals.foresight.simulate.onsets import above_usual, begins_within, chances, onsets, usual
from vitals.foresight.simulate.trace import Floats

LEVEL_WEIGHTS = (0.5, 0.2, 0.1, 0.05)
"""Of the newest minute in a level: over two minutes where the load moves, over twenty where it is noise."""
LEVELS = np.array([0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.9995])
"""Shares of the errors below each number of pods that can be asked for."""
_NORMAL = np.array([0.0, 0.842, 1.282, 1.645, 2.054, 2.326, 2.576, 2.878, 3.29])
BURST_SIZES = (0.3, 0.5, 0.7, 0.9)
"""Quantiles of the sizes of bursts that can be asked for."""
BURSTS = 24
"""Past bursts whose sizes count: two days of one every two hours."""
FIRST_SIZE = 2.0
"""Size of a burst before any was seen."""
LARGEST_ERROR = 0.5
"""Logarithm: a larger error is a burst, not the noise of a load that goes on."""
LARGEST_NOISE = 1.2
"""Logarithm of what noise may ask for, a little more than three times what is expected."""
_DAY = 1440
_TIES = 0.98
"""The fastest level wins ties."""


@dataclass(frozen=True)
class Outlook:
    """What may come after each minute, as pods that it needs.

    Attributes:
        expected: Requests per second that are expected, shape (n,).
        steady: Pods for the load as it goes on, at each of ``LEVELS``, shape (levels, n).
        burst: Pods for a burst, at each of ``BURST_SIZES``, shape (sizes, n).
        chance: That a burst begins within the lead, shape (n,).
    """

    expected: Floats
    steady: Floats
    burst: Floats
    chance: Floats


def outlook(rate: Floats, *, foreseen: bool = False) -> Outlook:
    """Look ahead from every minute of a load in requests per second.

    Args:
        rate: The load by minute.
        foreseen: Take when bursts begin from the trace itself: the most that better chances could bring.
    """
    base = usual(rate)
    high = above_usual(rate, base)
    begun = onsets(high)
    expected, errors = _steady(rate)
    touched = np.convolve(high, np.ones(LEAD_MIN + 1))[: len(rate)] > 0  # errors that a burst made
    errors = np.where(touched, 0.0, errors)
    scale = error_scale(errors)
    quantiles = error_quantiles(errors / scale, LEVELS, _NORMAL, ~touched)
    return Outlook(
        expected,
        np.stack([safe(expected * np.exp(np.minimum(scale * one, LARGEST_NOISE))) for one in quantiles]),
        np.stack([safe(base * size) for size in _sizes(rate, base, begun)]),
        (_foreseen if foreseen else chances)(begun, len(rate) + 1, LEAD_MIN)[1:],
    )


def _foreseen(begun: np.ndarray, length: int, lead: int) -> Floats:
    return np.clip(begins_within(begun, length, lead), 1e-4, 1 - 1e-3)


def _steady(rate: Floats) -> tuple[Floats, Floats]:
    """What is expected of a load that goes on, and the errors of it that are known at each minute (logarithms)."""
    small = 0.01 * np.maximum(exponential_mean(rate, 1 / _DAY), 1e-3)
    truth = highest_ahead(rate, LEAD_MIN)
    levels = [exponential_mean(rate, weight) for weight in LEVEL_WEIGHTS]
    candidates = [*levels]
    for period in (_DAY, 7 * _DAY):
        if period < len(rate):
            followed = delayed(highest_ahead(levels[2], 4 * LEAD_MIN), period) / (delayed(levels[2], period) + small)
            candidates.append(levels[1] * np.clip(np.nan_to_num(followed, nan=1.0), 0.5, 2.0))
    found = np.stack(candidates)
    errors = np.log((truth + small) / (found + small))
    known = np.zeros_like(errors)
    known[:, LEAD_MIN:] = errors[:, :-LEAD_MIN]
    clipped = np.clip(known, -LARGEST_ERROR, LARGEST_ERROR)
    usual_error = np.stack([exponential_mean(one, 2 / _DAY) for one in clipped])
    spread = np.abs(clipped - usual_error)  # a level that always lies low by as much is as good
    lately = np.stack([exponential_mean(one, 2 / _DAY) for one in spread])
    lately[0] *= _TIES
    chosen, minutes = np.argmin(lately, axis=0), np.arange(len(rate))
    return found[chosen, minutes], clipped[chosen, minutes]


def _sizes(rate: Floats, base: Floats, begun: np.ndarray) -> Floats:
    """How many times the usual load bursts had, at each of ``BURST_SIZES``, of shape (sizes, minutes)."""
    found = np.full((len(BURST_SIZES), len(rate)), FIRST_SIZE)
    sizes: list[float] = []
    for minute in begun.tolist():
        sizes.append(float(rate[minute : minute + LEAD_MIN + 2].max() / max(base[max(minute - 1, 0)], 1e-9)))
        found[:, minute + LEAD_MIN + 2 :] = np.quantile(np.array(sizes[-BURSTS:]), BURST_SIZES)[:, None]
    return found
