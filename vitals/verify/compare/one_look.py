"""How surely the mean of a finished series is not zero, where it is looked at once: at the end that was planned for it.

A load test ends when its plan says so, whatever its numbers are, and is compared after that. Evidence that may be
read at any minute would pay for looks that are never taken. At a known autocorrelation the whitened mean is exactly
Student's t; an unknown one is averaged over the grid, each of its values by how well it explains the series (mean and
scale integrated out under their right Haar priors) and by a prior that is even in the logarithm of one minus it. An
even prior in the autocorrelation itself is wrong twice as often as it says in runs of a few minutes at .8; with this
one intervals hold the truth about as often as they say ("probability matching": Datta and Mukerjee, "Probability
Matching Priors", 2004). docs/comparison.md publishes how often that is.
"""

from __future__ import annotations

import numpy as np
from scipy.special import stdtr

from vitals.verify.compare.evidence import AUTOCORRELATIONS, Floats, Sums, whitened

FEWEST_VALUES = 3
"""A mean, a scale and an autocorrelation are estimated: fewer values say nothing."""
_TINY = 1e-300


def log_inverse_p(sums: Sums, floor: float) -> Floats:
    """Natural logarithm of one over the two-sided p-value of "the mean is zero"; 0 for fewer than three minutes.

    Args:
        sums: Of the series.
        floor: Standard deviation below which the source cannot tell one minute from another, in units of the series.
    """
    freedom = np.maximum(sums.minutes - 1, 1.0)
    noise = sums.minutes * floor**2 + _TINY
    log_weights, below, above = [], [], []
    for rho in AUTOCORRELATIONS:
        residual, score, information = whitened(sums, float(rho))
        left = np.maximum(residual - score * score / information, 0.0) + noise
        distance = score / np.sqrt(information * left / freedom)
        likelihood = 0.5 * np.log((1 - rho**2) / information) - freedom / 2 * np.log(left)
        log_weights.append(likelihood - np.log1p(-rho))
        below.append(stdtr(freedom, -distance))
        above.append(stdtr(freedom, distance))
    weights = np.exp(np.stack(log_weights) - np.maximum.reduce(log_weights))
    weights /= weights.sum(axis=0)
    p = 2 * np.minimum((weights * np.stack(below)).sum(axis=0), (weights * np.stack(above)).sum(axis=0))
    return np.where(sums.minutes >= FEWEST_VALUES, -np.log(np.clip(p, _TINY, 1.0)), 0.0)
