"""The size that a Redis reports: asked beside the service's connections, and absent where it does not answer."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from redis import ConnectionPool, Redis
from redis.asyncio import BlockingConnectionPool
from redis.asyncio import Redis as AsyncRedis

from vitals_telemetry import measured
from vitals_telemetry.cache import CacheTelemetry
from vitals_telemetry.redis import SYSTEM, watch_redis

pytestmark = pytest.mark.anyio

RedisServer = tuple[str, subprocess.Popen[bytes]]


@pytest.fixture
def telemetry(registry: CollectorRegistry) -> CacheTelemetry:
    """Telemetry of a cache named sessions."""
    return CacheTelemetry("sessions", system=SYSTEM, registry=registry)


def items(registry: CollectorRegistry) -> float | None:
    """How many keys a scrape shows; none where it shows no size either."""
    scrape = generate_latest(registry).decode().splitlines()
    shown = {line.split("{")[0]: float(line.split()[-1]) for line in scrape if line.startswith("cache_")}
    assert ("cache_size_bytes" in shown) == ("cache_items" in shown)
    return shown.get("cache_items")


@contextmanager
def waiting(client: Any) -> Iterator[None]:  # noqa: ANN401
    """Let another thread wait with the client for what comes only at the end."""
    with Redis(**{key: client.connection_pool.connection_kwargs[key] for key in ("host", "port")}) as other:
        waits = threading.Thread(target=client.blpop, args=(["queue"],))
        waits.start()
        while not other.info("clients")["blocked_clients"]:
            pass
        yield
        other.rpush("queue", "last")
        waits.join()


def test_a_pool_with_no_connection_left_keeps_its_size(
    redis_server: RedisServer, telemetry: CacheTelemetry, registry: CollectorRegistry
) -> None:
    """The only connection waits in BLPOP: a scrape needs none of the pool, so it takes none from the service either."""
    with ConnectionPool.from_url(redis_server[0], max_connections=1) as pool:
        client = watch_redis(Redis(connection_pool=pool), telemetry)
        client.set("a", b"1")
        with waiting(client):
            assert items(registry) == 1
        assert client.get("a") == b"1"


def test_a_client_of_a_single_connection_keeps_its_size(
    redis_server: RedisServer, telemetry: CacheTelemetry, registry: CollectorRegistry
) -> None:
    """Such a client has one command at a time, and one that waits does not keep a scrape waiting."""
    with Redis.from_url(redis_server[0], single_connection_client=True) as plain:
        client = watch_redis(plain, telemetry)
        client.set("a", b"1")
        with waiting(client):
            assert items(registry) == 1


async def test_an_asynchronous_pool_with_no_connection_left_keeps_its_size(
    redis_server: RedisServer, telemetry: CacheTelemetry, registry: CollectorRegistry
) -> None:
    """The same on an event loop, where the pool lets others wait."""
    pool = BlockingConnectionPool.from_url(redis_server[0], max_connections=1)
    client: Any = watch_redis(AsyncRedis.from_pool(pool), telemetry)
    await client.set("a", b"1")
    waits = asyncio.create_task(client.blpop(["queue"], timeout=30))
    await asyncio.sleep(0)
    assert await asyncio.to_thread(items, registry) == 1
    waits.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waits
    assert await client.get("a") == b"1"
    await client.aclose()


@pytest.mark.parametrize("text", [True, False], ids=["decoded", "bytes"])
@pytest.mark.parametrize("protocol", [2, 3])
def test_the_size_is_read_in_every_protocol(
    redis_server: RedisServer, telemetry: CacheTelemetry, registry: CollectorRegistry, *, text: bool, protocol: int
) -> None:
    """Answers come as bytes or as texts, in the older and the newer protocol."""
    made: Any = Redis.from_url(redis_server[0], decode_responses=text, protocol=protocol)
    with watch_redis(made, telemetry) as client:
        client.set("a", "1")
        assert items(registry) == 1


def test_a_redis_that_hangs_does_not_take_the_scrape_with_it(
    redis_server: RedisServer,
    telemetry: CacheTelemetry,
    registry: CollectorRegistry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It takes connections and answers nothing; the size is absent, all else is there, and it comes again."""
    url, process = redis_server
    with watch_redis(Redis.from_url(url), telemetry) as client:
        client.set("a", b"1")
        process.send_signal(signal.SIGSTOP)
        with monkeypatch.context() as hurried:
            hurried.setattr(measured, "ANSWER_TIME", 0.05)
            assert items(registry) is None
            assert items(registry) is None
        process.send_signal(signal.SIGCONT)
        deadline = time.monotonic() + 10
        while items(registry) != 1:
            assert time.monotonic() < deadline, "the size did not come again within 10 s"
            time.sleep(0.01)


def test_an_asynchronous_client_may_be_made_before_its_loop(
    redis_server: RedisServer, telemetry: CacheTelemetry, registry: CollectorRegistry
) -> None:
    """A module that is imported makes it; the size is there from the first command on, on whichever loop that is."""
    client: Any = watch_redis(AsyncRedis.from_url(redis_server[0]), telemetry)

    async def use() -> tuple[float | None, float | None]:
        before = await asyncio.to_thread(items, registry)
        await client.set("a", b"1")
        after = await asyncio.to_thread(items, registry)
        await client.aclose()
        return before, after

    for _ in range(2):
        assert asyncio.run(use()) == (None, 1)
        assert items(registry) is None
