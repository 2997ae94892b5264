"""Sizes and lengths that a scrape asks for: whatever one source does, the others and the scrape are there."""

from __future__ import annotations

import asyncio
import logging
import threading
import time

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from vitals_telemetry import measured
from vitals_telemetry.measured import ANSWER_TIME, OnLoop
from vitals_telemetry.tasks import TaskTelemetry


@pytest.fixture
def tasks(registry: CollectorRegistry) -> TaskTelemetry:
    """Telemetry of tasks."""
    return TaskTelemetry(registry)


def lengths(registry: CollectorRegistry) -> dict[str, float]:
    """The lengths that a scrape shows, by queue."""
    lines = [line for line in generate_latest(registry).decode().splitlines() if line.startswith("task_queue_length{")]
    return {line.split('"')[1]: float(line.split()[-1]) for line in lines}


def test_a_source_that_hangs_is_left_out_and_asked_once(
    tasks: TaskTelemetry,
    registry: CollectorRegistry,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Other queues are measured meanwhile; it is not asked again until it has answered, and said in the log once."""
    monkeypatch.setattr(measured, "ANSWER_TIME", 0.05)
    goes_on = threading.Event()
    asked: list[int] = []

    def hang() -> float:
        asked.append(1)
        goes_on.wait(30)
        return 5

    tasks.measure_length("hangs", hang)
    tasks.measure_length("quick", lambda: 7)
    tasks.measure_length("none", lambda: None)
    with caplog.at_level(logging.ERROR):
        assert [lengths(registry) for _ in range(3)] == [{"quick": 7}] * 3
    assert len(asked) == 1
    assert [record.getMessage() for record in caplog.records if "hangs" in record.getMessage()]
    assert len(caplog.records) == 1
    goes_on.set()
    deadline = time.monotonic() + 10
    while lengths(registry) != {"hangs": 5, "quick": 7}:
        assert time.monotonic() < deadline, "the length did not come again within 10 s"


def test_two_scrapes_at_once_both_have_the_value(tasks: TaskTelemetry, registry: CollectorRegistry) -> None:
    """Two replicas of Prometheus share a question that is being asked."""
    both = threading.Barrier(2, timeout=10)

    def slow() -> float:
        time.sleep(0.1)
        return 5

    tasks.measure_length("slow", slow)
    found: list[dict[str, float]] = []

    def scrape() -> None:
        both.wait()
        found.append(lengths(registry))

    threads = [threading.Thread(target=scrape) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [{"slow": 5}] * 2


def test_a_loop_that_scrapes_itself_does_not_wait_for_itself(tasks: TaskTelemetry, registry: CollectorRegistry) -> None:
    """A service that answers its own scrape on the source's loop leaves the length out, at once; others have it."""

    async def length() -> float:
        return 5

    async def serve() -> tuple[dict[str, float], float, dict[str, float]]:
        tasks.measure_length("mine", OnLoop(length))
        began = time.monotonic()
        here = lengths(registry)
        return here, time.monotonic() - began, await asyncio.to_thread(lengths, registry)

    here, seconds, elsewhere = asyncio.run(serve())
    assert (here, elsewhere) == ({}, {"mine": 5})
    assert seconds < ANSWER_TIME
    assert lengths(registry) == {}
