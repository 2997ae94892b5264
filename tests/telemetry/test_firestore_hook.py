"""The hook for the real Firestore client, synchronous and asynchronous, against the real emulator."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest
from google.api_core.exceptions import AlreadyExists, GoogleAPICallError, InvalidArgument
from google.cloud.firestore import AsyncClient, Client, FieldFilter, Or, Query, Transaction, transactional
from prometheus_client import CollectorRegistry

from vitals_telemetry.database import DatabaseTelemetry
from vitals_telemetry.errors import TelemetryError
from vitals_telemetry.firestore import SYSTEM, watch_firestore

pytestmark = pytest.mark.anyio

PROJECT = "wellness-local"


@pytest.fixture(scope="module")
async def one_loop(anyio_backend: str) -> None:
    """One event loop for the whole module: gRPC may deliver a late event after a test, and needs its loop for it."""


@pytest.fixture(autouse=True)
def at_the_emulator(empty_emulator: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every client speak to the emulator, which is empty."""
    monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", empty_emulator)


@pytest.fixture
def database(registry: CollectorRegistry) -> DatabaseTelemetry:
    """Telemetry of a database named wellness."""
    return DatabaseTelemetry("wellness", system=SYSTEM, registry=registry)


@pytest.fixture
def client(database: DatabaseTelemetry) -> Iterator[Client]:
    """A watched synchronous client."""
    made = Client(project=PROJECT)
    close = watch_firestore(made, database)
    yield made
    close()


@pytest.fixture
async def async_client(database: DatabaseTelemetry) -> AsyncIterator[AsyncClient]:
    """A watched asynchronous client."""
    made = AsyncClient(project=PROJECT)
    close = watch_firestore(made, database)
    yield made
    await close()


def counts(registry: CollectorRegistry) -> dict[tuple[str, str, str], float]:
    """How many operations were timed, by collection, operation and query."""
    (family,) = (f for f in registry.collect() if f.name == "database_query_duration_seconds")
    return {
        (s.labels["collection"], s.labels["operation"], s.labels["query"]): s.value
        for s in family.samples
        if s.name.endswith("_count")
    }


def errors(registry: CollectorRegistry) -> dict[tuple[str, str], float]:
    """How many operations failed, by collection and operation; only those above 0."""
    (family,) = (f for f in registry.collect() if f.name == "database_query_errors")
    return {(s.labels["collection"], s.labels["operation"]): s.value for s in family.samples if s.value}


def eventually(condition: Callable[[], bool]) -> bool:
    """Whether something comes true soon.

    A call is counted just after its last answer has come, by gRPC's own thread.
    """
    deadline = time.monotonic() + 10
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)
    return condition()


EXPECTED = {
    ("check_ins", "set", "none"): 1,
    ("members", "create", "none"): 1,
    ("members", "update", "none"): 1,
    ("members", "get", "none"): 2,
    ("members", "query", "age >, name = | age desc"): 2,
    ("members", "query", "(age < or name =)"): 1,
    ("members", "query", "all"): 1,
    ("check_ins", "query", "day"): 1,
    ("members", "aggregate", "name is null"): 1,
    ("several", "commit", "none"): 1,
    ("members", "delete", "none"): 1,
}
"""What both clients below do, in the words of the labels."""


def test_a_synchronous_client_counts_each_operation(client: Client, registry: CollectorRegistry) -> None:
    """Each call is counted once under its collection, operation and query shape; values are in no label."""
    members = client.collection("members")
    ann = members.document("ann-secret-id")
    ann.collection("check_ins").document("2026-01-01").set({"day": "2026-01-01"})
    ann.create({"name": "ann", "age": 41})
    ann.update({"age": 42})
    assert ann.get().exists
    assert not members.document("unknown").get().exists
    older = members.where(filter=FieldFilter("name", "==", "ann")).order_by("age", direction=Query.DESCENDING)
    for bound in (30, 40):
        assert len(list(older.where(filter=FieldFilter("age", ">", bound)).limit(5).stream())) == 1
    either = Or([FieldFilter("name", "==", "ann"), FieldFilter("age", "<", 10)])
    assert len(list(members.where(filter=either).stream())) == 1
    assert len(list(members.stream())) == 1
    assert len(list(client.collection_group("check_ins").order_by("day").stream())) == 1
    unnamed: Any = members.where(filter=FieldFilter("name", "==", None)).count()
    assert unnamed.get()[0][0].value == 0
    batch = client.batch()
    batch.set(client.collection("reports").document("r"), {"ready": False})
    batch.update(ann, {"age": 43})
    batch.commit()
    ann.delete()

    assert eventually(lambda: counts(registry) == EXPECTED), counts(registry)
    assert errors(registry) == {}
    assert "secret" not in str(list(registry.collect()))


