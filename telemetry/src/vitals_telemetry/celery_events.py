"""Celery's tasks, read from its events: one process listens, so workers stay as they are, prefork pool included.

Prometheus clients cannot add up the processes of a prefork pool, so nothing is counted inside them. Workers and clients
send events to the broker anyway; ``watch_celery`` reads them in one process of the service, whichever it is, and asks
the broker for the length of the queues at each scrape. Two settings of the Celery application make the events:
``worker_send_task_events`` (or ``celery worker -E``) and ``task_send_sent_event``. While no monitor listens, nothing is
counted; a task whose sending was not heard has the queue ``unknown`` and no wait.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from functools import partial
from typing import Any

from celery import Celery
from celery.events import EventReceiver
from kombu.exceptions import ChannelError

from vitals_telemetry.celery_attempts import Attempts
from vitals_telemetry.errors import TelemetryError
from vitals_telemetry.metrics.tasks import TASK
from vitals_telemetry.tasks import TaskTelemetry

_RECONNECT = 1.0

_logger = logging.getLogger(__name__)


class _Receiver(EventReceiver):  # type: ignore[misc]
    listening: threading.Event
    attempts: Attempts

    def on_consume_ready(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - kombu's own arguments
        super().on_consume_ready(*args, **kwargs)
        self.attempts.resumed(time.time())
        self.listening.set()


class CeleryMonitor:
    """Listens to the events of one Celery application, in a thread that does not keep the process alive.

    Args:
        app: The application.
        attempts: Where the events are reported.

    Attributes:
        listening: Set while events are heard; what happens before is not counted.
    """

    def __init__(self, app: Celery, attempts: Attempts) -> None:
        self._app = app
        self._attempts = attempts
        self.listening = threading.Event()
        self._stop = threading.Event()
        self._receiver: Any = None
        self._asking = threading.Lock()
        self._connection: Any = None
        self._channel: Any = None
        self._thread = threading.Thread(target=self._listen, name="celery-events", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop to listen; returns when the connection is closed, about a second later."""
        self._stop.set()
        if self._receiver is not None:
            self._receiver.should_stop = True
        self._thread.join()
        self._hang_up()

    def _listen(self) -> None:
        while not self._stop.is_set():
            try:
                with self._app.connection_for_read() as connection:
                    self._receiver = _Receiver(connection, {"*": self._attempts.handle}, app=self._app)
                    self._receiver.listening = self.listening
                    self._receiver.attempts = self._attempts
                    self._receiver.should_stop = self._stop.is_set()
                    self._receiver.capture()
            except Exception:
                self.listening.clear()
                self._attempts.interrupted()
                _logger.exception("Celery's events are not heard, so its tasks are not counted; trying again")
                self._stop.wait(_RECONNECT)

    def _waiting_at_broker(self, queue: str) -> int:
        """Ask the broker, over a connection of the monitor's own.

        The application's pool has few: while a broker hangs, each scrape would take one away from those who send tasks.
        """
        with self._asking:
            try:
                if self._connection is None:
                    self._connection = self._app.connection_for_read()
                    self._channel = self._connection.channel()
                return int(self._channel.queue_declare(queue, passive=True).message_count)
            except ChannelError:  # no such queue, which is how Redis shows an empty one
                return 0
            except Exception:
                self._hang_up()
                raise

    def _hang_up(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(Exception):
                connection.release()

    def length(self, queue: str) -> float:
        """Return how many tasks of a queue no worker has begun: at the broker, or fetched by a worker in advance."""
        return self._waiting_at_broker(queue) + self._attempts.fetched(queue, time.time())


def watch_celery(app: Celery, telemetry: TaskTelemetry, queues: Iterable[str] | None = None) -> CeleryMonitor:
    """Report an application's tasks from now on. To be called in exactly one process.

    Args:
        app: The application, configured as its clients and workers are.
        telemetry: Where to report.
        queues: Names of the queues whose length is measured; None is those that the application knows.

    Returns:
        What listens; ``close()`` ends it.

    Raises:
        TelemetryError: The application does not report when a task is sent, or a queue is measured already.
    """
    if not app.conf.task_send_sent_event:
        raise TelemetryError(
            "The Celery application does not report when a task is sent, so neither its queue nor its wait would be "
            "known. Set task_send_sent_event = True and worker_send_task_events = True in its configuration."
        )
    if not app.conf.worker_send_task_events:
        _logger.warning(
            "worker_send_task_events is not set, so only tasks of workers that are started with -E are counted; set it "
            "to True in the configuration of the Celery application"
        )
    _expect_known(app, telemetry)
    monitor = CeleryMonitor(app, Attempts(telemetry))
    try:
        for queue in app.amqp.queues if queues is None else queues:
            telemetry.measure_length(queue, partial(monitor.length, queue))
    except TelemetryError:
        monitor.close()
        raise
    return monitor


def _expect_known(app: Celery, telemetry: TaskTelemetry) -> None:
    """Show the application's tasks at 0, each in the queue that it would be sent to; others when first sent."""
    try:
        tasks = [task for task in app.tasks if not task.startswith("celery.")]
        if len(tasks) < TASK.most:  # else the bound is left to those that are sent
            for task in tasks:
                telemetry.expect(app.amqp.router.route({}, task)["queue"].name, task)
    except Exception:
        _logger.warning("the application's tasks are not known, so each shows when it is first sent", exc_info=True)
