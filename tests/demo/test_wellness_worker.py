"""The worker: tasks become reports, failures are tried again and given up, a stop is heeded."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from wellness import worker
from wellness.backends import Backends, open_backends
from wellness.model import Report, ReportStatus, ReportType
from wellness.reports import request_report
from wellness.repository import Repository
from wellness.seed import MEMBERS, fill_if_empty
from wellness.task_queue import Task
from wellness.worker import MOST_ATTEMPTS, do_task, tidy, work

pytestmark = pytest.mark.anyio


@pytest.fixture
async def backends(tmp_path: Path) -> AsyncIterator[Backends]:
    """SQLite backends with synthetic data."""
    async with open_backends(database=tmp_path / "data.sqlite", queue=tmp_path / "queue.sqlite") as opened:
        await fill_if_empty(opened.repository)
        yield opened


async def claim(backends: Backends) -> Task:
    """The next task; there must be one."""
    task = await backends.queue.claim()
    assert task is not None
    return task


async def ask(backends: Backends) -> Report:
    """Ask for a report."""
    return await request_report(backends.repository, backends.queue, MEMBERS[0], ReportType.WELLNESS_SUMMARY)


async def test_a_task_becomes_a_report(backends: Backends, caplog: pytest.LogCaptureFixture) -> None:
    """The report is ready with findings, the task is gone, and the performance log says how long it took."""
    caplog.set_level(logging.INFO)
    wanted = await ask(backends)
    await do_task(backends.repository, backends.queue, await claim(backends))

    report = await backends.repository.report(wanted.report_id)
    assert report is not None
    assert report.status is ReportStatus.READY
    assert len(report.findings) > 3
    assert await backends.queue.length() == 0
    (line,) = (record for record in caplog.records if getattr(record, "operation", "") == "write_report")
    assert vars(line)["report_type"] == "wellness_summary"
    assert vars(line)["duration_ms"] > 0


async def test_a_task_done_twice_gives_the_same_report(backends: Backends) -> None:
    """At-least-once delivery changes nothing."""
    wanted = await ask(backends)
    task = await claim(backends)
    await do_task(backends.repository, backends.queue, task)
    once = await backends.repository.report(wanted.report_id)
    await do_task(backends.repository, backends.queue, task)

    assert await backends.repository.report(wanted.report_id) == once


async def test_a_task_whose_report_is_gone_is_done(backends: Backends) -> None:
    """A report that was forgotten meanwhile needs no work and blocks nothing."""
    await backends.queue.put("reports", {"report_id": "f" * 32})
    await do_task(backends.repository, backends.queue, await claim(backends))

    assert await backends.queue.length() == 0


async def test_a_failing_task_is_tried_again_and_given_up(
    backends: Backends, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It stays in the queue for three attempts; then it leaves, and its report says that it failed."""

    async def fail(repository: Repository, task: Task) -> None:
        raise RuntimeError(f"no report {task.payload} in {repository.system}")

    monkeypatch.setitem(worker.HANDLERS, "reports", fail)
    monkeypatch.setattr(worker, "RETRY_S", 0.0)
    wanted = await ask(backends)
    for attempt in range(1, MOST_ATTEMPTS + 1):
        assert await backends.queue.length() == 1
        task = await claim(backends)
        assert task.attempt == attempt
        await do_task(backends.repository, backends.queue, task)

    report = await backends.repository.report(wanted.report_id)
    assert report is not None
    assert report.status is ReportStatus.FAILED
    assert await backends.queue.length() == 0
    assert [vars(record)["given_up"] for record in caplog.records] == [False, False, True]


async def test_a_task_of_unknown_kind_leaves_after_its_attempts(
    backends: Backends, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It cannot block the queue for ever."""
    monkeypatch.setattr(worker, "RETRY_S", 0.0)
    await backends.queue.put("letters", {})
    for _ in range(MOST_ATTEMPTS):
        await do_task(backends.repository, backends.queue, await claim(backends))

    assert await backends.queue.length() == 0


async def test_the_loop_empties_the_queue_and_stops(backends: Backends) -> None:
    """The loop does what waits and what comes later, and ends when asked to."""
    stop = asyncio.Event()
    wanted = [await ask(backends) for _ in range(3)]
    running = asyncio.create_task(work(backends.repository, backends.queue, stop))
    while await backends.queue.length():
        await asyncio.sleep(0.01)
    wanted.append(await ask(backends))
    while await backends.queue.length():
        await asyncio.sleep(0.01)
    stop.set()
    await running

    reports = [await backends.repository.report(report.report_id) for report in wanted]
    assert [report.status for report in reports if report] == [ReportStatus.READY] * 4


async def test_old_reports_are_forgotten(backends: Backends, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tidying deletes reports past their time, and young ones stay."""
    monkeypatch.setattr(worker, "TIDY_EVERY_S", 0.01)
    young = await ask(backends)
    stop = asyncio.Event()
    running = asyncio.create_task(tidy(backends.repository, stop))
    await asyncio.sleep(0.1)
    assert await backends.repository.report(young.report_id) == young

    monkeypatch.setattr(worker, "REPORTS_KEPT", timedelta(seconds=-2))
    while await backends.repository.report(young.report_id):
        await asyncio.sleep(0.01)
    stop.set()
    await running


async def test_a_queue_that_does_not_answer_is_asked_again(
    backends: Backends, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """An error of the queue itself is logged and the worker lives on."""
    monkeypatch.setattr(worker, "RETRY_S", 0.01)
    claim_for_real, broken = backends.queue.claim, 2

    async def claim_with_trouble() -> Task | None:
        nonlocal broken
        if broken:
            broken -= 1
            raise OSError("disk full")
        return await claim_for_real()

    monkeypatch.setattr(backends.queue, "claim", claim_with_trouble)
    stop = asyncio.Event()
    await ask(backends)
    running = asyncio.create_task(work(backends.repository, backends.queue, stop))
    while await backends.queue.length():
        await asyncio.sleep(0.01)
    stop.set()
    await running

    assert [record.message for record in caplog.records] == ["the queue does not answer"] * 2
