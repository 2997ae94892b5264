"""Evidence for a difference in a series of minutes that resemble the minute before, safe at any look.

The evidence is a Bayes factor between two Gaussian AR(1) models of the minute differences: mean zero, and mean of
unknown size. Scale has the right Haar prior in both, so that only the autocorrelation is left unknown under the null
(the t-test form of the mixture sequential probability ratio test: Lai, "On confidence sequences", Ann. Statist. 1976;
Robbins, "Statistical methods related to the law of the iterated logarithm", 1970); the autocorrelation is averaged
over a grid in both. Averaged over that grid it is a martingale, so Ville's inequality bounds the chance that it ever
reaches 1/alpha by alpha; docs/comparison.md publishes what that comes to at single autocorrelations.

Everything needs six sums of a series alone, so thousands of series are judged at every minute at once.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

AUTOCORRELATIONS: Floats = np.linspace(0.0, 0.9, 19)
"""What the lag-one autocorrelation may be. It ends beyond the .8 that is promised: evidence at .8 is false too often
if the grid ends there. Negative ones make minute means more certain, not less, so 0 is the safe side of them."""
_EFFECT_SCALE = 0.5
"""How large an effect is expected, in long-run standard deviations of one minute: with it an hour decides soonest what
an hour can decide, and false verdicts stay below their bound at an autocorrelation of .8 over four hours."""
JOINED = 5
"""Minutes whose mean is one value of the joined series: the chance of single errors, which hides how much a minute
resembles the one before, is a fifth of what it is in a minute, and an hour still has twelve values."""
FEWEST_JOINED = 10
"""Joined values from which they count. With five, an hour finds hardly anything; with ten, bursts of errors with an
autocorrelation of .8 give 2 % false verdicts of one comparison over four hours in place of 6 %."""
_TINY = 1e-300


@dataclass(frozen=True)
class Sums:
    """What the evidence needs of a series x of n minutes; arrays of shapes that broadcast to one.

    Attributes:
        minutes: n.
        total: Sum of x.
        squares: Sum of x squared.
        neighbours: Sum of x times the x before.
        first: The first x.
        last: The last x.
        ends: First squared plus last squared.
    """

    minutes: Floats
    total: Floats
    squares: Floats
    neighbours: Floats
    first: Floats
    last: Floats
    ends: Floats


def running_sums(series: Floats) -> Sums:
    """The sums after each minute: the last axis of ``series`` is time, the others may be anything."""
    squares = series * series
    neighbours = np.zeros_like(series)
    neighbours[..., 1:] = series[..., 1:] * series[..., :-1]
    first = series[..., :1]
    return Sums(
        minutes=np.arange(1.0, series.shape[-1] + 1),
        total=np.cumsum(series, axis=-1),
        squares=np.cumsum(squares, axis=-1),
        neighbours=np.cumsum(neighbours, axis=-1),
        first=first,
        last=series,
        ends=first * first + squares,
    )


def expected_sums(minutes: float, mean: Floats, deviation: float, autocorrelation: float) -> Sums:
    """The sums of a series of that length, mean, standard deviation and autocorrelation, on average."""
    power = mean**2 + deviation**2
    return Sums(
        minutes=np.full_like(mean, minutes),
        total=minutes * mean,
        squares=minutes * power,
        neighbours=(minutes - 1) * (mean**2 + autocorrelation * deviation**2),
        first=mean,
        last=mean,
        ends=2 * power,
    )


def log_evidence(sums: Sums, floor: float) -> Floats:
    """Natural logarithm of the evidence that the mean is not zero; 0 after one minute or less.

    Args:
        sums: Of the series.
        floor: Standard deviation below which the source cannot tell one minute from another, in units of the series.
            Without it, values that are rounded to the same number would count as certain.
    """
    noise = sums.minutes * floor**2 + _TINY
    null: list[Floats] = []
    effect: list[Floats] = []
    for rho in AUTOCORRELATIONS:
        residual, score, information = whitened(sums, float(rho))
        # The regression on the whitened constant takes the share explained * prior / (1 + prior * information) away.
        prior = (_EFFECT_SCALE / (1 - rho)) ** 2
        left = np.maximum(residual - score * score * (prior / (1 + prior * information)), 0.0)
        scale = 0.5 * np.log(1 - rho**2)
        null.append(scale - sums.minutes / 2 * np.log(residual + noise))
        effect.append(scale - 0.5 * np.log1p(prior * information) - sums.minutes / 2 * np.log(left + noise))
    found = _log_sum(effect) - _log_sum(null)
    return np.where(sums.minutes > 1, found, 0.0)


def joined_evidence(series: Floats, floor: float) -> Floats:
    """Logarithm of the evidence by means of ``JOINED`` minutes, held until the next is whole; infinite at first.

    A minute of errors is a rate that resembles the one before and, on top, the chance of single errors. The sum looks
    less alike than the rate is, so that the evidence of minutes takes a long burst for more minutes than it is worth.
    """
    groups = series.shape[-1] // JOINED
    whole = series[..., : groups * JOINED].reshape(*series.shape[:-1], groups, JOINED).mean(axis=-1)
    found = np.full(series.shape, np.inf)
    if groups >= FEWEST_JOINED:
        held = np.repeat(log_evidence(running_sums(whole), floor / JOINED**0.5), JOINED, axis=-1)
        minutes = np.arange(FEWEST_JOINED * JOINED, series.shape[-1] + 1)
        found[..., minutes - 1] = held[..., minutes // JOINED * JOINED - 1]  # of the last group that is whole
    return found


def whitened(sums: Sums, rho: float) -> tuple[Floats, Floats, Floats]:
    """What a series is once neighbours of that autocorrelation are made independent.

    Returns:
        Its sum of squares, its product with the whitened constant, and the square of that constant: the mean is the
        second over the third, with a variance of one over the third.
    """
    residual = np.maximum((1 + rho**2) * sums.squares - (2 * rho) * sums.neighbours - rho**2 * sums.ends, 0.0)
    score = (1 - rho) * ((1 - rho) * sums.total + rho * (sums.first + sums.last))
    return residual, score, (1 - rho**2) + (sums.minutes - 1) * (1 - rho) ** 2


def _log_sum(terms: list[Floats]) -> Floats:
    largest = np.maximum.reduce(terms)
    total = np.zeros_like(largest)
    for term in terms:
        total += np.exp(term - largest)
    return np.asarray(largest + np.log(total))


def shifted(sums: Sums, by: Floats) -> Sums:
    """The sums of the same series with ``by`` taken from each of its values."""
    n = sums.minutes
    first, last = sums.first - by, sums.last - by
    return Sums(
        minutes=n + np.zeros_like(by),
        total=sums.total - n * by,
        squares=sums.squares - 2 * by * sums.total + n * by**2,
        neighbours=sums.neighbours - by * (2 * sums.total - sums.first - sums.last) + (n - 1) * by**2,
        first=first,
        last=last,
        ends=sums.ends - 2 * by * (sums.first + sums.last) + 2 * by**2,
    )


def final(sums: Sums) -> Sums:
    """The sums of one series after its last minute."""
    return Sums(*(np.asarray(getattr(sums, one.name)[..., -1]) for one in fields(Sums)))
