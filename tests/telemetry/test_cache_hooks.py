"""The cache hooks: a real Redis, synchronous and asynchronous, and dictionaries; the same series for all of them."""

from __future__ import annotations

import asyncio
import logging
import subprocess
import threading
from collections import OrderedDict, defaultdict
from collections.abc import Iterator, MutableMapping
from typing import Any

import pytest
from prometheus_client import CollectorRegistry
from redis import Redis
from redis.asyncio import Redis as AsyncRedis
from redis.exceptions import ConnectionError as RedisConnectionError

from vitals_telemetry.cache import CacheTelemetry
from vitals_telemetry.errors import TelemetryError
from vitals_telemetry.memory_cache import WatchedMapping, shallow_size
from vitals_telemetry.metrics import CACHE_METRICS
from vitals_telemetry.redis import SYSTEM, watch_redis

pytestmark = pytest.mark.anyio

RedisServer = tuple[str, subprocess.Popen[bytes]]


@pytest.fixture
def telemetry(registry: CollectorRegistry) -> CacheTelemetry:
    """Telemetry of a cache named sessions."""
    return CacheTelemetry("sessions", system=SYSTEM, registry=registry)


def value(registry: CollectorRegistry, name: str, **labels: str) -> float | None:
    """A sample of the cache named sessions."""
    return registry.get_sample_value(name, {"cache": "sessions", **labels})


def requests(registry: CollectorRegistry) -> tuple[float | None, float | None]:
    """Hits and misses."""
    return tuple(value(registry, "cache_requests_total", result=result) for result in ("hit", "miss"))  # type: ignore[return-value]


def test_redis_counts_fetches_and_size(
    redis_server: RedisServer, telemetry: CacheTelemetry, registry: CollectorRegistry
) -> None:
    """Hits and misses of every kind of look-up are counted by key; other commands pass unseen."""
    assert requests(registry) == (0, 0)
    with watch_redis(Redis.from_url(redis_server[0]), telemetry) as client:
        client.set("a", b"1")
        client.hset("h", "field", "1")
        assert client.get("a") == b"1"
        assert client.get("b") is None
        assert client.mget("a", "b", "c") == [b"1", None, None]
        assert client.hgetall("h") == {b"field": b"1"}
        assert client.hget("h", "none") is None
        assert requests(registry) == (3, 4)
        assert value(registry, "cache_fetch_duration_seconds_count") == 5
        assert value(registry, "cache_items") == 2
        memory = value(registry, "cache_size_bytes")
        assert memory is not None
        client.set("large", b"x" * 1_000_000)
        grown = value(registry, "cache_size_bytes")
        assert grown is not None
        assert 1_000_000 < grown - memory < 4_000_000, "the value, and at most as much again in buffers"


async def test_asynchronous_redis_counts_the_same(
    redis_server: RedisServer, telemetry: CacheTelemetry, registry: CollectorRegistry
) -> None:
    """The asynchronous client counts alike; its size is asked on its own loop by the thread of the scrape."""
    async with watch_redis(AsyncRedis.from_url(redis_server[0]), telemetry) as client:
        await client.set("a", b"1")
        assert await client.get("a") == b"1"
        assert await client.get("b") is None
        assert await client.mget("a", "b", "c") == [b"1", None, None]
        assert requests(registry) == (2, 3)
        assert value(registry, "cache_fetch_duration_seconds_count") == 3
        assert await asyncio.to_thread(value, registry, "cache_items") == 1
        size = await asyncio.to_thread(value, registry, "cache_size_bytes")
        assert size is not None
        assert size > 100_000
        assert value(registry, "cache_items") is None, "a scrape on the loop itself leaves the size out, not the scrape"


async def test_what_a_pipeline_fetches_counts(
    redis_server: RedisServer, telemetry: CacheTelemetry, registry: CollectorRegistry
) -> None:
    """The look-ups of a pipeline are counted one by one, with and without a transaction, and timed together."""
    with watch_redis(Redis.from_url(redis_server[0]), telemetry) as client:
        for transaction in (True, False):
            pipeline: Any = client.pipeline(transaction=transaction)
            assert pipeline.set("a", b"1").get("a").get("b").execute() == [True, b"1", None]
        assert client.pipeline().set("a", b"2").execute() == [True]
        wrong: Any = client.pipeline()
        with pytest.raises(Exception, match="WRONGTYPE"):
            wrong.get("a").hget("a", "field").execute()
    assert requests(registry) == (2, 4)
    assert value(registry, "cache_fetch_duration_seconds_count") == 3

    async_telemetry = CacheTelemetry("dashboards", system=SYSTEM, registry=registry)
    async with watch_redis(AsyncRedis.from_url(redis_server[0]), async_telemetry) as async_client:
        async_pipeline: Any = async_client.pipeline()
        assert await async_pipeline.get("a").get("b").execute() == [b"2", None]
    hits = registry.get_sample_value("cache_requests_total", {"cache": "dashboards", "result": "hit"})
    assert hits == 1


