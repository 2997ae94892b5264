"""One picture for a group of alerts and some minutes: an outage that flaps must not fill a channel with pictures."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

MOST_GROUPS = 2000
"""Groups that are remembered; one more forgets the oldest. An environment has as many as alerts times services."""


class GroupPace:
    """When each group had its picture; safe to use from several threads.

    Args:
        every_s: Seconds that a group waits for its next picture.
        clock: Seconds that only grow.
    """

    def __init__(self, every_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._every_s = every_s
        self._clock = clock
        self._last: OrderedDict[str, float] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, group: str) -> bool:
        """Whether a group may have a picture now; then it has had it."""
        with self._lock:
            now = self._clock()
            last = self._last.get(group)
            if last is not None and now - last < self._every_s:
                return False
            self._last[group] = now
            self._last.move_to_end(group)
            while len(self._last) > MOST_GROUPS:
                self._last.popitem(last=False)
            return True

    def give_back(self, group: str) -> None:
        """Let a group whose picture failed have one with its next notification."""
        with self._lock:
            self._last.pop(group, None)
