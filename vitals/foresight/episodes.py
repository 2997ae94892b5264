"""From rows that beat their record to pages: one per incident."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vitals.foresight.reference import MARGIN
from vitals.foresight.series import FloatArray

HOLD = 3600.0
"""Rows of the first hour of an incident are marked; who was paged is not paged again by the second hour."""
QUIET = 86400.0
"""For a day only what is worse is marked: half a day has a fifth more false alarms, two days lose events."""
WORSE = 2.0
"""Worse is twice the largest ratio of the incident; 1.5 to 5 give the same counts within one."""
OVER = 2 * 3600.0
"""An incident is over when no row was above the margin for so many seconds; after an hour it costs four
false alarms on the tuned collections."""
ANOTHER = 1.5 * MARGIN
"""Within the day of quiet, what is above this once the incident is over is another one. At the margin itself it costs
nine false alarms on the tuned collections, from here on none, and finds one in ten more of simulated second ones."""


def page_candidates(times: FloatArray, ratio: FloatArray, cadence: FloatArray) -> NDArray[np.bool_]:
    """Mark the rows at which an incident begins, and those of its first hour.

    Args:
        times: Unix seconds, shape (n,).
        ratio: Each row's deviation over the known one, shape (n,).
        cadence: Seconds between rows, as far as known at each, shape (n,).
    """
    marked = np.zeros(len(times), dtype=np.bool_)
    start = last = above = -np.inf
    peak, over = 0.0, False
    for row in np.flatnonzero(ratio > MARGIN):
        now, size = float(times[row]), float(ratio[row])
        over, above = over or now - above >= OVER, now
        if now - start < HOLD and now - last <= max(HOLD / 2, 2 * cadence[row]):
            peak = max(peak, size)
        elif now - last >= QUIET or size > WORSE * peak or (over and size > ANOTHER):
            start, peak = now, size
        else:
            continue
        last, over = now, False
        marked[row] = True
    return marked
