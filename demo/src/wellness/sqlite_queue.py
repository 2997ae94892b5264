"""The task queue in a SQLite file: works between processes of one machine and needs no broker."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from .spans import enqueue_span, trace_headers
from .sqlite_file import SqliteFile
from .task_queue import Task

LEASE_S = 30.0
_SCHEMA = """
CREATE TABLE IF NOT EXISTS tasks (
    task_id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, payload TEXT NOT NULL, headers TEXT NOT NULL,
    attempt INTEGER NOT NULL DEFAULT 0, claimable_at REAL NOT NULL
);
"""
_OLDEST = """
SELECT task_id, kind, payload, headers, attempt + 1, :now - claimable_at FROM tasks
WHERE claimable_at <= :now ORDER BY task_id LIMIT 1
"""
_CLAIM = "UPDATE tasks SET attempt = ?, claimable_at = ? WHERE task_id = ?"


class SqliteQueue:
    """See `wellness.task_queue.TaskQueue` for what the methods promise.

    A claim moves the time from which a task can be claimed to the end of the lease. Completing or putting back names
    the attempt too, so a worker that outlived its lease cannot take the task from its successor.

    Args:
        file: The open file.
        lease_s: Seconds that a worker has for a task before another one may claim it.
        clock: Seconds since the epoch; must be the same for all processes that share the file.
    """

    system: str = "sqlite"

    def __init__(self, file: SqliteFile, lease_s: float = LEASE_S, clock: Callable[[], float] = time.time) -> None:
        self._file = file
        self._lease_s = lease_s
        self._clock = clock

    @classmethod
    async def open(cls, path: Path, lease_s: float = LEASE_S, clock: Callable[[], float] = time.time) -> SqliteQueue:
        """Open or create the file (see `SqliteFile.open`)."""
        return cls(await SqliteFile.open(path, _SCHEMA), lease_s, clock)

    async def put(self, kind: str, payload: Mapping[str, str]) -> None:
        """Insert a row; the producer span is the task's parent."""
        with enqueue_span(self.system, kind):
            row = (kind, json.dumps(dict(payload)), json.dumps(trace_headers()), self._clock())
            await self._file.run(
                lambda db: db.execute("INSERT INTO tasks (kind, payload, headers, claimable_at) VALUES (?,?,?,?)", row)
            )

    async def claim(self) -> Task | None:
        """Take the oldest claimable row, or see without the write lock that there is none."""
        now = self._clock()
        if not await self._file.read("SELECT 1 FROM tasks WHERE claimable_at <= ? LIMIT 1", (now,)):
            return None

        def take(db: sqlite3.Connection) -> Task | None:
            row = db.execute(_OLDEST, {"now": now}).fetchone()
            if row is None:
                return None
            task_id, kind, payload, headers, attempt, waited = row
            db.execute(_CLAIM, (attempt, now + self._lease_s, task_id))
            return Task(task_id, kind, json.loads(payload), json.loads(headers), attempt, waited)

        return await self._file.run(take)

    async def complete(self, task: Task) -> None:
        """Delete the row, unless another worker has claimed it since."""
        attempt = (task.task_id, task.attempt)
        await self._file.run(lambda db: db.execute("DELETE FROM tasks WHERE task_id = ? AND attempt = ?", attempt))

    async def put_back(self, task: Task, *, after_s: float) -> None:
        """Make the row claimable later, unless another worker has claimed it since."""
        change = (self._clock() + after_s, task.task_id, task.attempt)
        await self._file.run(
            lambda db: db.execute("UPDATE tasks SET claimable_at = ? WHERE task_id = ? AND attempt = ?", change)
        )

    async def length(self) -> int:
        """Count the rows."""
        rows = await self._file.read("SELECT count(*) FROM tasks")
        return int(rows[0][0])

    async def waiting(self) -> int:
        """Count the rows that are claimable."""
        rows = await self._file.read("SELECT count(*) FROM tasks WHERE claimable_at <= ?", (self._clock(),))
        return int(rows[0][0])

    async def close(self) -> None:
        """Close the file."""
        await self._file.close()
