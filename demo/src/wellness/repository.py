"""Where members, check-ins and reports live, as one interface.

Everything else in the platform sees only ``Repository``; which database stands behind it is decided once, on the
command line. Each database reports every operation to its telemetry, which also makes the spans.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from .model import CheckIn, Member, Report


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