async def test_a_redis_that_dies_is_a_miss_and_its_size_is_absent(
    redis_server: RedisServer,
    telemetry: CacheTelemetry,
    registry: CollectorRegistry,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The client's own error comes through, the fetch counts as a miss, and the scrape goes on without the size."""
    url, process = redis_server
    client = watch_redis(Redis.from_url(url, retry=None), telemetry)
    client.set("a", b"1")
    process.kill()
    process.wait()
    with pytest.raises(RedisConnectionError):
        client.get("a")
    assert requests(registry) == (0, 1)
    with caplog.at_level(logging.CRITICAL):
        assert value(registry, "cache_size_bytes") is None
        assert value(registry, "cache_items") is None
    client.close()


def test_a_dictionary_counts_the_same(telemetry: CacheTelemetry, registry: CollectorRegistry) -> None:
    """Look-ups are hits or misses; the size is that of the entries; a value stored beside it is seen too."""
    inner: dict[str, bytes] = {}
    cache: MutableMapping[str, bytes] = WatchedMapping(inner, telemetry)
    assert cache.get("a") is None
    cache["a"] = b"12345"
    assert cache["a"] == b"12345"
    assert "a" in cache
    with pytest.raises(KeyError):
        cache["b"]
    assert requests(registry) == (1, 2)
    assert value(registry, "cache_fetch_duration_seconds_count") == 3
    assert (len(cache), list(cache)) == (1, ["a"])
    assert value(registry, "cache_items") == 1
    assert value(registry, "cache_size_bytes") == shallow_size("a", b"12345")
    inner["b"] = b""
    assert value(registry, "cache_items") == 2
    del cache["a"]
    assert inner == {"b": b""}


class LeastRecent(MutableMapping[str, bytes]):
    """A cache as libraries have them: a look at a key is a use, which decides what goes next."""

    def __init__(self, most: int) -> None:
        self.entries: OrderedDict[str, bytes] = OrderedDict()
        self._most = most
        self.used_by: set[int] = set()

    def __getitem__(self, key: str) -> bytes:
        self.used_by.add(threading.get_ident())
        value = self.entries[key]
        self.entries.move_to_end(key)
        return value

    def __setitem__(self, key: str, value: bytes) -> None:
        self.entries[key] = value
        self.entries.move_to_end(key)
        if len(self.entries) > self._most:
            self.popitem()

    def __delitem__(self, key: str) -> None:
        del self.entries[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.entries)

    def __len__(self) -> int:
        self.used_by.add(threading.get_ident())
        return len(self.entries)

    def popitem(self) -> tuple[str, bytes]:
        """Remove what was used longest ago."""
        return self.entries.popitem(last=False)


def test_a_scrape_uses_nothing_in_a_cache(telemetry: CacheTelemetry, registry: CollectorRegistry) -> None:
    """What was used longest ago still goes first after a scrape, and only the service's thread looked at the cache."""
    inner = LeastRecent(most=2)
    cache = WatchedMapping(inner, telemetry)
    assert value(registry, "cache_items") is None
    cache["a"], cache["b"] = b"1", b"2"
    assert cache["a"] == b"1"
    assert value(registry, "cache_items") == 2
    assert value(registry, "cache_size_bytes") == 2 * shallow_size("a", b"1")
    assert list(inner.entries) == ["b", "a"]
    cache["c"] = b"3"
    assert list(inner.entries) == ["a", "c"]
    assert cache.popitem() == ("a", b"1")
    assert value(registry, "cache_items") == 1
    cache.clear()
    assert value(registry, "cache_items") == 0
    assert value(registry, "cache_size_bytes") == 0
    assert inner.used_by == {threading.get_ident()}
    assert requests(registry) == (1, 0)


def test_a_dictionary_behaves_as_without_the_hook(telemetry: CacheTelemetry, registry: CollectorRegistry) -> None:
    """A defaultdict keeps nothing that was only asked for, the newest entry goes first, clear() looks nothing up."""
    inner: defaultdict[str, list[int]] = defaultdict(list)
    cache = WatchedMapping(inner, telemetry)
    assert cache.get("a") is None
    assert cache.get("a", "none") == "none"
    assert cache.pop("a", None) is None
    with pytest.raises(KeyError, match="a"):
        cache.pop("a")
    assert inner == {}
    assert requests(registry) == (0, 4)
    assert cache["a"] == []
    assert cache.setdefault("a", [1]) == []
    assert cache.setdefault("b", [1]) == [1]
    assert requests(registry) == (2, 5)
    assert cache.pop("a") == []
    cache["c"] = [2]
    assert cache.popitem() == ("c", [2])
    cache.clear()
    assert inner == {}
    assert requests(registry) == (3, 5)


def test_any_other_cache_reports_by_itself(telemetry: CacheTelemetry, registry: CollectorRegistry) -> None:
    """A block that says nothing is a miss, one that fails too, and sizes may be unknown."""
    telemetry.measure_size(lambda: None, lambda: 7)
    with telemetry.fetch() as fetched:
        fetched.hits, fetched.misses = 3, 0
    with telemetry.fetch():
        pass
    with pytest.raises(OSError, match="gone"), telemetry.fetch():
        raise OSError("gone")
    assert requests(registry) == (3, 2)
    assert value(registry, "cache_size_bytes") is None
    assert value(registry, "cache_items") == 7


def test_one_cache_is_measured_once(telemetry: CacheTelemetry) -> None:
    """A second source of the same size is refused, because one of them would hide the other."""
    WatchedMapping({}, telemetry)
    with pytest.raises(TelemetryError, match="measured already"):
        WatchedMapping({}, telemetry)


def test_the_scrape_is_that_of_the_contract(telemetry: CacheTelemetry, registry: CollectorRegistry) -> None:
    """Every metric of the family is there as described, and no series of creation times."""
    WatchedMapping({"a": 1}, telemetry)["a"]
    families = {family.name: family for family in registry.collect()}
    assert CACHE_METRICS
    for metric in CACHE_METRICS:
        family = families[metric.name.removesuffix("_total")]
        assert (family.type, family.documentation) == (metric.type.value, metric.help)
        assert all(set(s.labels) - {"le"} == set(metric.label_names) for s in family.samples)
        assert not [s.name for s in family.samples if s.name.endswith("_created")]
