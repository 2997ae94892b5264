"""What is remembered for a while and then forgotten: a rolling maximum and a count of distinct things.

A Prometheus histogram does not show the longest request, and a counter does not show how many different users came;
both need a window in the process. The two classes take the time as an argument, hold no lock (their owner has one) and
refuse to grow beyond a bound.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Iterable

_NONE_SEEN = -1.0


class RollingMaximum:
    """The largest value of the last ``window`` seconds, in constant memory.

    The window is kept in steps: a value is forgotten between ``window`` and ``window + step`` seconds after it came,
    never earlier.

    Args:
        window: Seconds that a value is remembered at least; a multiple of ``step``.
        step: Seconds per part of the window.
        now: The present time in seconds of any clock that never goes back.

    Attributes:
        peak: The largest value of the current step; a smaller one need not be observed before ``step_ends``.
        step_ends: When the current step is over.
    """

    __slots__ = ("_past", "_step", "peak", "step_ends")

    def __init__(self, window: float, step: float, now: float) -> None:
        parts = round(window / step)
        self._past = deque([_NONE_SEEN] * parts, maxlen=parts)
        self.peak = _NONE_SEEN
        self._step = step
        self.step_ends = now + step

    def observe(self, value: float, now: float) -> None:
        """Take one value, which must not be negative, at the time ``now``."""
        if now >= self.step_ends:
            self._advance(now)
        if value > self.peak:  # noqa: PLR1730 - max() takes longer than all the rest of this method
            self.peak = value

    def value(self, now: float) -> float | None:
        """Return the maximum at the time ``now``, or None if nothing came within the window."""
        if now >= self.step_ends:
            self._advance(now)
        largest = max(self.peak, *self._past)
        return None if largest == _NONE_SEEN else largest

    def _advance(self, now: float) -> None:
        steps = int((now - self.step_ends) // self._step) + 1
        self._past.append(self.peak)
        self._past.extend([_NONE_SEEN] * min(steps - 1, self._past.maxlen or 0))
        self.peak = _NONE_SEEN
        self.step_ends += steps * self._step


class RecentlySeen:
    """How many different keys were seen within the last ``window`` seconds.

    A key is the hash of a thing, so that no identifier stays in memory; Python salts them per process.

    Args:
        window: Seconds that a key counts after it was last seen.
        most: Keys remembered at most; beyond it the one seen longest ago is forgotten early.
    """

    __slots__ = ("_last_seen", "_most", "_window")

    def __init__(self, window: float, most: int) -> None:
        self._last_seen: OrderedDict[int | None, float] = OrderedDict()
        self._most = most
        self._window = window

    def see(self, keys: Iterable[int | None], times: Iterable[float]) -> int:
        """Remember each key at its time, in their order, and pass over None.

        Returns:
            How many keys had to be forgotten early.
        """
        seen, most, early = self._last_seen, self._most, 0
        for key, now in zip(keys, times, strict=True):
            if key in seen:
                seen[key] = now
                seen.move_to_end(key)
            elif key is not None:
                seen[key] = now
                if len(seen) > most and self.count(now) > most:
                    seen.popitem(last=False)
                    early += 1
        return early

    def count(self, now: float) -> int:
        """Return how many keys count at the time ``now``, and forget the rest."""
        seen = self._last_seen
        oldest = now - self._window
        while seen and next(iter(seen.values())) < oldest:
            seen.popitem(last=False)
        return len(seen)
