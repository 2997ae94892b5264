"""The worker: tasks become reports, failures are tried again and given up, a stop is heeded."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from vitals_telemetry.tasks import TaskTelemetry
from wellness import worker
from wellness.backends import Storage, open_storage
from wellness.faults import WORKER_FAULTS, Switchboard
from wellness.model import Report, ReportStatus, ReportType
from wellness.reports import request_report
from wellness.repository import Repository
from wellness.seed import MEMBERS, fill_if_empty
from wellness.task_queue import Task
from wellness.worker import MOST_ATTEMPTS, Worker, tidy

pytestmark = pytest.mark.anyio


@pytest.fixture
def registry() -> CollectorRegistry:
    """An empty registry."""
    return CollectorRegistry()


@pytest.fixture
def switchboard() -> Switchboard:
    """A switchboard with everything off."""
    return Switchboard(WORKER_FAULTS)


@pytest.fixture
async def backends(tmp_path: Path, switchboard: Switchboard, registry: CollectorRegistry) -> AsyncIterator[Storage]:
    """SQLite backends with synthetic data."""
    async with open_storage(
        database=tmp_path / "data.sqlite", queue=tmp_path / "queue.sqlite", switchboard=switchboard, registry=registry
    ) as opened:
        await fill_if_empty(opened.repository)
        yield opened


@pytest.fixture
def working(backends: Storage, switchboard: Switchboard, registry: CollectorRegistry) -> Worker:
    """A worker of these backends."""
    return Worker(backends.repository, backends.queue, TaskTelemetry(registry), switchboard)


async def claim(backends: Storage) -> Task:
    """The next task; there must be one."""
    task = await backends.queue.claim()
    assert task is not None
    return task


async def ask(backends: Storage) -> Report:
    """Ask for a report."""
    return await request_report(backends.repository, backends.queue, MEMBERS[0], ReportType.WELLNESS_SUMMARY)


async def test_a_task_becomes_a_report(backends: Storage, working: Worker, caplog: pytest.LogCaptureFixture) -> None:
    """The report is ready with findings, the task is gone, and the performance log says how long it took."""
    caplog.set_level(logging.INFO)
    wanted = await ask(backends)
    await working.do_task(await claim(backends))

    report = await backends.repository.report(wanted.report_id)
    assert report is not None
    assert report.status is ReportStatus.READY
    assert len(report.findings) > 3
    assert await backends.queue.length() == 0
    (line,) = (record for record in caplog.records if getattr(record, "operation", "") == "write_report")
    assert vars(line)["report_type"] == "wellness_summary"
    assert vars(line)["duration_ms"] > 0


async def test_a_task_done_twice_gives_the_same_report(backends: Storage, working: Worker) -> None:
    """At-least-once delivery changes nothing."""
    wanted = await ask(backends)
    task = await claim(backends)
    await working.do_task(task)
    once = await backends.repository.report(wanted.report_id)
    await working.do_task(task)

    assert await backends.repository.report(wanted.report_id) == once


async def test_a_task_whose_report_is_gone_is_done(backends: Storage, working: Worker) -> None:
    """A report that was forgotten meanwhile needs no work and blocks nothing."""
    await backends.queue.put("reports", {"report_id": "f" * 32})
    await working.do_task(await claim(backends))

    assert await backends.queue.length() == 0


async def test_a_failing_task_is_tried_again_and_given_up(
    backends: Storage, working: Worker, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
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
        await working.do_task(task)

    report = await backends.repository.report(wanted.report_id)
    assert report is not None
    assert report.status is ReportStatus.FAILED
    assert await backends.queue.length() == 0
    assert [vars(record)["given_up"] for record in caplog.records] == [False, False, True]


async def test_a_task_of_unknown_kind_leaves_after_its_attempts(
    backends: Storage, working: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It cannot block the queue for ever."""
    monkeypatch.setattr(worker, "RETRY_S", 0.0)
    await backends.queue.put("letters", {})
    for _ in range(MOST_ATTEMPTS):
        await working.do_task(await claim(backends))

    assert await backends.queue.length() == 0


async def test_the_loop_empties_the_queue_and_stops(backends: Storage, working: Worker) -> None:
    """The loop does what waits and what comes later, and ends when asked to."""
    stop = asyncio.Event()
    wanted = [await ask(backends) for _ in range(3)]
    running = asyncio.create_task(working.work(stop))
    while await backends.queue.length():
        await asyncio.sleep(0.01)
    wanted.append(await ask(backends))
    while await backends.queue.length():
        await asyncio.sleep(0.01)
    stop.set()
    await running

    reports = [await backends.repository.report(report.report_id) for report in wanted]
    assert [report.status for report in reports if report] == [ReportStatus.READY] * 4


async def test_old_reports_are_forgotten(backends: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
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
    backends: Storage, working: Worker, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
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
    running = asyncio.create_task(working.work(stop))
    while await backends.queue.length():
        await asyncio.sleep(0.01)
    stop.set()
    await running

    assert [record.message for record in caplog.records] == ["the queue does not answer"] * 2


def outcomes(registry: CollectorRegistry) -> dict[str, float]:
    """Ended attempts at reports by outcome; only those above 0."""
    (family,) = (f for f in registry.collect() if f.name == "tasks_processed")
    assert {(s.labels["queue"], s.labels["task"]) for s in family.samples} == {("reports", "reports")}
    return {s.labels["outcome"]: s.value for s in family.samples if s.value}


async def test_failing_tasks_fail_and_are_counted_as_what_they_are(
    backends: Storage,
    working: Worker,
    switchboard: Switchboard,
    registry: CollectorRegistry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With the fault on, two attempts are retried and the last one has failed; with it off, a task succeeds."""
    monkeypatch.setattr(worker, "RETRY_S", 0.0)
    switchboard.switch_on("failing-tasks", b'{"share": 1}')
    await ask(backends)
    for _ in range(MOST_ATTEMPTS):
        await working.do_task(await claim(backends))
    switchboard.switch_off("failing-tasks")
    await ask(backends)
    await working.do_task(await claim(backends))

    assert outcomes(registry) == {"retried": 2, "failed": 1, "succeeded": 1}
    labels = {"queue": "reports", "task": "reports"}
    assert registry.get_sample_value("task_wait_seconds_count", labels) == 4
    assert registry.get_sample_value("task_duration_seconds_count", labels) == 4


async def test_slow_tasks_take_longer_and_pile_up(
    backends: Storage, working: Worker, switchboard: Switchboard, registry: CollectorRegistry
) -> None:
    """With the fault on, a task takes as much longer as was said, and those behind it wait."""
    switchboard.switch_on("slow-tasks", b'{"seconds": 0.3}')
    for _ in range(3):
        await ask(backends)
    assert await backends.queue.waiting() == 3
    await working.do_task(await claim(backends))
    assert await backends.queue.waiting() == 2
    await working.do_task(await claim(backends))

    labels = {"queue": "reports", "task": "reports"}
    took = registry.get_sample_value("task_duration_seconds_sum", labels)
    waited = registry.get_sample_value("task_wait_seconds_sum", labels)
    assert took is not None
    assert took >= 2 * 0.3
    assert waited is not None
    assert waited >= 0.3
