"""The repository in a SQLite file: for machines without the Firestore emulator. Same promises, no other program."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path

from vitals_telemetry.database import DatabaseTelemetry
from vitals_telemetry.metrics.database import NO_QUERY

from .model import CheckIn, Member, Report, ReportStatus, ReportType
from .sqlite_file import SqliteFile

_SCHEMA = """
CREATE TABLE IF NOT EXISTS members (
    user_id TEXT PRIMARY KEY, sleep_goal_hours REAL NOT NULL, steps_goal INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS check_ins (
    user_id TEXT NOT NULL, day TEXT NOT NULL, sleep_hours REAL NOT NULL, steps INTEGER NOT NULL,
    mood INTEGER NOT NULL, stress INTEGER NOT NULL, resting_heart_rate INTEGER NOT NULL,
    PRIMARY KEY (user_id, day)
);
CREATE TABLE IF NOT EXISTS reports (
    report_id TEXT PRIMARY KEY, user_id TEXT NOT NULL, report_type TEXT NOT NULL, status TEXT NOT NULL,
    requested_at REAL NOT NULL, findings TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS reports_by_age ON reports (requested_at);
"""


class SqliteRepository:
    """See `wellness.repository.Repository` for what the methods promise."""

    system: str = "sqlite"

    def __init__(self, file: SqliteFile, telemetry: DatabaseTelemetry, delay: Callable[[], float]) -> None:
        self._file = file
        self._telemetry = telemetry
        self._delay = delay
        self._connection = telemetry.connected()

    @classmethod
    async def open(
        cls, path: Path, telemetry: DatabaseTelemetry, delay: Callable[[], float] = lambda: 0.0
    ) -> SqliteRepository:
        """Open or create the file (see `SqliteFile.open`).

        Args:
            path: The file.
            telemetry: Where operations and the connection are reported.
            delay: Seconds that each operation takes longer; asked for each.
        """
        return cls(await SqliteFile.open(path, _SCHEMA), telemetry, delay)

    @asynccontextmanager
    async def _operation(self, table: str, operation: str, query: str = NO_QUERY) -> AsyncIterator[None]:
        with self._telemetry.operation(table, operation, query):
            await asyncio.sleep(self._delay())
            yield

    async def is_empty(self) -> bool:
        """Whether there is no row in ``members``."""
        async with self._operation("members", "query", "all"):
            return not await self._file.read("SELECT 1 FROM members LIMIT 1")

    async def fill(self, members: Sequence[Member], check_ins: Sequence[CheckIn]) -> None:
        """Write everything in one transaction."""
        async with self._operation("several", "commit"):
            await self._file.run(
                lambda db: (
                    db.executemany("INSERT OR REPLACE INTO check_ins VALUES (?,?,?,?,?,?,?)", map(_row, check_ins)),
                    db.executemany(
                        "INSERT OR REPLACE INTO members VALUES (?,?,?)",
                        [(m.user_id, m.sleep_goal_hours, m.steps_goal) for m in members],
                    ),
                )
            )

    async def member(self, user_id: str) -> Member | None:
        """Read one row."""
        async with self._operation("members", "get"):
            rows = await self._file.read("SELECT * FROM members WHERE user_id = ?", (user_id,))
        return Member(*rows[0]) if rows else None

    async def record(self, check_in: CheckIn) -> None:
        """Write one row, keyed by member and day."""
        async with self._operation("check_ins", "set"):
            await self._file.run(
                lambda db: db.execute("INSERT OR REPLACE INTO check_ins VALUES (?,?,?,?,?,?,?)", _row(check_in))
            )

    async def check_ins(self, user_id: str, *, days: int) -> list[CheckIn]:
        """Query the newest days and turn them round."""
        async with self._operation("check_ins", "query", "user_id = | day desc"):
            rows = await self._file.read(
                "SELECT * FROM check_ins WHERE user_id = ? ORDER BY day DESC LIMIT ?", (user_id, days)
            )
        return [CheckIn(user, date.fromisoformat(day), *readings) for user, day, *readings in reversed(rows)]

    async def save_report(self, report: Report) -> None:
        """Write one row."""
        row = (
            report.report_id,
            report.user_id,
            report.report_type.value,
            report.status.value,
            report.requested_at.timestamp(),
            json.dumps(report.findings),
        )
        async with self._operation("reports", "set"):
            await self._file.run(lambda db: db.execute("INSERT OR REPLACE INTO reports VALUES (?,?,?,?,?,?)", row))

    async def report(self, report_id: str) -> Report | None:
        """Read one row."""
        async with self._operation("reports", "get"):
            rows = await self._file.read("SELECT * FROM reports WHERE report_id = ?", (report_id,))
        if not rows:
            return None
        _, user_id, report_type, status, requested_at, findings = rows[0]
        return Report(
            report_id=report_id,
            user_id=user_id,
            report_type=ReportType(report_type),
            status=ReportStatus(status),
            requested_at=datetime.fromtimestamp(requested_at, UTC),
            findings=tuple(json.loads(findings)),
        )

    async def forget_reports(self, *, before: datetime) -> int:
        """Delete the rows."""
        old = (before.timestamp(),)
        async with self._operation("reports", "delete", "requested_at <"):
            return await self._file.run(
                lambda db: db.execute("DELETE FROM reports WHERE requested_at < ?", old).rowcount
            )

    async def close(self) -> None:
        """Close the file."""
        self._connection.close()
        await self._file.close()


def _row(check_in: CheckIn) -> tuple[object, ...]:
    return (
        check_in.user_id,
        check_in.day.isoformat(),
        check_in.sleep_hours,
        check_in.steps,
        check_in.mood,
        check_in.stress,
        check_in.resting_heart_rate,
    )
