"""What was computed a moment ago, as one interface, and the fault that makes a cache forget.

A cache only ever saves work: its entries expire, any of them may be gone at any time, and it holds nothing that cannot
be computed again. Values are bytes, so that both kinds behave alike.
"""

from __future__ import annotations

from typing import Protocol

from .faults import Switchboard


class WellnessCache(Protocol):
    """Bytes by key for a limited time."""

    system: str
    """The cache's name in spans."""

    async def get(self, key: str) -> bytes | None:
        """The value, or None if there is none (any more)."""

    async def put(self, key: str, value: bytes, *, ttl_s: float) -> None:
        """Keep a value for at most this many seconds."""

    async def drop(self, key: str) -> None:
        """Forget a value, if it is there."""

    async def close(self) -> None:
        """Give back connections; the cache cannot be used afterwards."""


class ColdCache:
    """A cache that keeps nothing while the fault ``cold-cache`` is on, so that every fetch is a real miss.

    Args:
        inner: The cache that does the work.
        switchboard: Where the fault is switched.
    """

    def __init__(self, inner: WellnessCache, switchboard: Switchboard) -> None:
        self._inner = inner
        self._switchboard = switchboard
        self.system = inner.system

    async def get(self, key: str) -> bytes | None:
        """See `Cache.get`."""
        if self._switchboard.cache_is_cold:
            await self._inner.drop(key)
        return await self._inner.get(key)

    async def put(self, key: str, value: bytes, *, ttl_s: float) -> None:
        """See `Cache.put`."""
        if not self._switchboard.cache_is_cold:
            await self._inner.put(key, value, ttl_s=ttl_s)

    async def drop(self, key: str) -> None:
        """See `Cache.drop`."""
        await self._inner.drop(key)

    async def close(self) -> None:
        """See `Cache.close`."""
        await self._inner.close()
