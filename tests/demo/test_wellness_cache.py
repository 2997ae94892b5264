"""Every cache keeps the same promises: one contract, run against memory and a real Redis; and memory's own bound."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import AsyncIterator

import pytest

from wellness.cache import Cache, TracedCache
from wellness.memory_cache import MemoryCache
from wellness.redis_cache import RedisCache

pytestmark = pytest.mark.anyio


@pytest.fixture(params=["memory", "redis"])
async def cache(request: pytest.FixtureRequest) -> AsyncIterator[Cache]:
    """An empty cache of each kind, traced as the platform uses it."""
    opened: Cache
    if request.param == "memory":
        opened = MemoryCache()
    else:
        url, _ = request.getfixturevalue("redis_server")
        opened = await RedisCache.connect(url)
    yield TracedCache(opened)
    await opened.close()


async def test_a_value_is_there_until_dropped(cache: Cache) -> None:
    """Bytes come back as they were put, the latest ones win, and a dropped key is gone."""
    assert await cache.get("key") is None

    await cache.put("key", b"first", ttl_s=60)
    await cache.put("key", b"\x00second\xff", ttl_s=60)
    assert await cache.get("key") == b"\x00second\xff"

    await cache.drop("key")
    await cache.drop("never there")
    assert await cache.get("key") is None


async def test_a_value_expires(cache: Cache) -> None:
    """A value is gone some time after its time to live, and another key's is not."""
    await cache.put("short", b"value", ttl_s=0.05)
    await cache.put("long", b"value", ttl_s=60)
    await asyncio.sleep(0.2)

    assert await cache.get("short") is None
    assert await cache.get("long") == b"value"


async def test_memory_forgets_the_least_recently_used_first() -> None:
    """When it is full, what was not asked for longest goes, and the bound in bytes holds."""
    cache = MemoryCache(most_bytes=30)
    for key in ("a", "b", "c"):
        await cache.put(key, b"123456789", ttl_s=60)
    await cache.get("a")
    await cache.put("d", b"123456789", ttl_s=60)

    assert await cache.get("b") is None
    assert [await cache.get(key) for key in ("a", "c", "d")] == [b"123456789"] * 3
    assert cache.size_bytes == 30


async def test_memory_does_not_keep_what_is_too_large() -> None:
    """A value beyond the bound is not kept and pushes nothing else out, but does replace its older self."""
    cache = MemoryCache(most_bytes=30)
    await cache.put("a", b"small", ttl_s=60)
    await cache.put("b", b"x" * 30, ttl_s=60)
    assert await cache.get("a") == b"small"
    assert await cache.get("b") is None

    await cache.put("a", b"x" * 30, ttl_s=60)
    assert await cache.get("a") is None
    assert cache.size_bytes == 0


async def test_memory_expires_by_its_clock() -> None:
    """An entry lives exactly as long as was said, and expired ones give their bytes back when asked for."""
    now = 100.0
    cache = MemoryCache(clock=lambda: now)
    await cache.put("key", b"value", ttl_s=5)

    now = 104.9
    assert await cache.get("key") == b"value"
    now = 105.0
    assert await cache.get("key") is None
    assert cache.size_bytes == 0


async def test_a_redis_that_is_not_there_is_a_connection_error(unused_port: int) -> None:
    """The platform learns at the start that its cache is missing."""
    with pytest.raises(ConnectionError, match="Redis does not answer"):
        await RedisCache.connect(f"redis://127.0.0.1:{unused_port}/0")


async def test_a_redis_that_dies_is_a_miss(redis_server: tuple[str, subprocess.Popen[bytes]]) -> None:
    """Without its Redis the platform goes on as if nothing were cached."""
    url, process = redis_server
    cache = await RedisCache.connect(url)
    await cache.put("key", b"value", ttl_s=60)
    process.kill()
    process.wait()

    await cache.put("key", b"value", ttl_s=60)
    await cache.drop("key")
    assert await cache.get("key") is None
    await cache.close()
