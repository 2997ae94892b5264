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

from prometheus_client import REGISTRY

from vitals_telemetry import expose_build, serve_metrics
from vitals_telemetry.measured import OnLoop
from vitals_telemetry.tasks import FAILED, RETRIED, TaskTelemetry

from .admin import admin_app
from .backends import open_storage
from .faults import WORKER_FAULTS, Switchboard
from .options import parser_for, port
from .program import run_program
from .reports import TASK_KIND, give_up_report, write_report
from .repository import Repository
from .serving import announce_ready, bind, port_of, serving, stop_requested
from .spans import task_span
from .task_queue import Task, TaskQueue

SERVICE = "wellness-worker"
IDLE_S = 0.2
MOST_ATTEMPTS = 3
RETRY_S = 1.0
REPORTS_KEPT = timedelta(minutes=15)
TIDY_EVERY_S = 60.0

QUEUE = "reports"
"""The queue's name in metrics."""

HANDLERS = {TASK_KIND: write_report}
"""What does each kind of task; a kind that is not here fails like any other task."""

_LOG = logging.getLogger(__name__)


class Worker:
    """Does tasks and reports how they went.

    Args:
        repository: The database.
        queue: Where tasks come from.
        telemetry: Where time, wait and outcome of each attempt are reported.
        switchboard: The faults that may strike a task.
    """

    def __init__(
        self, repository: Repository, queue: TaskQueue, telemetry: TaskTelemetry, switchboard: Switchboard
    ) -> None:
        self._repository = repository
        self._queue = queue
        self._switchboard = switchboard
        self._attempt = telemetry.watch(
            QUEUE,
            task=lambda task: task.kind,
            waited=lambda task: task.waited_s,
            outcome_of=lambda _, task: FAILED if _is_last(task) else RETRIED,
        )(self._handle)

    async def _handle(self, task: Task) -> None:
        await self._switchboard.strike()
        await HANDLERS[task.kind](self._repository, task)

    async def do_task(self, task: Task) -> None:
        """Do one task and settle it with the queue; a failure of the task itself is logged, not raised."""
        try:
            with task_span(self._queue.system, task.kind, task.headers):
                await self._attempt(task)
        except Exception:
            last = _is_last(task)
            _LOG.exception("task failed", extra={"task_kind": task.kind, "attempt": task.attempt, "given_up": last})
            if not last:
                await self._queue.put_back(task, after_s=RETRY_S * task.attempt)
                return
            if task.kind == TASK_KIND:
                with suppress(Exception):
                    await give_up_report(self._repository, task)
        await self._queue.complete(task)

    async def work(self, stop: asyncio.Event) -> None:
        """Do tasks until asked to stop; a queue that does not answer is asked again after a second."""
        while not stop.is_set():
            try:
                task = await self._queue.claim()
                if task is not None:
                    await self.do_task(task)
            except Exception:
                _LOG.exception("the queue does not answer")
                await _pause(stop, RETRY_S)
            else:
                if task is None:
                    await _pause(stop, IDLE_S)


def _is_last(task: Task) -> bool:
    return task.attempt >= MOST_ATTEMPTS


async def tidy(repository: Repository, stop: asyncio.Event) -> None:
    """Forget reports that no member will come back for, so that an endurance run does not fill the database."""
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
    parser = parser_for("python -m wellness.worker", "Do the wellness platform's background tasks.")
    parser.add_argument(
        "--admin-port", type=port, metavar="PORT", help="where faults are switched (loopback only; default: nowhere)"
    )
    chosen = parser.parse_args(arguments)
    if chosen.admin_port and chosen.admin_port == chosen.metrics_port:
        parser.error("--metrics-port and --admin-port must differ: each has its own server")
    return chosen


async def serve(chosen: argparse.Namespace) -> None:
    """Work until SIGTERM or SIGINT.

    Raises:
        vitals_telemetry.TelemetryError: The metrics port is taken.
        PortError: The admin port is taken.
        BackendError: A backend does not open.
    """
    stop = stop_requested()
    async with AsyncExitStack() as parts:
        metrics = parts.enter_context(closing(serve_metrics(chosen.metrics_port, chosen.listen)))
        ports = {"metrics_port": metrics.port}
        expose_build(chosen.version, chosen.revision)
        switchboard = Switchboard(WORKER_FAULTS)
        if chosen.admin_port is not None:
            admin_socket = parts.enter_context(bind(chosen.admin_port, option="--admin-port"))
            await parts.enter_async_context(serving(admin_app(switchboard), admin_socket))
            ports["admin_port"] = port_of(admin_socket)
        storage = await parts.enter_async_context(
            open_storage(
                database=chosen.database, queue=chosen.worker_queue, switchboard=switchboard, registry=REGISTRY
            )
        )
        telemetry = TaskTelemetry()
        telemetry.measure_length(QUEUE, OnLoop(storage.queue.waiting))
        worker = Worker(storage.repository, storage.queue, telemetry, switchboard)
        announce_ready(SERVICE, **ports)
        async with asyncio.TaskGroup() as group:
            group.create_task(worker.work(stop))
            group.create_task(tidy(storage.repository, stop))


def main() -> None:
    """Entry point of ``python -m wellness.worker``."""
    chosen = options()
    run_program(SERVICE, chosen, lambda: asyncio.run(serve(chosen)))


if __name__ == "__main__":
    main()
