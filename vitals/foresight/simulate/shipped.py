"""The forecast trigger as ``vitals render`` writes it into a ScaledObject: what a service gets without a plan of pods.

It is the 90 % quantile at a pod's lead time, from ``forecast``, over what a pod shall serve when it is ten points
fuller than the reactive trigger has it; zero while the forecasts of the last day were not as right as they promise. A
forecast here is never stale: ``failures`` tries that.
"""

from __future__ import annotations

import numpy as np

from vitals.foresight.forecast import QUANTILES, forecast_at_lead
from vitals.foresight.simulate.demand import at_target
from vitals.foresight.simulate.trace import Floats

LEAD_MIN = 3
SHARE = QUANTILES[-1]
FULLER = 0.1
"""What is added to the utilisation at which the reactive trigger aims."""
RIGHT_ENOUGH = (0.8, 0.99)
"""Share of the last day's values below their forecasts, from and below, between which the trigger counts; a test holds
these four against the rendered trigger's."""
COVERED_MIN, FEWEST_COVERED = 1440, 60
"""Forecasts that fell due in a day are counted, and none before an hour of them did, as the foresight service does."""


def floors(rate: Floats, target: float) -> Floats:
    """Pods that the trigger asks for in each minute; minute m is known from m + 1 on."""
    minutes = np.arange(len(rate))
    upper = forecast_at_lead(np.arange(0.0, 60.0 * len(rate), 60.0), rate, 60.0 * LEAD_MIN, (SHARE,))[:, 0]
    held = np.zeros(len(rate))
    held[LEAD_MIN:] = rate[LEAD_MIN:] <= upper[:-LEAD_MIN]
    sums = np.concatenate(([0.0], np.cumsum(held)))
    first = np.maximum(minutes + 1 - COVERED_MIN, min(LEAD_MIN, len(rate)))
    count = np.maximum(minutes + 1 - first, 0)
    share = (sums[1:] - sums[np.minimum(first, minutes + 1)]) / np.maximum(count, 1)
    counts = (count >= FEWEST_COVERED) & (share >= RIGHT_ENOUGH[0]) & (share < RIGHT_ENOUGH[1])
    return np.concatenate(([0.0], np.where(counts, at_target(upper, min(target + FULLER, 1.0)), 0.0)[:-1]))
