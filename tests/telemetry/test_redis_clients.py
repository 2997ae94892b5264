"""Clients of Redis beside the plain one: transactions that read first, subclasses, and those that cannot be watched."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from typing import Any

import pytest
from prometheus_client import CollectorRegistry
from redis import Redis, RedisCluster
from redis.asyncio import Redis as AsyncRedis
from redis.asyncio import RedisCluster as AsyncRedisCluster
from redis.asyncio.client import Pipeline as AsyncPipeline
from redis.client import Pipeline
from redis.sentinel import Sentinel

from vitals_telemetry.cache import CacheTelemetry
from vitals_telemetry.errors import TelemetryError
from vitals_telemetry.redis import SYSTEM, watch_redis

pytestmark = pytest.mark.anyio

RedisServer = tuple[str, subprocess.Popen[bytes]]


@pytest.fixture
def telemetry(registry: CollectorRegistry) -> CacheTelemetry:
    """Telemetry of a cache named sessions."""
    return CacheTelemetry("sessions", system=SYSTEM, registry=registry)


def counted(registry: CollectorRegistry) -> tuple[float | None, float | None, float | None]:
    """Hits, misses and fetches."""
    hits, misses = (
        registry.get_sample_value("cache_requests_total", {"cache": "sessions", "result": result})
        for result in ("hit", "miss")
    )
    return hits, misses, registry.get_sample_value("cache_fetch_duration_seconds_count", {"cache": "sessions"})


def test_what_is_read_under_watch_counts(
    redis_server: RedisServer, telemetry: CacheTelemetry, registry: CollectorRegistry
) -> None:
    """After WATCH a pipeline asks at once: each look-up is a fetch, by hand and within transaction()."""
    with watch_redis(Redis.from_url(redis_server[0]), telemetry) as client:
        client.set("there", b"5")
        with client.pipeline() as pipe:
            pipe.watch("there")
            assert pipe.get("there") == b"5"
            assert pipe.get("gone") is None
            pipe.multi()
            pipe.set("there", b"6")
            assert pipe.execute() == [True]
        assert counted(registry) == (1, 1, 2)

        def raise_it(pipe: Any) -> None:  # noqa: ANN401
            number = int(pipe.get("there"))
            pipe.multi()
            pipe.set("there", number + 1)
            pipe.get("there")

        assert client.transaction(raise_it, "there") == [True, b"7"]
    assert counted(registry) == (3, 1, 4)


async def test_what_is_read_under_watch_counts_asynchronously(
    redis_server: RedisServer, telemetry: CacheTelemetry, registry: CollectorRegistry
) -> None:
    """The asynchronous client counts the same."""
    async with watch_redis(AsyncRedis.from_url(redis_server[0]), telemetry) as client:
        await client.set("there", b"5")
        pipe: Any
        async with client.pipeline() as pipe:
            await pipe.watch("there")
            assert await pipe.get("there") == b"5"
            assert await pipe.get("gone") is None
            pipe.multi()
            pipe.set("there", b"6")
            assert await pipe.execute() == [True]
    assert counted(registry) == (1, 1, 2)


def test_a_command_may_be_given_in_bytes(
    redis_server: RedisServer, telemetry: CacheTelemetry, registry: CollectorRegistry
) -> None:
    """redis-py takes names as bytes and in lower case; an answer that a callback has changed is counted, too."""
    with watch_redis(Redis.from_url(redis_server[0]), telemetry) as client:
        anything: Any = client
        anything.execute_command(b"get", "gone")
        assert counted(registry) == (0, 1, 1)
        anything.set_response_callback("MGET", lambda _answer: 7)
        assert anything.mget("gone", "gone") == 7
    assert counted(registry) == (0, 2, 2)


def test_a_subclass_keeps_what_it_has(
    redis_server: RedisServer, telemetry: CacheTelemetry, registry: CollectorRegistry
) -> None:
    """A client of the service's own class has its methods, attributes and pool, and can be watched under two names."""

    class Shop(Redis):
        key = "unknown"

        def price(self) -> object:
            return self.get(self.key)

    plain: Any = Shop.from_url(redis_server[0])
    plain.key = "price"
    client = watch_redis(plain, telemetry)
    assert isinstance(client, Shop)
    assert client.price() is None
    again = watch_redis(client, CacheTelemetry("again", system=SYSTEM, registry=registry))
    assert again.get("price") is None
    assert counted(registry) == (0, 1, 1)
    client.close()


def test_what_a_client_makes_of_itself_is_watched(
    redis_server: RedisServer, telemetry: CacheTelemetry, registry: CollectorRegistry
) -> None:
    """A client with a connection of its own, and one that is made of its class, count like the first."""
    with watch_redis(Redis.from_url(redis_server[0]), telemetry) as client:
        with client.client() as alone:
            assert alone.get("gone") is None
        made: Any = type(client)
        assert made(connection_pool=client.connection_pool).get("gone") is None
        assert counted(registry) == (0, 2, 2)