@pytest.mark.usefixtures("one_loop")
async def test_an_asynchronous_client_counts_the_same(async_client: AsyncClient, registry: CollectorRegistry) -> None:
    """The same calls through the asynchronous client give the same series."""
    members = async_client.collection("members")
    ann = members.document("ann-secret-id")
    await ann.collection("check_ins").document("2026-01-01").set({"day": "2026-01-01"})
    await ann.create({"name": "ann", "age": 41})
    await ann.update({"age": 42})
    assert (await ann.get()).exists
    assert not (await members.document("unknown").get()).exists
    older = members.where(filter=FieldFilter("name", "==", "ann")).order_by("age", direction=Query.DESCENDING)
    for bound in (30, 40):
        assert len([found async for found in older.where(filter=FieldFilter("age", ">", bound)).stream()]) == 1
    either = Or([FieldFilter("name", "==", "ann"), FieldFilter("age", "<", 10)])
    assert len([found async for found in members.where(filter=either).stream()]) == 1
    assert len([found async for found in members.stream()]) == 1
    assert len([found async for found in async_client.collection_group("check_ins").order_by("day").stream()]) == 1
    unnamed: Any = members.where(filter=FieldFilter("name", "==", None)).count()
    assert (await unnamed.get())[0][0].value == 0
    batch = async_client.batch()
    batch.set(async_client.collection("reports").document("r"), {"ready": False})
    batch.update(ann, {"age": 43})
    await batch.commit()
    await ann.delete()

    assert await asyncio.to_thread(eventually, lambda: counts(registry) == EXPECTED), counts(registry)
    assert errors(registry) == {}
    assert "secret" not in str(list(registry.collect()))


def test_a_failing_call_is_an_error_and_is_timed(client: Client, registry: CollectorRegistry) -> None:
    """A query that the database refuses counts as an error; creating what exists is the service's own affair."""
    members = client.collection("members")
    with pytest.raises(InvalidArgument):
        list(members.where(filter=FieldFilter("age", "in", [])).stream())
    members.document("ann").create({"age": 1})
    with pytest.raises(AlreadyExists):
        members.document("ann").create({"age": 1})

    assert eventually(lambda: errors(registry) == {("members", "query"): 1})
    assert counts(registry)["members", "create", "none"] == 2
    assert sum(n for (_, operation, _), n in counts(registry).items() if operation == "query") == 1


@pytest.mark.usefixtures("one_loop")
async def test_a_failing_asynchronous_call_is_an_error(
    async_client: AsyncClient, database: DatabaseTelemetry, registry: CollectorRegistry, unused_port: int
) -> None:
    """A refused query is an error of the asynchronous client, and so is every attempt at a server that is gone."""
    members = async_client.collection("members")
    with pytest.raises(InvalidArgument):
        assert [found async for found in members.where(filter=FieldFilter("age", "in", [])).stream()]
    assert await asyncio.to_thread(eventually, lambda: errors(registry) == {("members", "query"): 1})

    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("FIRESTORE_EMULATOR_HOST", f"127.0.0.1:{unused_port}")
        lost = AsyncClient(project=PROJECT)
    close = watch_firestore(lost, database)
    with pytest.raises((GoogleAPICallError, TimeoutError)):
        await lost.collection("reports").document("r").set({}, retry=None)
    await close()
    both = {("members", "query"): 1, ("reports", "set"): 1}
    assert await asyncio.to_thread(eventually, lambda: errors(registry) == both)


def test_opening_and_closing_three_clients_moves_the_gauge_by_three(
    database: DatabaseTelemetry, registry: CollectorRegistry
) -> None:
    """The gauge is a count of what is open: it rises and falls with clients, and never below what is there."""

    def connections() -> float | None:
        return registry.get_sample_value("database_connections_open", {"database": "wellness"})

    assert connections() == 0
    first = Client(project=PROJECT)
    close_first = watch_firestore(first, database)
    closers = [watch_firestore(Client(project=PROJECT), database) for _ in range(3)]
    assert connections() == 4
    for closed, close in enumerate(closers, start=1):
        close()
        close()
        assert connections() == 4 - closed
    assert list(first.collection("members").stream()) == []
    close_first()
    assert connections() == 0


def test_a_forgotten_client_is_not_a_connection(database: DatabaseTelemetry, registry: CollectorRegistry) -> None:
    """An unclosed client leaves the gauge when Python collects it and its channel."""
    watch_firestore(Client(project=PROJECT), database)
    gc.collect()

    assert registry.get_sample_value("database_connections_open", {"database": "wellness"}) == 0


def test_a_transaction_is_begun_and_committed(client: Client, registry: CollectorRegistry) -> None:
    """The steps of a transaction show under their own operations."""
    member = client.collection("members").document("ann")

    @transactional
    def grow(transaction: Transaction) -> None:
        age = member.get(transaction=transaction).to_dict()
        assert age is None
        transaction.set(member, {"age": 1})

    grow(client.transaction())
    steps = {("none", "begin", "none"): 1, ("members", "get", "none"): 1, ("members", "set", "none"): 1}
    assert eventually(lambda: counts(registry) == steps), counts(registry)


def test_a_client_that_was_used_before_is_refused(database: DatabaseTelemetry) -> None:
    """A hook that came too late says so, because its calls would be missing."""
    used = Client(project=PROJECT)
    list(used.collection("members").limit(1).stream())
    with pytest.raises(TelemetryError, match="has been used before"):
        watch_firestore(used, database)
    used._firestore_api.transport.close()


def test_an_asynchronous_client_outside_of_a_loop_is_refused(database: DatabaseTelemetry) -> None:
    """Its channel would belong to no loop that runs; the error says where to call instead."""
    with pytest.raises(TelemetryError, match=r"no event loop runs.*lifespan"):
        watch_firestore(AsyncClient(project=PROJECT), database)
