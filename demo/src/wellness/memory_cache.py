"""The cache in the process's own memory: the default, with no other program. Each replica has its own."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

from vitals_telemetry.cache import CacheTelemetry

MOST_BYTES = 8 * 1024 * 1024


class MemoryCache:
    """Least recently used entries go first; see `wellness.cache.WellnessCache` for what the methods promise.

    Args:
        telemetry: Where look-ups and the size are reported.
        most_bytes: Keys and values together never hold more bytes than this; a value too large for it is not kept.
        clock: Monotonic seconds.
    """

    system: str = "memory"

    def __init__(
        self,
        telemetry: CacheTelemetry,
        most_bytes: int = MOST_BYTES,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._telemetry = telemetry
        self._most_bytes = most_bytes
        self._clock = clock
        self._entries: OrderedDict[str, tuple[float, bytes]] = OrderedDict()
        self._bytes = 0
        telemetry.measure_size(lambda: self._bytes, lambda: len(self._entries))

    @property
    def size_bytes(self) -> int:
        """Bytes of all keys and values that are held now."""
        return self._bytes

    async def get(self, key: str) -> bytes | None:
        """Look the key up; an expired entry is removed on the way."""
        with self._telemetry.fetch() as fetched:
            value = self._look_up(key)
            if value is not None:
                fetched.hits, fetched.misses = 1, 0
            return value

    def _look_up(self, key: str) -> bytes | None:
        entry = self._entries.get(key)
        if entry is None:
            return None
        expires_at, value = entry
        if expires_at <= self._clock():
            self._remove(key)
            return None
        self._entries.move_to_end(key)
        return value

    async def put(self, key: str, value: bytes, *, ttl_s: float) -> None:
        """Store the value and make room for it."""
        self._remove(key)
        size = _size(key, value)
        if size > self._most_bytes:
            return
        self._entries[key] = (self._clock() + ttl_s, value)
        self._bytes += size
        while self._bytes > self._most_bytes:
            self._remove(next(iter(self._entries)))

    async def drop(self, key: str) -> None:
        """Remove the entry, if it is there."""
        self._remove(key)

    async def close(self) -> None:
        """Forget everything."""
        self._entries.clear()
        self._bytes = 0

    def _remove(self, key: str) -> None:
        entry = self._entries.pop(key, None)
        if entry is not None:
            self._bytes -= _size(key, entry[1])


def _size(key: str, value: bytes) -> int:
    return len(key.encode()) + len(value)
