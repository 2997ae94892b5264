"""A clock that was ahead: what was asked and kept then must not leave the service waiting for that time to come."""

from __future__ import annotations

BEHIND_CYCLES = 5
"""A clock that is back for so many cycles was ahead before; one that is slewed or flickers is right again by then."""


class JumpedClock:
    """Notices that the minutes of cycles go back, and stay there."""

    def __init__(self) -> None:
        self.minute = float("-inf")
        self._behind = 0

    def was_ahead_by(self, minute: float) -> float:
        """Take in the minute of a cycle, Unix seconds.

        Returns:
            Seconds by which earlier minutes were ahead, once this many have been behind them; 0 otherwise.
        """
        self._behind = self._behind + 1 if minute < self.minute else 0
        if self._behind > BEHIND_CYCLES:
            ahead, self.minute, self._behind = self.minute - minute, minute, 0
            return ahead
        self.minute = max(self.minute, minute)
        return 0.0
