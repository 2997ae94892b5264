"""Which database, cache and queue stand behind the platform: decided once, from the command line.

Opening either gives all of them, watched and open to faults, or closes what was already open and says which one failed.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from prometheus_client import CollectorRegistry

from vitals_telemetry.cache import CacheTelemetry
from vitals_telemetry.database import DatabaseTelemetry

from .cache import ColdCache, WellnessCache
from .faults import Switchboard
from .firestore_repository import CloudDatabase, FirestoreRepository
from .memory_cache import MemoryCache
from .redis_cache import RedisCache
from .repository import Repository
from .slow_link import slow_link
from .sqlite_queue import SqliteQueue
from .sqlite_repository import SqliteRepository
from .task_queue import TaskQueue

MEMORY = "memory"
DATABASE = "wellness"
"""The database's name in metrics."""
DASHBOARDS = "dashboards"
"""The cache's name in metrics."""


class BackendError(Exception):
    """A backend cannot be used; the message is complete and ready to print."""


@dataclass(frozen=True, slots=True)
class Storage:
    """What the worker's tasks use."""

    repository: Repository
    queue: TaskQueue


@dataclass(frozen=True, slots=True)
class Backends(Storage):
    """What the API's requests use."""

    cache: WellnessCache


@asynccontextmanager
async def open_storage(
    *, database: str | CloudDatabase | Path, queue: Path, switchboard: Switchboard, registry: CollectorRegistry
) -> AsyncIterator[Storage]:
    """Open database and queue, and close them at the end.

    Args:
        database: ``HOST:PORT`` of the Firestore emulator, a Firestore database, or the file of a SQLite database.
        queue: File of the task queue.
        switchboard: Where faults of the database are switched.
        registry: Where the metrics of the database are registered.

    Raises:
        BackendError: One of them does not open.
    """
    async with AsyncExitStack() as closing:
        with _complete():
            repository = await _open_repository(database, switchboard, registry, closing)
            closing.push_async_callback(repository.close)
            tasks = await SqliteQueue.open(queue)
            closing.push_async_callback(tasks.close)
        yield Storage(repository, tasks)


@asynccontextmanager
async def open_backends(
    *,
    database: str | CloudDatabase | Path,
    queue: Path,
    switchboard: Switchboard,
    registry: CollectorRegistry,
    cache: str = MEMORY,
) -> AsyncIterator[Backends]:
    """Open database, queue and cache, and close them at the end; see ``open_storage``.

    Args:
        database: As there.
        queue: As there.
        switchboard: As there; faults of the cache too.
        registry: As there; metrics of the cache too.
        cache: ``memory`` or a ``redis://`` URL.

    Raises:
        BackendError: One of them does not open.
    """
    async with (
        open_storage(database=database, queue=queue, switchboard=switchboard, registry=registry) as storage,
        AsyncExitStack() as closing,
    ):
        with _complete():
            store = await _open_cache(cache, registry)
            closing.push_async_callback(store.close)
        yield Backends(storage.repository, storage.queue, ColdCache(store, switchboard))


@contextmanager
def _complete() -> Iterator[None]:
    try:
        yield
    except ConnectionError as error:
        raise BackendError(
            f"{error}. Without it the platform can answer nothing, so it does not start. "
            "Put that right, or correct the option that names it, and start again."
        ) from error


async def _open_repository(
    database: str | CloudDatabase | Path, switchboard: Switchboard, registry: CollectorRegistry, closing: AsyncExitStack
) -> Repository:
    def delay() -> float:
        return switchboard.database_delay

    if isinstance(database, Path):
        telemetry = DatabaseTelemetry(DATABASE, system=SqliteRepository.system, registry=registry)
        return await SqliteRepository.open(database, telemetry, delay)
    telemetry = DatabaseTelemetry(DATABASE, system=FirestoreRepository.system, registry=registry)
    if isinstance(database, CloudDatabase):
        return await FirestoreRepository.open(database, telemetry)
    link = await closing.enter_async_context(slow_link(database, delay))
    try:
        return await FirestoreRepository.connect(link, telemetry)
    except ConnectionError as error:
        raise ConnectionError(f"Firestore at {database} does not answer: {error.__cause__!r}") from error


async def _open_cache(cache: str, registry: CollectorRegistry) -> WellnessCache:
    if cache == MEMORY:
        return MemoryCache(CacheTelemetry(DASHBOARDS, system=MemoryCache.system, registry=registry))
    return await RedisCache.connect(cache, CacheTelemetry(DASHBOARDS, system=RedisCache.system, registry=registry))
