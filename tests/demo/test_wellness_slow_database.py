"""The fault ``slow-database``: what the database's own client and its telemetry see is really slow, in either kind."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from wellness.backends import BackendError, Storage, open_storage
from wellness.faults import API_FAULTS, Switchboard
from wellness.seed import MEMBERS, fill_if_empty
from wellness.slow_link import slow_link

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("one_loop")]

DELAY = 0.4


@pytest.fixture(scope="module")
async def one_loop(anyio_backend: str) -> None:
    """One event loop for the whole module: gRPC may deliver a late event after a test, and needs its loop for it."""


@pytest.fixture
def registry() -> CollectorRegistry:
    """An empty registry."""
    return CollectorRegistry()


@pytest.fixture
def switchboard() -> Switchboard:
    """A switchboard with everything off."""
    return Switchboard(API_FAULTS)


@pytest.fixture(params=["sqlite", "firestore"])
async def storage(
    request: pytest.FixtureRequest, tmp_path: Path, registry: CollectorRegistry, switchboard: Switchboard
) -> AsyncIterator[Storage]:
    """Storage of each kind with synthetic data."""
    sqlite = request.param == "sqlite"
    database = tmp_path / "data.sqlite" if sqlite else request.getfixturevalue("empty_emulator")
    async with open_storage(
        database=database, queue=tmp_path / "queue.sqlite", switchboard=switchboard, registry=registry
    ) as opened:
        await fill_if_empty(opened.repository)
        yield opened


async def seconds_of(reads: int, registry: CollectorRegistry) -> float:
    """Time of so many reads of a single member; the last one is counted just after its answer has come."""
    labels = {"database": "wellness", "collection": "members", "operation": "get", "query": "none"}
    name = "database_query_duration_seconds"
    async with asyncio.timeout(10):
        while registry.get_sample_value(f"{name}_count", labels) != reads:
            await asyncio.sleep(0.01)
    total = registry.get_sample_value(f"{name}_sum", labels)
    assert total is not None
    return total


async def test_each_operation_takes_longer_and_concurrent_ones_no_longer_still(
    storage: Storage, switchboard: Switchboard, registry: CollectorRegistry
) -> None:
    """Twenty reads at once take the delay each, not twenty delays; afterwards all is quick again."""
    switchboard.switch_on("slow-database", f'{{"seconds": {DELAY}}}'.encode())
    started = time.monotonic()
    found = await asyncio.gather(*(storage.repository.member(MEMBERS[0].user_id) for _ in range(20)))
    elapsed = time.monotonic() - started
    assert found == [MEMBERS[0]] * 20
    total = await seconds_of(20, registry)
    assert total >= 20 * DELAY
    assert elapsed < 10 * DELAY

    switchboard.switch_off("slow-database")
    await asyncio.sleep(DELAY)
    assert await storage.repository.member(MEMBERS[1].user_id) == MEMBERS[1]
    assert await seconds_of(21, registry) - total < DELAY
    assert registry.get_sample_value("database_connections_open", {"database": "wellness"}) == 1


async def test_a_link_carries_much_in_order_and_ends_with_its_server() -> None:
    """Megabytes arrive whole although each chunk is delayed, and a server that hangs up is noticed."""
    content = bytes(range(256)) * 16_384

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert await reader.readexactly(5) == b"hello"
        writer.write(content)
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    async with (
        await asyncio.start_server(answer, "127.0.0.1", 0) as server,
        slow_link(f"127.0.0.1:{server.sockets[0].getsockname()[1]}", lambda: 0.05) as address,
    ):
        reader, writer = await asyncio.open_connection("127.0.0.1", int(address.rpartition(":")[2]))
        writer.write(b"hello")
        assert await reader.readexactly(len(content)) == content
        assert await reader.read() == b""
        writer.close()
        await writer.wait_closed()


async def test_a_firestore_that_is_not_there_is_named_by_its_own_address(
    tmp_path: Path,
    registry: CollectorRegistry,
    switchboard: Switchboard,
    unused_port: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The error names what the operator gave, not the link in between."""
    monkeypatch.setattr("wellness.firestore_repository._FIRST_ANSWER_S", 0.5)
    monkeypatch.delenv("FIRESTORE_EMULATOR_HOST", raising=False)
    database = f"127.0.0.1:{unused_port}"
    with pytest.raises(BackendError, match=f"Firestore at {database} does not answer"):
        async with open_storage(
            database=database, queue=tmp_path / "queue.sqlite", switchboard=switchboard, registry=registry
        ):
            pass