async def test_what_an_asynchronous_client_makes_of_itself_is_watched(
    redis_server: RedisServer, telemetry: CacheTelemetry, registry: CollectorRegistry
) -> None:
    """The same, where the connection is taken later."""
    async with (
        watch_redis(AsyncRedis.from_url(redis_server[0]), telemetry) as client,
        client.client() as alone,
    ):
        assert await alone.get("gone") is None
    assert counted(registry) == (0, 1, 1)


class Batch(Pipeline):
    """A pipeline of the service's own."""

    def orders(self) -> Any:  # noqa: ANN401
        """Look all of them up."""
        self.get("orders")
        return self.execute()


class Orders(Redis):
    """A client that makes such pipelines, and has an attribute of a name that suggests itself."""

    telemetry = "of the service"

    def pipeline(self, transaction: bool = True, shard_hint: str | None = None) -> Batch:  # noqa: FBT001, FBT002
        """Return one of the service's own."""
        return Batch(self.connection_pool, self.response_callbacks, transaction, shard_hint)


class AsyncBatch(AsyncPipeline):
    """The same, asynchronously."""


class AsyncOrders(AsyncRedis):
    """The same, asynchronously."""

    def pipeline(self, transaction: bool = True, shard_hint: str | None = None) -> AsyncBatch:  # noqa: FBT001, FBT002
        """Return one of the service's own."""
        return AsyncBatch(self.connection_pool, self.response_callbacks, transaction, shard_hint)


def test_a_subclass_keeps_its_pipelines(
    redis_server: RedisServer, telemetry: CacheTelemetry, registry: CollectorRegistry
) -> None:
    """What the service's own class makes is what it gets, and what it fetches counts."""
    client: Any = watch_redis(Orders.from_url(redis_server[0]), telemetry)
    pipeline = client.pipeline()
    assert isinstance(pipeline, Batch)
    assert pipeline.orders() == [None]
    assert client.telemetry == "of the service"
    assert type(client.pipeline()) is type(pipeline)
    assert counted(registry) == (0, 1, 1)
    client.close()


async def test_an_asynchronous_subclass_keeps_its_pipelines(
    redis_server: RedisServer, telemetry: CacheTelemetry, registry: CollectorRegistry
) -> None:
    """The same, asynchronously."""
    client: Any
    async with watch_redis(AsyncOrders.from_url(redis_server[0]), telemetry) as client:
        pipeline: Any = client.pipeline()
        assert isinstance(pipeline, AsyncBatch)
        pipeline.get("gone")
        assert await pipeline.execute() == [None]
    assert counted(registry) == (0, 1, 1)


def test_a_client_whose_commands_go_another_way_is_refused(telemetry: CacheTelemetry) -> None:
    """Another instrumentation has put a method of its own into this one client, which would go past ours."""
    client: Any = Redis()
    client.execute_command = lambda *_: None
    with pytest.raises(TelemetryError, match=r"replaced execute_command of this one client.*Call watch_redis first"):
        watch_redis(client, telemetry)
    telemetry.measure_size(lambda: None, lambda: None)


def test_the_client_of_a_sentinel_is_an_ordinary_one(telemetry: CacheTelemetry) -> None:
    """It is a Redis with another pool, and it stays with that."""
    sentinel: Any = sentinel_itself()
    master = sentinel.master_for("mymaster")
    assert watch_redis(master, telemetry).connection_pool is master.connection_pool


def sentinel_itself() -> object:
    """Return what finds masters, without a server."""
    made: Any = Sentinel
    return made([("127.0.0.1", 1)])


def without_nodes(kind: Any) -> Callable[[], object]:  # noqa: ANN401
    """Return what makes a client of a cluster of the service's own class, which looks up no node: none is here."""

    def nothing(_self: object) -> None:
        """Do nothing."""

    return type("Cluster", (kind,), {"__init__": nothing, "__del__": nothing})


@pytest.mark.parametrize(
    ("client", "name"),
    [
        (without_nodes(RedisCluster), "redis.cluster.RedisCluster"),
        (without_nodes(AsyncRedisCluster), "redis.asyncio.cluster.RedisCluster"),
        (sentinel_itself, "redis.sentinel.Sentinel"),
        (lambda: Redis().pipeline(), "redis.client.Pipeline"),
        (dict, "builtins.dict"),
        (lambda: None, "builtins.NoneType"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_watched_is_refused_by_name(client: Any, name: str, registry: CollectorRegistry) -> None:  # noqa: ANN401
    """The error says what it is and what to use instead, and the name of the cache is still free."""
    telemetry = CacheTelemetry("c", system=SYSTEM, registry=registry)
    with pytest.raises(TelemetryError, match=f"A {name} cannot be watched.*telemetry.fetch"):
        watch_redis(client(), telemetry)
    telemetry.measure_size(lambda: None, lambda: None)
