"""How surely the mean of a finished series is not zero, where it is looked at once: at the end that was planned for it.

A load test ends when its plan says so, whatever its numbers are, and is compared after that. Evidence that may be
read at any minute would pay for looks that are never taken. Under a known noise the whitened mean is exactly Student's
t; an unknown one is averaged over ``NOISES``, each by how well it explains the series (mean and scale integrated out
under their right Haar priors) and by a prior that is even in the logarithm of one minus the autocorrelation. An even
prior in the autocorrelation itself is wrong twice as often as it says in runs of a few minutes at .8; with this one
intervals hold the truth about as often as they say ("probability matching": Datta and Mukerjee, "Probability Matching
Priors", 2004). docs/comparison.md publishes how often that is.
"""

from __future__ import annotations

import numpy as np
from scipy.special import stdtr

from vitals.verify.compare.whitening import INDEPENDENT, NOISES, SLOWEST, Floats, NoiseModel, Sums

FEWEST_VALUES = 3
"""A mean, a scale and a noise are estimated: fewer values say nothing."""
_TINY = 1e-300
_VALUES = sorted({one.autocorrelation for one in NOISES})
_WIDTHS = dict(zip(_VALUES, np.gradient(_VALUES), strict=True))
"""The part of the range of autocorrelations that each of them stands for."""
_LASTING = {1.0: 5.0, 0.75: 1.6, 0.5: 1.0, 0.25: 0.75}
_SLOW = {0.9: 1.6, SLOWEST: 0.15}
"""Found by search, beside the even prior: with these no noise up to .8 is wrong more often than promised in runs of ten
minutes, an hour and four hours, and an hour finds the most. The slowest explains any effect, so it hardly counts."""


def _prior(one: NoiseModel) -> float:
    """How plausible a noise is beforehand."""
    weight = _WIDTHS[one.autocorrelation] / (1 - one.autocorrelation) * _LASTING[one.lasting]
    return weight * _SLOW.get(one.autocorrelation, 1.0) * (3.0 if one == INDEPENDENT else 1.0)


_LOG_PRIOR = np.log([_prior(one) for one in NOISES])


def log_inverse_p(sums: Sums, floor: float) -> Floats:
    """Natural logarithm of one over the two-sided p-value of "the mean is zero"; 0 for fewer than three minutes.

    Args:
        sums: Of the series.
        floor: Standard deviation below which the source cannot tell one minute from another, in units of the series.
    """
    freedom = _freedom(sums)
    weights = plausibility(sums, floor)
    below, above = np.zeros_like(weights[0]), np.zeros_like(weights[0])
    for index, weight in enumerate(weights):
        distance = sums.score[index] / np.sqrt(sums.information[index] * _left(sums, index, floor) / freedom)
        below += weight * stdtr(freedom, -distance)
        above += weight * stdtr(freedom, distance)
    p = 2 * np.minimum(below, above)
    return np.where(sums.minutes >= FEWEST_VALUES, -np.log(np.clip(p, _TINY, 1.0)), 0.0)


def plausibility(sums: Sums, floor: float) -> Floats:
    """How plausible each of ``NOISES`` is after a series, whatever its mean: shares of one over the first axis."""
    freedom = _freedom(sums)
    logarithms = np.stack(
        [
            _LOG_PRIOR[index]
            - 0.5 * sums.determinant[index]
            - 0.5 * np.log(sums.information[index])
            - freedom / 2 * np.log(_left(sums, index, floor))
            for index in range(len(NOISES))
        ]
    )
    weights = np.exp(logarithms - logarithms.max(axis=0))
    return np.asarray(weights / weights.sum(axis=0))


def _freedom(sums: Sums) -> Floats:
    return np.maximum(sums.minutes - 1, 1.0)


def _left(sums: Sums, index: int, floor: float) -> Floats:
    """The sum of squares under a noise that the mean does not explain."""
    unexplained = sums.residual[index] - sums.score[index] ** 2 / sums.information[index]
    return np.asarray(np.maximum(unexplained, 0.0) + sums.minutes * floor**2 / sums.innovation[index] + _TINY)
