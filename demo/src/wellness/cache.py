"""What was computed a moment ago, as one interface with one span per call.

A cache only ever saves work: its entries expire, any of them may be gone at any time, and it holds nothing that cannot
be computed again. Values are bytes, so that both kinds behave alike. ``TracedCache`` puts a span around each call.
"""

from __future__ import annotations

from typing import Protocol

from .spans import cache_span


class Cache(Protocol):
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


class TracedCache:
    """A cache that opens one span per call and leaves the work to another one.

    Attributes:
        system: The name of the cache behind it.
    """

    def __init__(self, inner: Cache) -> None:
        self._inner = inner
        self.system = inner.system

    async def get(self, key: str) -> bytes | None:
        """See `Cache.get`; the span says whether it was a hit."""
        with cache_span(self.system, "get") as span:
            value = await self._inner.get(key)
            span.set_attribute("cache.hit", value is not None)
            return value

    async def put(self, key: str, value: bytes, *, ttl_s: float) -> None:
        """See `Cache.put`."""
        with cache_span(self.system, "put"):
            await self._inner.put(key, value, ttl_s=ttl_s)

    async def drop(self, key: str) -> None:
        """See `Cache.drop`."""
        with cache_span(self.system, "drop"):
            await self._inner.drop(key)

    async def close(self) -> None:
        """See `Cache.close`."""
        await self._inner.close()
