"""Which database, cache and queue stand behind the platform: decided once, from the command line.

Opening either gives all of them, traced, or closes what was already open and says which one failed.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from .cache import Cache, TracedCache
from .firestore_repository import FirestoreRepository
from .memory_cache import MemoryCache
from .redis_cache import RedisCache
from .repository import Repository, TracedRepository
from .sqlite_queue import SqliteQueue
from .sqlite_repository import SqliteRepository
from .task_queue import TaskQueue

MEMORY = "memory"


class BackendError(Exception):
    """A backend cannot be used; the message is complete and ready to print."""


@dataclass(frozen=True, slots=True)
class Backends:
    """What the API's requests and the worker's tasks use."""

    repository: Repository
    cache: Cache
    queue: TaskQueue


@asynccontextmanager
async def open_backends(*, database: str | Path, cache: str = MEMORY, queue: Path) -> AsyncIterator[Backends]:
    """Open all backends, and close them at the end.

    Args:
        database: ``HOST:PORT`` of the Firestore emulator, or the file of a SQLite database.
        cache: ``memory`` or a ``redis://`` URL.
        queue: File of the task queue.

    Raises:
        BackendError: One of them does not open.
    """
    async with AsyncExitStack() as closing:
        try:
            repository = await _open_repository(database)
            closing.push_async_callback(repository.close)
            store = MemoryCache() if cache == MEMORY else await RedisCache.connect(cache)
            closing.push_async_callback(store.close)
            tasks = await SqliteQueue.open(queue)
            closing.push_async_callback(tasks.close)
        except ConnectionError as error:
            raise BackendError(
                f"{error}. Without it the platform can answer nothing, so it does not start. "
                "Put that right, or correct the option that names it, and start again."
            ) from error
        yield Backends(TracedRepository(repository), TracedCache(store), tasks)


async def _open_repository(database: str | Path) -> Repository:
    if isinstance(database, Path):
        return await SqliteRepository.open(database)
    return await FirestoreRepository.connect(database)
