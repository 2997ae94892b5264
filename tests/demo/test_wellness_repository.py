"""Every repository keeps the same promises: one contract, run against SQLite and the real Firestore emulator."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from vitals_telemetry.database import DatabaseTelemetry
from wellness.firestore_repository import CloudDatabase, FirestoreRepository
from wellness.model import CheckIn, Member, Report, ReportStatus, ReportType
from wellness.repository import Repository
from wellness.seed import DAYS, MEMBERS, fill_if_empty
from wellness.sqlite_repository import SqliteRepository

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("one_loop")]

ANNA = Member("anna", sleep_goal_hours=7.5, steps_goal=9000)
MONDAY = CheckIn("anna", date(2026, 1, 5), sleep_hours=7.2, steps=8100, mood=4, stress=2, resting_heart_rate=61)
REPORT = Report(
    "0" * 32, "anna", ReportType.SLEEP_QUALITY, ReportStatus.QUEUED, datetime(2026, 1, 5, 12, 30, 15, tzinfo=UTC)
)


@pytest.fixture(scope="module")
async def one_loop(anyio_backend: str) -> None:
    """One event loop for the whole module: gRPC may deliver a late event after a test, and needs its loop for it."""


def watched(system: str) -> DatabaseTelemetry:
    """Telemetry with a registry of its own."""
    return DatabaseTelemetry("wellness", system=system, registry=CollectorRegistry())


@pytest.fixture(params=["sqlite", "firestore"])
async def repository(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Repository]:
    """An empty repository of each kind, watched as the platform uses it."""
    opened: Repository
    if request.param == "sqlite":
        opened = await SqliteRepository.open(tmp_path / "data.sqlite", watched("sqlite"))
    else:
        opened = await FirestoreRepository.connect(request.getfixturevalue("empty_emulator"), watched("gcp.firestore"))
    yield opened
    await opened.close()


async def test_a_named_database_is_opened_by_its_full_name(
    empty_emulator: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The way into a database in the cloud, taken to the emulator: another database than the usual one, and its own."""
    monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", empty_emulator)
    usual = await FirestoreRepository.connect(empty_emulator, watched("gcp.firestore"))
    named = await FirestoreRepository.open(CloudDatabase("wellness-local", "named"), watched("gcp.firestore"))

    await named.fill([ANNA], [MONDAY])

    assert await named.member("anna") == ANNA
    assert await usual.is_empty()
    await named.close()
    await usual.close()


async def test_without_credentials_the_database_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No client is asked for an account that the process does not have; the error says which database wants one."""
    monkeypatch.delenv("FIRESTORE_EMULATOR_HOST", raising=False)
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "none.json"))

    with pytest.raises(ConnectionError, match=r"projects/wellness-dev/databases/\(default\).*no credentials"):
        await FirestoreRepository.open(CloudDatabase("wellness-dev", "(default)"), watched("gcp.firestore"))


async def test_what_was_filled_is_found(repository: Repository) -> None:
    """A repository is empty until it is filled; then members and their days are there."""
    assert await repository.is_empty()

    await repository.fill([ANNA], [MONDAY])

    assert not await repository.is_empty()
    assert await repository.member("anna") == ANNA
    assert await repository.check_ins("anna", days=7) == [MONDAY]


async def test_unknown_ids_find_nothing(repository: Repository) -> None:
    """An unknown id gives None or an empty list, not an error."""
    assert await repository.member("unknown") is None
    assert await repository.check_ins("unknown", days=7) == []
    assert await repository.report("f" * 32) is None


async def test_check_ins_are_the_latest_ones_oldest_first(repository: Repository) -> None:
    """A limit keeps the newest days of this member only, in the order in which they happened."""
    days = [replace(MONDAY, day=MONDAY.day + timedelta(days=n), steps=1000 + n) for n in (3, 0, 2, 1)]
    other = replace(MONDAY, user_id="ben", day=MONDAY.day + timedelta(days=9))
    for check_in in (*days, other):
        await repository.record(check_in)

    found = await repository.check_ins("anna", days=3)

    assert [check_in.steps for check_in in found] == [1001, 1002, 1003]


async def test_a_second_check_in_of_a_day_replaces_the_first(repository: Repository) -> None:
    """Recording a day again corrects it."""
    await repository.record(MONDAY)
    await repository.record(replace(MONDAY, mood=1))

    assert await repository.check_ins("anna", days=7) == [replace(MONDAY, mood=1)]


async def test_a_report_is_read_as_it_was_last_saved(repository: Repository) -> None:
    """Type, status, time and findings survive the way through the database."""
    await repository.save_report(REPORT)
    assert await repository.report(REPORT.report_id) == REPORT

    written = replace(REPORT, status=ReportStatus.READY, findings=("one", "二 naïve"))
    await repository.save_report(written)

    assert await repository.report(REPORT.report_id) == written


async def test_only_reports_before_the_time_are_forgotten(repository: Repository) -> None:
    """Forgetting deletes older reports and keeps one asked for at that very time."""
    older = replace(REPORT, report_id="1" * 32, requested_at=REPORT.requested_at - timedelta(seconds=1))
    await repository.save_report(older)
    await repository.save_report(REPORT)

    assert await repository.forget_reports(before=REPORT.requested_at) == 1

    assert await repository.report(older.report_id) is None
    assert await repository.report(REPORT.report_id) == REPORT


async def test_synthetic_data_is_written_once(repository: Repository) -> None:
    """Only an empty repository is filled, with every member's six weeks."""
    assert await fill_if_empty(repository)
    assert not await fill_if_empty(repository)

    for member in MEMBERS:
        assert await repository.member(member.user_id) == member
        assert len(await repository.check_ins(member.user_id, days=2 * DAYS)) == DAYS


async def test_replicas_that_start_together_fill_one_database(empty_emulator: str) -> None:
    """They wait for each other's locks on the same documents; whichever is aborted writes again, and no one fails."""
    replicas = [await FirestoreRepository.connect(empty_emulator, watched("gcp.firestore")) for _ in range(4)]

    filled = await asyncio.gather(*(fill_if_empty(replica) for replica in replicas))

    assert any(filled)
    for member in MEMBERS:
        assert len(await replicas[0].check_ins(member.user_id, days=2 * DAYS)) == DAYS
    for replica in replicas:
        await replica.close()


async def test_a_firestore_that_does_not_answer_is_a_connection_error(
    monkeypatch: pytest.MonkeyPatch, unused_port: int
) -> None:
    """A wrong address ends in an error that names it, not in a request that hangs."""
    monkeypatch.setattr("wellness.firestore_repository._FIRST_ANSWER_S", 0.5)
    monkeypatch.delenv("FIRESTORE_EMULATOR_HOST", raising=False)

    with pytest.raises(ConnectionError, match=f"Firestore at 127.0.0.1:{unused_port} does not answer"):
        await FirestoreRepository.connect(f"127.0.0.1:{unused_port}", watched("gcp.firestore"))
