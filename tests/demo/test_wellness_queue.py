"""The task queue: order, leases, retries, several processes, and the trace that goes with a task."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags, get_current_span, use_span

from wellness.spans import task_span
from wellness.sqlite_queue import SqliteQueue

pytestmark = pytest.mark.anyio


class QueueClock:
    """A clock that only the test moves."""

    now = 1000.0

    def __call__(self) -> float:
        """Seconds since the epoch."""
        return self.now


@pytest.fixture
def clock() -> QueueClock:
    """The queue's clock."""
    return QueueClock()


@pytest.fixture
async def queue(tmp_path: Path, clock: QueueClock) -> AsyncIterator[SqliteQueue]:
    """An empty queue whose leases last 30 s."""
    opened = await SqliteQueue.open(tmp_path / "queue.sqlite", lease_s=30, clock=clock)
    yield opened
    await opened.close()


async def test_tasks_come_in_order_and_once(queue: SqliteQueue) -> None:
    """The oldest task comes first, with its payload, and no other worker gets it while it is worked on."""
    await queue.put("reports", {"report_id": "first"})
    await queue.put("reports", {"report_id": "second"})

    first, second, third = await queue.claim(), await queue.claim(), await queue.claim()

    assert first is not None
    assert second is not None
    assert third is None
    assert (first.kind, first.payload, first.attempt) == ("reports", {"report_id": "first"}, 1)
    assert second.payload == {"report_id": "second"}


async def test_length_counts_waiting_and_claimed_tasks(queue: SqliteQueue) -> None:
    """A task counts until it is completed."""
    await queue.put("reports", {})
    await queue.put("reports", {})
    task = await queue.claim()
    assert task is not None
    assert await queue.length() == 2

    await queue.complete(task)

    assert await queue.length() == 1


async def test_a_lost_worker_loses_its_task(queue: SqliteQueue, clock: QueueClock) -> None:
    """After the lease the task goes to the next worker, and the late one can no longer settle it."""
    await queue.put("reports", {})
    lost = await queue.claim()
    clock.now += 29.9
    assert await queue.claim() is None
    clock.now += 0.1
    successor = await queue.claim()

    assert lost is not None
    assert successor is not None
    assert (successor.task_id, successor.attempt) == (lost.task_id, 2)
    await queue.complete(lost)
    await queue.put_back(lost, after_s=0)
    assert await queue.claim() is None
    await queue.complete(successor)
    assert await queue.length() == 0


async def test_a_task_that_was_put_back_waits(queue: SqliteQueue, clock: QueueClock) -> None:
    """It comes again after the time that was said, as the next attempt."""
    await queue.put("reports", {})
    task = await queue.claim()
    assert task is not None
    await queue.put_back(task, after_s=5)
    assert await queue.claim() is None

    clock.now += 5
    again = await queue.claim()

    assert again is not None
    assert again.attempt == 2


async def test_two_connections_never_claim_the_same_task(queue: SqliteQueue, clock: QueueClock, tmp_path: Path) -> None:
    """Two workers on one file share the tasks between them without a double."""
    for n in range(40):
        await queue.put("reports", {"n": str(n)})
    other = await SqliteQueue.open(tmp_path / "queue.sqlite", lease_s=30, clock=clock)

    async def drain(worker: SqliteQueue) -> list[str]:
        claimed = []
        while task := await worker.claim():
            claimed.append(task.payload["n"])
        return claimed

    shares = await asyncio.gather(drain(queue), drain(other))
    await other.close()

    assert sorted(shares[0] + shares[1], key=int) == [str(n) for n in range(40)]


async def test_many_openings_at_once_succeed(tmp_path: Path) -> None:
    """Replicas that start together may all create the file."""
    opened = await asyncio.gather(*(SqliteQueue.open(tmp_path / "new.sqlite") for _ in range(8)))
    await asyncio.gather(*(queue.put("reports", {}) for queue in opened))

    assert await opened[0].length() == 8
    for queue in opened:
        await queue.close()


async def test_a_task_carries_the_trace_of_its_request(queue: SqliteQueue) -> None:
    """The worker's span is in the trace that was current when the task was put, by W3C traceparent."""
    request = SpanContext(
        trace_id=0x4BF92F3577B34DA6A3CE929D0E0E4736,
        span_id=0x00F067AA0BA902B7,
        is_remote=False,
        trace_flags=TraceFlags(TraceFlags.SAMPLED),
    )
    with use_span(NonRecordingSpan(request)):
        await queue.put("reports", {})
    await queue.put("reports", {})
    traced, untraced = await queue.claim(), await queue.claim()

    assert traced is not None
    assert untraced is not None
    assert traced.headers == {"traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}
    assert untraced.headers == {}
    with task_span(queue.system, traced.kind, traced.headers):
        assert get_current_span().get_span_context().trace_id == request.trace_id
