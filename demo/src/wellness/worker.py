"""The worker process: ``python -m wellness.worker``.

Takes tasks from the queue one at a time and does them in the trace of the request that asked for them. A task that
fails is tried again, a little later each time, and given up after three attempts. A stop waits for the task in hand.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
from collections.abc import Sequence
from contextlib import AsyncExitStack, closing, suppress
from datetime import UTC, datetime, timedelta

from vitals_telemetry import serve_metrics

from .backends import open_backends
from .options import parser_for
from .program import run_program
from .reports import TASK_KIND, give_up_report, write_report
from .repository import Repository
from .serving import announce_ready, stop_requested
from .spans import task_span
from .task_queue import Task, TaskQueue

SERVICE = "wellness-worker"
IDLE_S = 0.2
MOST_ATTEMPTS = 3
RETRY_S = 1.0
REPORTS_KEPT = timedelta(minutes=15)
TIDY_EVERY_S = 60.0

HANDLERS = {TASK_KIND: write_report}
"""What does each kind of task; a kind that is not here fails like any other task."""

_LOG = logging.getLogger(__name__)


async def do_task(repository: Repository, queue: TaskQueue, task: Task) -> None:
    """Do one task and settle it with the queue; a failure of the task itself is logged, not raised."""
    try:
        with task_span(queue.system, task.kind, task.headers):
            await HANDLERS[task.kind](repository, task)
    except Exception:
        last = task.attempt >= MOST_ATTEMPTS
        _LOG.exception("task failed", extra={"task_kind": task.kind, "attempt": task.attempt, "given_up": last})
        if not last:
            await queue.put_back(task, after_s=RETRY_S * task.attempt)
            return
        if task.kind == TASK_KIND:
            with suppress(Exception):
                await give_up_report(repository, task)
    await queue.complete(task)


async def work(repository: Repository, queue: TaskQueue, stop: asyncio.Event) -> None:
    """Do tasks until asked to stop; a queue that does not answer is asked again after a second."""
    while not stop.is_set():
        try:
            task = await queue.claim()
            if task is not None:
                await do_task(repository, queue, task)
        except Exception:
            _LOG.exception("the queue does not answer")
            await _pause(stop, RETRY_S)
        else:
            if task is None:
                await _pause(stop, IDLE_S)


async def tidy(repository: Repository, stop: asyncio.Event) -> None:
    """Forget reports that nobody will come back for, so that an endurance run does not fill the database."""
    while not stop.is_set():
        await _pause(stop, TIDY_EVERY_S)
        try:
            await repository.forget_reports(before=datetime.now(UTC) - REPORTS_KEPT)
        except Exception:
            _LOG.exception("old reports stay for now")


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)


def options(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Read and check the command line; exits with code 2 if a value cannot work."""
    return parser_for("python -m wellness.worker", "Do the wellness platform's background tasks.").parse_args(arguments)


async def serve(chosen: argparse.Namespace) -> None:
    """Work until SIGTERM or SIGINT.

    Raises:
        vitals_telemetry.TelemetryError: The metrics port is taken.
        BackendError: A backend does not open.
    """
    stop = stop_requested()
    async with AsyncExitStack() as parts:
        metrics = parts.enter_context(closing(serve_metrics(chosen.metrics_port)))
        backends = await parts.enter_async_context(open_backends(database=chosen.database, queue=chosen.worker_queue))
        announce_ready(SERVICE, metrics_port=metrics.port)
        async with asyncio.TaskGroup() as group:
            group.create_task(work(backends.repository, backends.queue, stop))
            group.create_task(tidy(backends.repository, stop))


def main() -> None:
    """Entry point of ``python -m wellness.worker``."""
    chosen = options()
    run_program(SERVICE, chosen, lambda: asyncio.run(serve(chosen)))


if __name__ == "__main__":
    main()
