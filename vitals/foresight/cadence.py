"""The cadence of a series, as far as it was known at each row.

It is read when a series has 16, 64, 256, ... rows, and holds until the next of these counts. So a longer series repeats
what a shorter one said, and a scrape interval that was changed is noticed all the same.
"""

from __future__ import annotations

import numpy as np

from vitals.foresight.series import FloatArray

FIRST_ROWS = 16
"""Below so many rows the cadence is not known and nothing is judged."""
GROWTH = 4
"""Each stretch is three times as long as all before it, so judging every stretch anew costs a third more in all."""
CADENCE_ROWS = 512
"""The cadence is the median step of so many rows: gaps and jumps of the clock do not move it."""
FIRST_GUESS = 60.0


def stretches(times: FloatArray) -> list[tuple[int, int, float]]:
    """Rows from, rows until, and seconds between rows as known there; neighbours with the same cadence are one.

    The first 16 rows stay a stretch of their own: their cadence is a guess.
    """
    found = [(0, min(FIRST_ROWS, len(times)), FIRST_GUESS)]
    start = FIRST_ROWS
    while start < len(times):
        steps = np.diff(times[max(0, start - CADENCE_ROWS) : start])
        cadence = float(f"{np.median(steps):.3g}")  # three digits: a jitter of milliseconds is not another cadence
        stop = min(start * GROWTH, len(times))
        if len(found) > 1 and found[-1][2] == cadence:
            found[-1] = (found[-1][0], stop, cadence)
        else:
            found.append((start, stop, cadence))
        start *= GROWTH
    return found


def newest_cadence(times: FloatArray) -> float:
    """Seconds between rows as known at the last one."""
    return stretches(times)[-1][2]
