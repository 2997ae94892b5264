"""The cache in Redis, shared by all replicas. Expiry and eviction are Redis's own.

A Redis that stops answering costs the time that it would have saved, never an answer: calls then behave as if nothing
were cached, say so in the log and mark their span.
"""

from __future__ import annotations

import logging

from opentelemetry import trace
from redis.asyncio import Redis
from redis.exceptions import RedisError

from vitals_telemetry.cache import CacheTelemetry
from vitals_telemetry.redis import SYSTEM, watch_redis

_ANSWER_S = 0.25
_LOG = logging.getLogger(__name__)


class RedisCache:
    """See `wellness.cache.WellnessCache` for what the methods promise."""

    system: str = SYSTEM

    def __init__(self, client: Redis) -> None:
        self._client = client

    @classmethod
    async def connect(cls, url: str, telemetry: CacheTelemetry) -> RedisCache:
        """Connect and wait for the first answer.

        Args:
            url: ``redis://HOST:PORT/DB``.
            telemetry: Where look-ups and the size are reported.

        Raises:
            ConnectionError: Redis does not answer, or refuses.
        """
        plain = Redis.from_url(url, socket_timeout=_ANSWER_S, socket_connect_timeout=_ANSWER_S)
        client = watch_redis(plain, telemetry)
        try:
            await client.ping()
        except RedisError as error:
            await client.aclose()
            raise ConnectionError(f"Redis does not answer: {error}") from error
        return cls(client)

    async def get(self, key: str) -> bytes | None:
        """``GET``."""
        try:
            value = await self._client.get(key)
        except RedisError as error:
            _miss(error)
            return None
        return value if isinstance(value, bytes) else None

    async def put(self, key: str, value: bytes, *, ttl_s: float) -> None:
        """``SET`` with an expiry in milliseconds."""
        try:
            await self._client.set(key, value, px=max(1, round(ttl_s * 1000)))
        except RedisError as error:
            _miss(error)

    async def drop(self, key: str) -> None:
        """``DEL``."""
        try:
            await self._client.delete(key)
        except RedisError as error:
            _miss(error)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()


def _miss(error: RedisError) -> None:
    trace.get_current_span().set_attribute("error.type", type(error).__qualname__)
    _LOG.warning("the cache does not answer: %s", error)
