"""Every cache keeps the same promises: one contract, run against memory and a real Redis; and memory's own bound."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import AsyncIterator

import pytest
from prometheus_client import CollectorRegistry

from vitals_telemetry.cache import CacheTelemetry
from wellness.cache import ColdCache, WellnessCache
from wellness.faults import API_FAULTS, Switchboard
from wellness.memory_cache import MemoryCache
from wellness.redis_cache import RedisCache

pytestmark = pytest.mark.anyio


@pytest.fixture
def registry() -> CollectorRegistry:
    """An empty registry."""
    return CollectorRegistry()


@pytest.fixture
def telemetry(registry: CollectorRegistry) -> CacheTelemetry:
    """Telemetry of the cache."""
    return CacheTelemetry("dashboards", system="memory", registry=registry)


@pytest.fixture
def switchboard() -> Switchboard:
    """A switchboard with everything off."""
    return Switchboard(API_FAULTS)


@pytest.fixture(params=["memory", "redis"])
async def cache(
    request: pytest.FixtureRequest, telemetry: CacheTelemetry, switchboard: Switchboard
) -> AsyncIterator[WellnessCache]:
    """An empty cache of each kind, as the platform uses it."""
    opened: WellnessCache
    if request.param == "memory":
        opened = MemoryCache(telemetry)
    else:
        url, _ = request.getfixturevalue("redis_server")
        opened = await RedisCache.connect(url, telemetry)
    yield ColdCache(opened, switchboard)
    await opened.close()


async def test_a_value_is_there_until_dropped(cache: WellnessCache) -> None:
    """Bytes come back as they were put, the latest ones win, and a dropped key is gone."""
    assert await cache.get("key") is None

    await cache.put("key", b"first", ttl_s=60)
    await cache.put("key", b"\x00second\xff", ttl_s=60)
    assert await cache.get("key") == b"\x00second\xff"

    await cache.drop("key")
    await cache.drop("never there")
    assert await cache.get("key") is None


async def test_a_value_expires(cache: WellnessCache) -> None:
    """A value is gone some time after its time to live, and another key's is not."""
    await cache.put("short", b"value", ttl_s=0.05)
    await cache.put("long", b"value", ttl_s=60)
    await asyncio.sleep(0.2)

    assert await cache.get("short") is None
    assert await cache.get("long") == b"value"


async def test_memory_forgets_the_least_recently_used_first(telemetry: CacheTelemetry) -> None:
    """When it is full, what was not asked for longest goes, and the bound in bytes holds."""
    cache = MemoryCache(telemetry, most_bytes=30)
    for key in ("a", "b", "c"):
        await cache.put(key, b"123456789", ttl_s=60)
    await cache.get("a")
    await cache.put("d", b"123456789", ttl_s=60)

    assert await cache.get("b") is None
    assert [await cache.get(key) for key in ("a", "c", "d")] == [b"123456789"] * 3
    assert cache.size_bytes == 30


async def test_memory_does_not_keep_what_is_too_large(telemetry: CacheTelemetry) -> None:
    """A value beyond the bound is not kept and pushes nothing else out, but does replace its older self."""
    cache = MemoryCache(telemetry, most_bytes=30)
    await cache.put("a", b"small", ttl_s=60)
    await cache.put("b", b"x" * 30, ttl_s=60)
    assert await cache.get("a") == b"small"
    assert await cache.get("b") is None

    await cache.put("a", b"x" * 30, ttl_s=60)
    assert await cache.get("a") is None
    assert cache.size_bytes == 0


async def test_memory_expires_by_its_clock(telemetry: CacheTelemetry) -> None:
    """An entry lives exactly as long as was said, and expired ones give their bytes back when asked for."""
    now = 100.0
    cache = MemoryCache(telemetry, clock=lambda: now)
    await cache.put("key", b"value", ttl_s=5)

    now = 104.9
    assert await cache.get("key") == b"value"
    now = 105.0
    assert await cache.get("key") is None
    assert cache.size_bytes == 0


async def test_a_redis_that_is_not_there_is_a_connection_error(unused_port: int, telemetry: CacheTelemetry) -> None:
    """The platform learns at the start that its cache is missing."""
    with pytest.raises(ConnectionError, match="Redis does not answer"):
        await RedisCache.connect(f"redis://127.0.0.1:{unused_port}/0", telemetry)


async def test_a_redis_that_dies_is_a_miss(
    redis_server: tuple[str, subprocess.Popen[bytes]], telemetry: CacheTelemetry
) -> None:
    """Without its Redis the platform goes on as if nothing were cached."""
    url, process = redis_server
    cache = await RedisCache.connect(url, telemetry)
    await cache.put("key", b"value", ttl_s=60)
    process.kill()
    process.wait()

    await cache.put("key", b"value", ttl_s=60)
    await cache.drop("key")
    assert await cache.get("key") is None
    await cache.close()


async def test_a_cold_cache_only_misses(
    cache: WellnessCache, switchboard: Switchboard, registry: CollectorRegistry
) -> None:
    """While the fault is on, what was kept is gone and nothing is kept; the misses are the cache's own."""

    def fetched(result: str) -> float | None:
        return registry.get_sample_value("cache_requests_total", {"cache": "dashboards", "result": result})

    await cache.put("key", b"value", ttl_s=60)
    assert await cache.get("key") == b"value"
    switchboard.switch_on("cold-cache", b"")
    assert await cache.get("key") is None
    await cache.put("key", b"value", ttl_s=60)
    assert await cache.get("key") is None
    assert (fetched("hit"), fetched("miss")) == (1, 2)
    switchboard.switch_off("cold-cache")
    await cache.put("key", b"value", ttl_s=60)
    assert await cache.get("key") == b"value"
    assert (fetched("hit"), fetched("miss")) == (2, 2)
