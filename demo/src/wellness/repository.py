"""Where members, check-ins and reports live, as one interface with one span per call.

Everything else in the platform sees only ``Repository``; which database stands behind it is decided once, on the
command line. ``TracedRepository`` puts a client span around each call so that no database has to do that itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from .model import CheckIn, Member, Report
from .spans import database_span


class Repository(Protocol):
    """What the platform asks of its database. All methods may raise the driver's own errors when it is down."""

    system: str
    """The database's name in spans (OpenTelemetry's ``db.system.name``)."""

    async def is_empty(self) -> bool:
        """Whether there are no members yet."""

    async def fill(self, members: Sequence[Member], check_ins: Sequence[CheckIn]) -> None:
        """Write many rows at once; members last, so a fill that was cut short still counts as empty."""

    async def member(self, user_id: str) -> Member | None:
        """The member with this id."""

    async def record(self, check_in: CheckIn) -> None:
        """Store a day, replacing what the member recorded for it before."""

    async def check_ins(self, user_id: str, *, days: int) -> list[CheckIn]:
        """The member's latest check-ins, at most ``days`` of them, oldest first."""

    async def save_report(self, report: Report) -> None:
        """Store a report, replacing an earlier state of it."""

    async def report(self, report_id: str) -> Report | None:
        """The report with this id."""

    async def forget_reports(self, *, before: datetime) -> int:
        """Delete reports that were asked for before this time; returns how many."""

    async def close(self) -> None:
        """Give back connections; the repository cannot be used afterwards."""


class TracedRepository:
    """A repository that opens one client span per call and leaves the work to another one.

    Attributes:
        system: The name of the database behind it.
    """

    def __init__(self, inner: Repository) -> None:
        self._inner = inner
        self.system = inner.system

    async def is_empty(self) -> bool:
        """See `Repository.is_empty`."""
        with database_span(self.system, "is_empty", "members"):
            return await self._inner.is_empty()

    async def fill(self, members: Sequence[Member], check_ins: Sequence[CheckIn]) -> None:
        """See `Repository.fill`."""
        with database_span(self.system, "fill", "members"):
            await self._inner.fill(members, check_ins)

    async def member(self, user_id: str) -> Member | None:
        """See `Repository.member`."""
        with database_span(self.system, "member", "members"):
            return await self._inner.member(user_id)

    async def record(self, check_in: CheckIn) -> None:
        """See `Repository.record`."""
        with database_span(self.system, "record", "check_ins"):
            await self._inner.record(check_in)

    async def check_ins(self, user_id: str, *, days: int) -> list[CheckIn]:
        """See `Repository.check_ins`."""
        with database_span(self.system, "check_ins", "check_ins"):
            return await self._inner.check_ins(user_id, days=days)

    async def save_report(self, report: Report) -> None:
        """See `Repository.save_report`."""
        with database_span(self.system, "save_report", "reports"):
            await self._inner.save_report(report)

    async def report(self, report_id: str) -> Report | None:
        """See `Repository.report`."""
        with database_span(self.system, "report", "reports"):
            return await self._inner.report(report_id)

    async def forget_reports(self, *, before: datetime) -> int:
        """See `Repository.forget_reports`."""
        with database_span(self.system, "forget_reports", "reports"):
            return await self._inner.forget_reports(before=before)

    async def close(self) -> None:
        """See `Repository.close`."""
        await self._inner.close()
