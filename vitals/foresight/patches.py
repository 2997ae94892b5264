"""Whether the shape of the last hours was seen before: distance to the most similar hours of the past.

A job that hangs, a cache that was lost or a schedule that moved keeps the values ordinary and changes their order. So
the last eight hours, in quarters of an hour and without their mean, are compared with every earlier eight hours, one
patch per hour; what is nearest says how new the shape is.
"""

from __future__ import annotations

import numpy as np

from vitals.foresight.causal import rolling_mean
from vitals.foresight.predictors import Windows
from vitals.foresight.series import FloatArray

SEGMENTS = 32
"""Means that a patch consists of."""
PER_HOUR = 4
MOST_PATCHES = 1344
"""Patches looked back on: eight weeks of hours, as long as deviations are remembered."""
FEWEST_PATCHES = 40
"""Two days less a patch: before, the nearest shape of a daily season may not have come by."""


def newest_shape(values: FloatArray, windows: Windows) -> FloatArray:
    """For each row, how far the last full patch is from its nearest neighbour in the past; NaN while there is none.

    Args:
        values: Shape (n,).
        windows: Of the series.

    Returns:
        Root mean square distance in units of the values, shape (n,). A row has the distance of the last full hour.
    """
    found = np.full(len(values), np.nan)
    step = max(1, windows.hour // PER_HOUR)
    hour = PER_HOUR * step
    means = rolling_mean(values, step)
    ends = np.arange(SEGMENTS * step - 1, len(values), hour)
    if not len(ends):
        return found
    patches = means[ends[:, None] - step * np.arange(SEGMENTS)[None, ::-1]]
    patches = patches - patches.mean(axis=1, keepdims=True)
    apart = SEGMENTS // PER_HOUR
    for number in range(FEWEST_PATCHES + apart, len(ends)):
        past = patches[max(0, number - apart - MOST_PATCHES) : number - apart + 1]
        difference = past - patches[number]
        nearest = float(np.sqrt(np.min((difference * difference).mean(axis=1))))
        found[ends[number] : ends[number] + hour] = nearest
    return found
