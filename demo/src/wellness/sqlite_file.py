"""One SQLite file used from asyncio: a connection on a thread of its own.

SQLite calls block, for as long as another process holds the file's lock. Here they block one private thread instead
of the event loop, and run one after the other, so callers need no locks.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

_Result = TypeVar("_Result")
_BUSY_TIMEOUT_S = 10.0
_AGAIN_AFTER_S = 0.02


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Switch to write-ahead mode, which SQLite refuses at once, without its usual patience, while others do the same.

    Raises:
        sqlite3.OperationalError: The file stays locked for longer than ``_BUSY_TIMEOUT_S``.
    """
    deadline = time.monotonic() + _BUSY_TIMEOUT_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(_AGAIN_AFTER_S)
        else:
            return


class SqliteFile:
    """An open SQLite file in write-ahead mode, so that processes can read while one of them writes."""

    def __init__(self, connection: sqlite3.Connection, thread: ThreadPoolExecutor) -> None:
        self._connection = connection
        self._thread = thread

    @classmethod
    async def open(cls, path: Path, schema: str) -> SqliteFile:
        """Open the file, creating it and its tables where they are missing.

        Args:
            path: The file; its folder must exist.
            schema: ``CREATE ... IF NOT EXISTS`` statements.

        Raises:
            ConnectionError: The file cannot be opened or is not an SQLite database.
        """
        thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sqlite")

        def connect() -> sqlite3.Connection:
            connection = sqlite3.connect(path, timeout=_BUSY_TIMEOUT_S, isolation_level=None)
            try:
                _write_ahead(connection)
                connection.execute("PRAGMA synchronous=NORMAL")
                connection.executescript(f"BEGIN IMMEDIATE; {schema} ; COMMIT;")
            except BaseException:
                connection.close()
                raise
            return connection

        try:
            return cls(await asyncio.get_running_loop().run_in_executor(thread, connect), thread)
        except sqlite3.Error as error:
            thread.shutdown()
            raise ConnectionError(f"The SQLite file {path} cannot be used: {error}") from error

    async def run(self, work: Callable[[sqlite3.Connection], _Result]) -> _Result:
        """Do some work in one write transaction, which is rolled back if the work raises.

        Args:
            work: Gets the connection, on the file's own thread; must not keep it.

        Returns:
            What the work returned.
        """

        def in_transaction() -> _Result:
            self._connection.execute("BEGIN IMMEDIATE")
            with self._connection:
                return work(self._connection)

        return await asyncio.get_running_loop().run_in_executor(self._thread, in_transaction)

    async def read(self, query: str, parameters: tuple[object, ...] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query, without taking the write lock."""

        def fetch() -> list[tuple[Any, ...]]:
            return self._connection.execute(query, parameters).fetchall()

        return await asyncio.get_running_loop().run_in_executor(self._thread, fetch)

    async def close(self) -> None:
        """Close the connection and end its thread."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._connection.close)
        self._thread.shutdown()
