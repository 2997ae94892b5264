"""What a comparison could tell: its confidence interval now, the smallest effect it would find, the minutes it needs.

The interval inverts what decides: it holds each difference that the minutes do not refute. Where evidence decides, it
may be read at any minute (a confidence sequence), because the evidence may; where one look decides, at the end.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vitals.verify.compare.evidence import log_evidence
from vitals.verify.compare.one_look import plausibility
from vitals.verify.compare.whitening import NOISES, Floats, Sums, expected_sums, final, running_sums, shifted

Strength = Callable[[Sums, float], Floats]
"""How surely a series refutes a mean of zero, from its sums and its floor: evidence at any look, or at one."""
POWER = 0.9
"""Chance with which an effect counts as one that would have been found: the goal of the published table."""
POWER_Z = 1.2816
"""The standard normal quantile at that chance."""
LONGEST_MIN = 7 * 24 * 60
"""A comparison that needs more than a week is answered with "more than a week": traffic changes until then."""
_REFINEMENTS, _POINTS = 3, 33
"""An end is found to a thirty-thousandth of a step."""
_DOUBLINGS = 64


@dataclass(frozen=True)
class Noise:
    """How one minute's difference varies around the mean.

    Attributes:
        deviation: Standard deviation of a minute, in units of the series.
        autocorrelation: Of a minute with the one before, where it is all that makes a mean uncertain (AR(1) noise).
    """

    deviation: float
    autocorrelation: float

    def standard_error(self, minutes: float) -> float:
        """Of the mean of so many minutes."""
        rho = self.autocorrelation
        return self.deviation * math.sqrt((1 + rho) / (1 - rho) / minutes)


def noise_of(series: Floats, floor: float) -> Noise:
    """Estimate the noise of one series (at least three minutes).

    Its autocorrelation is that of the AR(1) noise whose means are as uncertain as those of the noises that explain the
    series, which may have two parts.
    """
    n = len(series)
    weights = plausibility(final(running_sums(series)), floor)
    long_run = math.exp(float(weights @ np.log([one.long_run for one in NOISES])))
    # The mean takes up long_run / n of the variance; at most half of it is given back on a short series.
    kept = max(1 - long_run / n, 0.5)
    deviation = math.sqrt(float(np.var(series)) / kept + floor**2)
    return Noise(deviation, (long_run - 1) / (long_run + 1))


@dataclass(frozen=True)
class Question:
    """How sure a verdict must be, and by what that is measured.

    Attributes:
        threshold: Strength (logarithm) at which a mean is refuted.
        floor: Standard deviation below which the source cannot tell one minute from another, in units of the series.
        strength: Evidence at any look, or at one.
    """

    threshold: float
    floor: float
    strength: Strength = log_evidence

    def refutes(self, sums: Sums) -> npt.NDArray[np.bool_]:
        """Whether a series refutes that its mean is zero."""
        return np.asarray(self.strength(sums, self.floor) >= self.threshold)

    def interval(self, series: Floats) -> tuple[float, float]:
        """The means that a series does not refute at its last minute; infinite while it refutes none."""
        sums = final(running_sums(series))
        centre, scale = float(np.mean(series)), float(np.std(series)) + self.floor
        return self._end(sums, centre, -scale), self._end(sums, centre, scale)

    def _end(self, sums: Sums, centre: float, step: float) -> float:
        reach = step * np.exp2(np.arange(_DOUBLINGS) / 4 - 4)
        refuted = self.refutes(shifted(sums, centre + reach))
        if not refuted.any():
            return math.copysign(math.inf, step)
        outer = int(np.argmax(refuted))
        inside, outside = (centre + reach[outer - 1] if outer else centre), centre + reach[outer]
        for _ in range(_REFINEMENTS):
            points = np.linspace(inside, outside, _POINTS)
            first = int(np.argmax(self.refutes(shifted(sums, points))))
            inside, outside = points[max(first - 1, 0)], points[first]
        return float(outside)

    def smallest_found(self, noise: Noise, minutes: int) -> float:
        """The mean that so many minutes of that noise find with the chance ``POWER``; infinite where they find none."""
        spread = noise.standard_error(minutes)
        means = spread * np.exp2(np.arange(_DOUBLINGS) / 8 - 2)
        found = self.refutes(expected_sums(minutes, means, noise.deviation, noise.autocorrelation))
        if not found.any():
            return math.inf
        return float(means[int(np.argmax(found))]) + POWER_Z * spread

    def minutes_needed(self, noise: Noise, effect: float, least: int) -> int | None:
        """The shortest run, of at least ``least`` minutes, that finds an effect with the chance ``POWER``.

        None if it takes more than a week.
        """
        if self.smallest_found(noise, LONGEST_MIN) > effect:
            return None
        short, long = least - 1, LONGEST_MIN
        while long - short > 1:
            middle = (short + long) // 2
            if self.smallest_found(noise, middle) <= effect:
                long = middle
            else:
                short = middle
        return long
