"""A judge like that of Kayenta at its documented defaults, for the published comparison only.

It classifies a metric as too high when the Mann-Whitney interval of the difference of two independent samples, at a
confidence of 98 %, lies above a quarter of its Hodges-Lehmann estimate. It corrects neither for the number of metrics
and looks nor for autocorrelation. It is written from that description; how flags become a score is left out.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from vitals.verify.compare.whitening import Floats

Samples = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]

_CONFIDENCE_Z = 2.3263
"""Standard normal quantile of 99 %: two-sided confidence of 98 %."""
_TOLERANCE = 0.25
_AT_ONCE = 400
"""Pairs of samples whose differences are sorted together: 3,600 differences each, at an hour."""


def flagged(control: Floats, canary: Floats, looks: Sequence[int]) -> Flags:
    """Whether each metric is classified as too high at each look.

    Args:
        control: Values of shape (runs, metrics, minutes).
        canary: The same.
        looks: After which minutes it looks.

    Returns:
        Of the same shape; false at a minute at which it does not look.
    """
    shape = control.shape
    left, right = (side.reshape(-1, shape[-1]).astype(np.float32) for side in (control, canary))
    found = np.zeros(left.shape, dtype=bool)
    for start in range(0, len(left), _AT_ONCE):
        rows = slice(start, start + _AT_ONCE)
        found[rows] = _at_looks(left[rows], right[rows], looks)
    return np.asarray(found.reshape(shape))


def _at_looks(control: Samples, canary: Samples, looks: Sequence[int]) -> Flags:
    higher = canary[:, None, :] > control[:, :, None]
    found = np.zeros(control.shape, dtype=bool)
    for n in looks:
        lower = _lower_rank(n)
        # The interval lies above a part of a positive estimate only if it lies above zero, which counting tells.
        above_zero = n * n - higher[:, :n, :n].sum(axis=(1, 2)) <= lower
        (rows,) = np.nonzero(above_zero)
        if len(rows):
            differences = (canary[rows, :n, None] - control[rows, None, :n]).reshape(len(rows), n * n)
            ordered = np.partition(differences, (lower, n * n // 2), axis=1)
            found[rows, n - 1] = ordered[:, lower] > _TOLERANCE * ordered[:, n * n // 2]
    return found


def _lower_rank(n: int) -> int:
    """Number of the difference at the lower end of the interval, by the normal approximation of the rank sum."""
    pairs = n * n
    return max(round(pairs / 2 - _CONFIDENCE_Z * math.sqrt(pairs * (2 * n + 1) / 12)), 0)
