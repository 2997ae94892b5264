"""Evidence for a difference in a series of minutes that resemble the minutes before, safe at any look.

A minute's difference is noise of two parts: one that resembles the minute before (an AR(1) process: the load, a cache,
a neighbour), and one of its own (a quantile of few requests, single errors). The second hides the first: the lag-one
autocorrelation of their sum is small while its mean moves slowly. How large which part is, and how long it lasts, is
not known, so both are averaged over ``NOISES``.

The evidence is a Bayes factor between two Gaussian models of that noise: mean zero, and mean of unknown size. Scale has
the right Haar prior in both (the t-test form of the mixture sequential probability ratio test: Lai, "On confidence
sequences", Ann. Statist. 1976; Robbins, "Statistical methods related to the law of the iterated logarithm", 1970).
Averaged over the noises of the null it is a martingale, so Ville's inequality bounds the chance that it ever reaches
1/alpha by alpha; docs/comparison.md publishes what that comes to at single noises.
"""

from __future__ import annotations

import math

import numpy as np

from vitals.verify.compare.whitening import INDEPENDENT, NOISES, SLOWEST, Floats, NoiseModel, Sums

_EFFECT_SCALE = 0.5
"""How large an effect is expected, in long-run standard deviations of one minute: with it an hour decides soonest what
an hour can decide."""
_HOUR_MIN, _DISCOUNT = 60.0, 1.25
"""Evidence counts in full after an hour. In a shorter run all minutes may be one slow wave of the noise, in a longer
one there are slower waves than ``NOISES`` holds, so its logarithm is lowered by the discount times that of how many
times shorter or longer the run is; what only lowers it keeps its bound. An hour finds what it found, a few minutes
later, and single noises up to .8 keep the bound in four hours, too."""
_TINY = 1e-300


def _null(one: NoiseModel) -> float:
    """How much a noise counts where the mean is zero.

    Any weights keep the bound on average over the noises; these, found by search, keep it best at single ones. A noise
    of two parts must count, or a mean that moves slowly passes for an effect; the slowest, which explains any effect,
    hardly may.
    """
    weight = math.pow(1 - one.autocorrelation, 0.9) * (2.0 if one.lasting == 1 else 1.0)
    return weight * (0.1 if one.autocorrelation == SLOWEST else 1.0) * (2.0 if one == INDEPENDENT else 1.0)


def _effect(one: NoiseModel) -> float:
    """How much a noise counts where there is an effect: weights of their own, on which power alone depends."""
    weight = math.pow(1 - one.autocorrelation, -0.5) * (7.0 if one.lasting == 1 else 1.0)
    return weight * (0.1 if one.autocorrelation == SLOWEST else 1.0) * (11.0 if one == INDEPENDENT else 1.0)


def _logarithms(weights: list[float]) -> Floats:
    return np.asarray(np.log(weights) - np.log(np.sum(weights)))


_LOG_NULL, _LOG_EFFECT = _logarithms([_null(one) for one in NOISES]), _logarithms([_effect(one) for one in NOISES])


def log_evidence(sums: Sums, floor: float) -> Floats:
    """Natural logarithm of the evidence that the mean is not zero; 0 after one minute or less.

    Args:
        sums: Of the series.
        floor: Standard deviation below which the source cannot tell one minute from another, in units of the series.
            Without it, values that are rounded to the same number would count as certain.
    """
    null: list[Floats] = []
    effect: list[Floats] = []
    for index, one in enumerate(NOISES):
        residual, score, information = sums.residual[index], sums.score[index], sums.information[index]
        # The regression on the whitened constant takes the share explained * prior / (1 + prior * information) away.
        prior = _EFFECT_SCALE**2 * one.long_run
        left = np.maximum(residual - score * score * (prior / (1 + prior * information)), 0.0)
        noise = sums.minutes * floor**2 / sums.innovation[index] + _TINY
        scale = -0.5 * sums.determinant[index]
        null.append(_LOG_NULL[index] + scale - sums.minutes / 2 * np.log(residual + noise))
        explained = scale - 0.5 * np.log1p(prior * information)
        effect.append(_LOG_EFFECT[index] + explained - sums.minutes / 2 * np.log(left + noise))
    found = _log_sum(effect) - _log_sum(null)
    found -= _DISCOUNT * np.abs(np.log(sums.minutes / _HOUR_MIN))
    return np.where(sums.minutes > 1, found, 0.0)


def _log_sum(terms: list[Floats]) -> Floats:
    largest = np.maximum.reduce(terms)
    total = np.zeros_like(largest)
    for term in terms:
        total += np.exp(term - largest)
    return np.asarray(largest + np.log(total))
