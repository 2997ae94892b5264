"""A series of minutes made independent, under each noise that its differences may have.

Noise of one part that resembles the minute before and one of its own is filtered by its Kalman filter: what a minute
adds to what was known of it before is independent of all that. From then on three sums hold all there is to know of
the mean (``Sums``), so thousands of series are judged at every minute at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

SETTLED = 120
"""Minutes after which no filter of ``NOISES`` changes any more, to nine digits."""


@dataclass(frozen=True)
class NoiseModel:
    """How the noise of a minute may be, at a variance of one.

    Attributes:
        autocorrelation: Of the lasting part with itself a minute before.
        lasting: The lasting part's share of the variance, from 0 to 1; the rest is new in every minute.
    """

    autocorrelation: float
    lasting: float

    @property
    def long_run(self) -> float:
        """The variance of a long mean, times its minutes: 1 where minutes are independent."""
        return 1 - self.lasting + self.lasting * (1 + self.autocorrelation) / (1 - self.autocorrelation)


INDEPENDENT = NoiseModel(0.0, 1.0)
SLOWEST = 0.95
"""The highest autocorrelation that noise may have."""
NOISES: tuple[NoiseModel, ...] = (
    INDEPENDENT,
    *(
        NoiseModel(autocorrelation, lasting)
        for autocorrelation in (0.15, 0.3, 0.45, 0.6, 0.7, 0.8, 0.85, 0.9, SLOWEST)
        for lasting in (1.0, 0.75, 0.5, 0.25)
    ),
)
"""What the noise may be. Autocorrelations end beyond the .8 that is promised: verdicts at .8 are false too often if the
list ends there. Negative ones make means more certain, not less, so 0 is the safe side of them."""


@dataclass(frozen=True)
class Sums:
    """What is to be known of the mean of a series x of n minutes; the first axis of all but ``minutes`` is ``NOISES``.

    A noise has a filter, which makes independent values of variance one of its series, e of x and c of the constant 1.

    Attributes:
        minutes: n.
        innovation: The variance of what the last minute adds, as a share of a minute's.
        determinant: Logarithm of the determinant of the noise's correlations.
        information: Sum of c squared: the mean has one over it as its variance.
        residual: Sum of e squared.
        score: Sum of e times c: over the information, it is the mean.
    """

    minutes: Floats
    innovation: Floats
    determinant: Floats
    information: Floats
    residual: Floats
    score: Floats


@dataclass(frozen=True)
class _Filter:
    """By noise and minute: the gain, the variance of what a minute adds, and what the constant 1 comes to."""

    gain: Floats
    innovation: Floats
    constant: Floats


@lru_cache(maxsize=8)
def _filter(minutes: int) -> _Filter:
    rho, lasting = np.array([(one.autocorrelation, one.lasting) for one in NOISES]).T
    gain, innovation, constant = (np.empty((len(NOISES), minutes)) for _ in range(3))
    uncertain, expected = lasting, np.zeros(len(NOISES))
    for minute in range(minutes):
        innovation[:, minute] = uncertain + 1 - lasting
        gain[:, minute] = uncertain / innovation[:, minute]
        left = 1 - expected
        constant[:, minute] = left / np.sqrt(innovation[:, minute])
        expected = rho * (expected + gain[:, minute] * left)
        uncertain = rho**2 * uncertain * (1 - gain[:, minute]) + lasting * (1 - rho**2)
    return _Filter(gain, innovation, constant)


def running_sums(series: Floats) -> Sums:
    """The sums after each minute: the last axis of ``series`` is time, the others may be anything."""
    minutes = series.shape[-1]
    known = _filter(minutes)
    by_noise = (len(NOISES), *([1] * (series.ndim - 1)))
    rho = np.array([one.autocorrelation for one in NOISES]).reshape(by_noise)
    added = np.empty((minutes, len(NOISES), *series.shape[:-1]))
    expected = np.zeros(added.shape[1:])
    for minute in range(minutes):
        left = np.subtract(series[..., minute], expected, out=added[minute])
        expected += known.gain[:, minute].reshape(by_noise) * left
        expected *= rho
        left /= np.sqrt(known.innovation[:, minute]).reshape(by_noise)
    # Minute by minute in memory, too: sums over the last axis of thousands of series would take twice as long.
    constant = np.moveaxis(known.constant, -1, 0).reshape(minutes, *by_noise)
    score = np.cumsum(added * constant, axis=0)
    residual = np.cumsum(np.square(added, out=added), axis=0)
    return Sums(
        minutes=np.arange(1.0, minutes + 1),
        innovation=known.innovation,
        determinant=np.cumsum(np.log(known.innovation), axis=-1),
        information=np.cumsum(known.constant**2, axis=-1),
        residual=np.moveaxis(residual, 0, -1),
        score=np.moveaxis(score, 0, -1),
    )


def final(sums: Sums) -> Sums:
    """The sums after the last minute."""
    return Sums(
        np.asarray(sums.minutes[-1]),
        *(one[..., -1] for one in (sums.innovation, sums.determinant, sums.information, sums.residual, sums.score)),
    )


def shifted(sums: Sums, by: Floats) -> Sums:
    """The sums of one series (``final``) with each of several numbers taken from all of its values."""
    residual, score, information = (one[:, None] for one in (sums.residual, sums.score, sums.information))
    return Sums(
        minutes=sums.minutes,
        innovation=sums.innovation,
        determinant=sums.determinant,
        information=sums.information,
        residual=residual - 2 * by * score + by**2 * information,
        score=score - by * information,
    )


def expected_sums(minutes: int, means: Floats, deviation: float, autocorrelation: float) -> Sums:
    """The sums, on average, of series of that length, standard deviation and autocorrelation, one for each mean."""
    known = _filter(SETTLED)
    at_last = min(minutes, SETTLED) - 1
    beyond = max(minutes - SETTLED, 0)

    def extended(sums: Floats) -> Floats:
        return np.asarray(sums[:, at_last] + beyond * (sums[:, -1] - sums[:, -2]))

    information = extended(np.cumsum(known.constant**2, axis=-1))
    noise = extended(_expected_residual(autocorrelation)) * deviation**2
    return Sums(
        minutes=np.float64(minutes) + np.zeros_like(means),
        innovation=known.innovation[:, at_last],
        determinant=extended(np.cumsum(np.log(known.innovation), axis=-1)),
        information=information,
        residual=noise[:, None] + means**2 * information[:, None],
        score=means * information[:, None],
    )


@lru_cache(maxsize=8)
def _expected_residual(autocorrelation: float) -> Floats:
    """The sum of squares after each minute, on average, of AR(1) noise of variance one, by noise and minute."""
    apart = np.abs(np.subtract.outer(np.arange(SETTLED), np.arange(SETTLED)))
    # Noise is this matrix times independent values of variance one, so its sum of squares is that of the columns.
    columns = np.asarray(np.linalg.cholesky(autocorrelation**apart).T, dtype=np.float64)
    return np.asarray(running_sums(columns).residual.sum(axis=1))
