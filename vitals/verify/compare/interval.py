"""What a comparison could tell: its confidence interval now, the smallest effect it would find, the minutes it needs.

The interval inverts the evidence: it holds each difference that the minutes do not refute. It may be read at any
minute (a confidence sequence), because the evidence may.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from vitals.verify.compare.evidence import (
    AUTOCORRELATIONS,
    Floats,
    Sums,
    expected_sums,
    final,
    log_evidence,
    running_sums,
    shifted,
)

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
        autocorrelation: Of a minute with the one before, within what the evidence allows for.
    """

    deviation: float
    autocorrelation: float

    def standard_error(self, minutes: float) -> float:
        """Of the mean of so many minutes."""
        rho = self.autocorrelation
        return self.deviation * math.sqrt((1 + rho) / (1 - rho) / minutes)


def noise_of(series: Floats, floor: float) -> Noise:
    """Estimate the noise of one series (at least three minutes), with the small-sample bias of both parts removed.

    The estimate of an autocorrelation rho from n values is too small by (1 + 4 rho) / n on average when the mean is
    estimated too (Marriott and Pope, "Bias in the estimation of autocorrelations", Biometrika 1954).
    """
    n = len(series)
    centred = series - series.mean()
    power = float(centred @ centred)
    raw = float(centred[1:] @ centred[:-1]) / power if power > 0 else 0.0
    rho = min(max(raw + (1 + 4 * raw) / n, 0.0), float(AUTOCORRELATIONS[-1]))
    # The mean takes up (1 + rho) / (1 - rho) / n of the variance; at most half of it is given back on a short series.
    kept = max(1 - (1 + rho) / (1 - rho) / n, 0.5)
    return Noise(math.sqrt(power / n / kept + floor**2), rho)


def half_width(sums: Sums, threshold: float, floor: float) -> tuple[float, float]:
    """The interval of means that a series does not refute, lower and upper end; infinite while it refutes none."""
    centre = float(sums.total / sums.minutes)
    scale = math.sqrt(max(float(sums.squares / sums.minutes) - centre**2, 0.0)) + floor
    return (_end(sums, centre, -scale, threshold, floor), _end(sums, centre, scale, threshold, floor))


def _end(sums: Sums, centre: float, step: float, threshold: float, floor: float) -> float:
    reach = step * np.exp2(np.arange(_DOUBLINGS) / 4 - 4)
    refuted = log_evidence(shifted(sums, centre + reach), floor) >= threshold
    if not refuted.any():
        return math.copysign(math.inf, step)
    outer = int(np.argmax(refuted))
    inside, outside = (centre + reach[outer - 1] if outer else centre), centre + reach[outer]
    for _ in range(_REFINEMENTS):
        points = np.linspace(inside, outside, _POINTS)
        first = int(np.argmax(log_evidence(shifted(sums, points), floor) >= threshold))
        inside, outside = points[max(first - 1, 0)], points[first]
    return float(outside)


def interval(series: Floats, threshold: float, floor: float) -> tuple[float, float]:
    """The confidence interval of a series' mean at its last minute, at the evidence ``threshold`` (logarithm)."""
    return half_width(final(running_sums(series)), threshold, floor)


def smallest_found(noise: Noise, minutes: int, threshold: float, floor: float) -> float:
    """The mean that so many minutes of that noise find with the chance ``POWER``; infinite where they find none."""
    spread = noise.standard_error(minutes)
    means = spread * np.exp2(np.arange(_DOUBLINGS) / 8 - 2)
    sums = expected_sums(float(minutes), means, noise.deviation, noise.autocorrelation)
    found = log_evidence(sums, floor) >= threshold
    if not found.any():
        return math.inf
    return float(means[int(np.argmax(found))]) + POWER_Z * spread


def minutes_needed(noise: Noise, effect: float, threshold: float, floor: float, least: int) -> int | None:
    """The shortest run that finds an effect with the chance ``POWER``; None if it takes more than a week."""
    if smallest_found(noise, LONGEST_MIN, threshold, floor) > effect:
        return None
    short, long = least - 1, LONGEST_MIN
    while long - short > 1:
        middle = (short + long) // 2
        if smallest_found(noise, middle, threshold, floor) <= effect:
            long = middle
        else:
            short = middle
    return long
