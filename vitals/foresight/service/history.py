"""The past of one series, minute by minute, and its form on disk: a file that ``vitals foresight replay`` reads.

With the deploys beside it, what a replay says of a minute is what the service said then. Rows are only ever added,
until the history is so long that its first week goes.
"""

from __future__ import annotations

import numpy as np

from vitals.foresight.seasonal import DAY, WEEK
from vitals.foresight.series import LARGEST, FloatArray

STEP_S = 60.0
"""A row per minute: rules are evaluated every 15 s, and no one is notified of an anomaly of less than some minutes."""
KEPT_S = 28 * DAY
"""Four weeks, as many as a seasonal prediction looks back."""
TRIMMED_AT_S = KEPT_S + WEEK
"""Whole weeks go: the begin of a history, by which its bounds are counted, moves once a week and not every minute."""
HEADER = "timestamp,value"


class SeriesHistory:
    """Rows of one series.

    Attributes:
        times: Unix seconds, strictly increasing, shape (n,).
        values: Finite, shape (n,).
    """

    def __init__(self, times: FloatArray, values: FloatArray) -> None:
        self.times = times
        self.values = values

    @classmethod
    def empty(cls) -> SeriesHistory:
        """A history of a series that was never seen."""
        return cls(np.empty(0), np.empty(0))

    @property
    def newest(self) -> float:
        """Time of the last row; minus infinity where there is none."""
        return float(self.times[-1]) if len(self.times) else -np.inf

    def add(self, times: FloatArray, values: FloatArray) -> None:
        """Add the rows that are numbers and later than what is known; the rest is left out."""
        new = (times > self.newest) & (np.abs(values) < LARGEST)  # NaN compares false
        self.times = np.concatenate([self.times, times[new]])
        self.values = np.concatenate([self.values, values[new]])
        if len(self.times) and self.newest - self.times[0] > TRIMMED_AT_S:
            kept = self.times >= self.newest - KEPT_S
            self.times, self.values = self.times[kept], self.values[kept]

    def forget_after(self, moment: float) -> bool:
        """Forget rows later than a moment, Unix seconds: they are of a clock that was ahead; whether there were any."""
        kept = self.times <= moment
        self.times, self.values = self.times[kept], self.values[kept]
        return not kept.all()

    def text(self) -> str:
        """The rows as CSV; every value reads back as the same number."""
        rows = (f"{time:.0f},{value!r}" for time, value in zip(self.times.tolist(), self.values.tolist(), strict=True))
        return "\n".join([HEADER, *rows]) + "\n"
