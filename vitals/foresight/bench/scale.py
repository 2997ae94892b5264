"""What the score of a peer is divided by at least, so that a calm spell makes no infinity of it."""

from __future__ import annotations

import numpy as np

from vitals.foresight.series import FloatArray

SMALL = 1e-9


def least_scale(values: FloatArray) -> float:
    """A hundredth of the range of the first 15 %."""
    first = values[: max(16, int(0.15 * len(values)))]
    return 0.01 * float(np.ptp(first)) + SMALL
