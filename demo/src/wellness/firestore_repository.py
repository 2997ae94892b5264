"""The repository in Firestore, through Google's own asynchronous client.

Members are documents of ``members``; a member's days are the subcollection ``check_ins`` keyed by date, so the newest
ones come by Firestore's automatic single-field index and no composite index has to be deployed. Reports are documents
of ``reports``. On one machine the client talks to the emulator, which speaks the same protocol.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from google.api_core.exceptions import Aborted, GoogleAPICallError, RetryError
from google.api_core.retry import AsyncRetry, if_exception_type
from google.auth.exceptions import DefaultCredentialsError
from google.cloud.firestore import (
    AsyncClient,
    AsyncCollectionReference,
    AsyncDocumentReference,
    DocumentSnapshot,
    FieldFilter,
    Query,
)

from vitals_telemetry.database import DatabaseTelemetry
from vitals_telemetry.firestore import SYSTEM, watch_firestore

from .model import CheckIn, Member, Report, ReportStatus, ReportType

PROJECT = "wellness-local"
_WRITES_PER_BATCH = 400
_FIRST_ANSWER_S = 15.0
# Replicas that start together write the same documents, and one that waits for the other's lock may be aborted: so the
# database asks for another attempt. The same content is written again, so nothing is there twice.
_AFTER_AN_ABORT = AsyncRetry(predicate=if_exception_type(Aborted), initial=0.2, maximum=2.0, timeout=60.0)


class CloudDatabase(NamedTuple):
    """A Firestore database in a Google project."""

    project: str
    name: str

    def __str__(self) -> str:
        """Its full name."""
        return f"projects/{self.project}/databases/{self.name}"


class FirestoreRepository:
    """See `wellness.repository.Repository` for what the methods promise."""

    system: str = SYSTEM

    def __init__(self, client: AsyncClient, close: Callable[[], Awaitable[None]]) -> None:
        self._client = client
        self._close = close
        self._members = client.collection("members")
        self._reports = client.collection("reports")

    @classmethod
    async def connect(cls, emulator: str, telemetry: DatabaseTelemetry) -> FirestoreRepository:
        """Connect to an emulator and wait for its first answer.

        Sets ``FIRESTORE_EMULATOR_HOST``, the only way in which the client learns of an emulator.

        Args:
            emulator: ``HOST:PORT`` of the emulator.
            telemetry: Where operations and the connection are reported.

        Raises:
            ConnectionError: It does not answer within 15 s.
        """
        os.environ["FIRESTORE_EMULATOR_HOST"] = emulator
        return await cls._answering(AsyncClient(project=PROJECT), telemetry, f"Firestore at {emulator}")

    @classmethod
    async def open(cls, database: CloudDatabase, telemetry: DatabaseTelemetry) -> FirestoreRepository:
        """Open a database in the cloud, as the account of Google's default credentials, and wait for its first answer.

        Args:
            database: Which one.
            telemetry: Where operations and the connection are reported.

        Raises:
            ConnectionError: It does not answer within 15 s, or not to this account; or there are no credentials.
        """
        try:
            client = AsyncClient(project=database.project, database=database.name)
        except DefaultCredentialsError as error:
            raise ConnectionError(f"{database} does not know who asks, there are no credentials: {error}") from error
        return await cls._answering(client, telemetry, str(database))

    @classmethod
    async def _answering(cls, client: AsyncClient, telemetry: DatabaseTelemetry, what: str) -> FirestoreRepository:
        repository = cls(client, watch_firestore(client, telemetry))
        try:
            async with asyncio.timeout(_FIRST_ANSWER_S):
                await repository.is_empty()
        except (TimeoutError, GoogleAPICallError, RetryError) as error:
            await repository.close()
            raise ConnectionError(f"{what} does not answer: {error!r}") from error
        return repository

    async def is_empty(self) -> bool:
        """Whether ``members`` holds no document."""
        return not [member async for member in self._members.limit(1).stream()]

    async def fill(self, members: Sequence[Member], check_ins: Sequence[CheckIn]) -> None:
        """Write in batches, check-ins first and members last."""
        writes: list[tuple[AsyncDocumentReference, dict[str, Any]]] = [
            (self._day(c.user_id, c.day), _check_in_fields(c)) for c in check_ins
        ]
        writes += [
            (
                self._members.document(m.user_id),
                {"sleep_goal_hours": m.sleep_goal_hours, "steps_goal": m.steps_goal},
            )
            for m in members
        ]
        for start in range(0, len(writes), _WRITES_PER_BATCH):
            batch = self._client.batch()
            for document, fields in writes[start : start + _WRITES_PER_BATCH]:
                batch.set(document, fields)
            await batch.commit(retry=_AFTER_AN_ABORT)

    async def member(self, user_id: str) -> Member | None:
        """Read one document."""
        fields = (await self._members.document(user_id).get()).to_dict()
        if fields is None:
            return None
        return Member(user_id, fields["sleep_goal_hours"], fields["steps_goal"])

    async def record(self, check_in: CheckIn) -> None:
        """Write one document, keyed by the day."""
        await self._day(check_in.user_id, check_in.day).set(_check_in_fields(check_in))

    async def check_ins(self, user_id: str, *, days: int) -> list[CheckIn]:
        """Query the newest days and turn them round."""
        newest = self._check_ins(user_id).order_by("day", direction=Query.DESCENDING).limit(days)
        found = [_check_in(user_id, snapshot) async for snapshot in newest.stream()]
        return found[::-1]

    async def save_report(self, report: Report) -> None:
        """Write one document."""
        await self._reports.document(report.report_id).set(
            {
                "user_id": report.user_id,
                "report_type": report.report_type.value,
                "status": report.status.value,
                "requested_at": report.requested_at,
                "findings": list(report.findings),
            }
        )

    async def report(self, report_id: str) -> Report | None:
        """Read one document."""
        fields = (await self._reports.document(report_id).get()).to_dict()
        if fields is None:
            return None
        return Report(
            report_id=report_id,
            user_id=fields["user_id"],
            report_type=ReportType(fields["report_type"]),
            status=ReportStatus(fields["status"]),
            requested_at=fields["requested_at"],
            findings=tuple(fields["findings"]),
        )

    async def forget_reports(self, *, before: datetime) -> int:
        """Query old reports and delete them, one batch at a time."""
        old = self._reports.where(filter=FieldFilter("requested_at", "<", before)).limit(_WRITES_PER_BATCH)
        deleted = 0
        while found := [snapshot.reference async for snapshot in old.select([]).stream()]:
            batch = self._client.batch()
            for document in found:
                batch.delete(document)
            await batch.commit()
            deleted += len(found)
        return deleted

    async def close(self) -> None:
        """Close the gRPC channel; the client's own ``close`` leaves it open."""
        await self._close()

    def _day(self, user_id: str, day: date) -> AsyncDocumentReference:
        document: AsyncDocumentReference = self._check_ins(user_id).document(day.isoformat())
        return document

    def _check_ins(self, user_id: str) -> AsyncCollectionReference:
        days: AsyncCollectionReference = self._members.document(user_id).collection("check_ins")
        return days


def _check_in_fields(check_in: CheckIn) -> dict[str, Any]:
    return {
        "day": check_in.day.isoformat(),
        "sleep_hours": check_in.sleep_hours,
        "steps": check_in.steps,
        "mood": check_in.mood,
        "stress": check_in.stress,
        "resting_heart_rate": check_in.resting_heart_rate,
    }


def _check_in(user_id: str, day: DocumentSnapshot[Any]) -> CheckIn:
    return CheckIn(
        user_id=user_id,
        day=date.fromisoformat(day.get("day")),
        sleep_hours=day.get("sleep_hours"),
        steps=day.get("steps"),
        mood=day.get("mood"),
        stress=day.get("stress"),
        resting_heart_rate=day.get("resting_heart_rate"),
    )
