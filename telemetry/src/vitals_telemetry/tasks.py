"""What a service tells about its background tasks, whichever queue carries them: time, wait, outcome, queue length.

``vitals_telemetry.celery_events`` fills these from Celery's events; for any other queue the worker decorates the
function that does a task. Arguments and results of tasks never come here.
"""

from __future__ import annotations

import inspect
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

from opentelemetry import trace
from prometheus_client import CollectorRegistry

from vitals_telemetry.instruments import BoundedCounter, BoundedHistogram, instrument
from vitals_telemetry.measured import measure
from vitals_telemetry.metrics.tasks import TASK_DURATION, TASK_QUEUE_LENGTH, TASK_WAIT, TASKS_PROCESSED

SUCCEEDED = "succeeded"
FAILED = "failed"
RETRIED = "retried"
REJECTED = "rejected"

_P = ParamSpec("_P")
_R = TypeVar("_R")


class TaskTelemetry:
    """Holds the metrics of tasks; one for all queues of a process, safe for threads.

    Args:
        registry: Where to register; None is the default registry.
    """

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        self._registry = registry
        self._times = instrument(BoundedHistogram, TASK_DURATION, registry)
        self._waits = instrument(BoundedHistogram, TASK_WAIT, registry)
        self._processed = instrument(BoundedCounter, TASKS_PROCESSED, registry)

    def waited(self, queue: str, task: str, seconds: float) -> None:
        """Tell how long a task waited before an attempt at it began.

        Args:
            queue: Name of the queue.
            task: Kind of task.
            seconds: From the moment at which it could be taken; clocks of two machines may make it negative, which
                counts as 0.
        """
        self._waits.observe(queue, task, seconds=max(0.0, seconds), span=trace.get_current_span())

    def ended(self, queue: str, task: str, outcome: str, seconds: float | None) -> None:
        """Count an attempt that has ended.

        Args:
            queue: Name of the queue.
            task: Kind of task.
            outcome: ``succeeded``, ``failed``, ``retried`` or ``rejected``.
            seconds: How long it took; None if it was never begun.
        """
        for possible in (SUCCEEDED, FAILED, RETRIED, REJECTED):
            self._processed.add(queue, task, possible, amount=0)
        self._processed.add(queue, task, outcome)
        if seconds is not None:
            self._times.observe(queue, task, seconds=seconds, span=trace.get_current_span())

    def measure_length(self, queue: str, length: Callable[[], float | None]) -> None:
        """Measure a queue's length at each scrape. Let one process do so; several would all tell the same length.

        Args:
            queue: Name of the queue.
            length: Tasks that no worker has begun, or None while nobody knows; called in the scrape's thread.

        Raises:
            TelemetryError: The queue's length is measured already.
        """
        measure(TASK_QUEUE_LENGTH, (queue,), length, self._registry)

    def watch(
        self,
        queue: str,
        *,
        task: str | Callable[..., str],
        waited: Callable[..., float] | None = None,
        outcome_of: Callable[..., str] = lambda *_, **__: FAILED,
    ) -> Callable[[Callable[_P, _R]], Callable[_P, _R]]:
        """Decorate the function, plain or ``async``, that makes one attempt at a task.

        Args:
            queue: Name of the queue.
            task: Kind of task, or what tells it from the function's arguments.
            waited: Tells from the arguments how long the task waited, in seconds; None leaves the wait out.
            outcome_of: The outcome of an attempt that raised: ``failed``, ``retried`` or ``rejected``. It is given the
                exception, which goes on, and then the function's arguments. A cancelled attempt is ``retried``, since
                the queue still has its task.

        Returns:
            The decorator.
        """

        @contextmanager
        def attempt(*args: Any, **kwargs: Any) -> Iterator[None]:  # noqa: ANN401 - those of the function
            kind = task if isinstance(task, str) else task(*args, **kwargs)
            if waited is not None:
                self.waited(queue, kind, waited(*args, **kwargs))
            started = time.perf_counter()
            outcome = RETRIED
            try:
                yield
                outcome = SUCCEEDED
            except Exception as error:
                outcome = outcome_of(error, *args, **kwargs)
                raise
            finally:
                self.ended(queue, kind, outcome, time.perf_counter() - started)

        def decorate(do: Callable[_P, _R]) -> Callable[_P, _R]:
            if inspect.iscoroutinefunction(do):

                @wraps(do)
                async def do_later(*args: _P.args, **kwargs: _P.kwargs) -> Any:  # noqa: ANN401 - what do answers
                    with attempt(*args, **kwargs):
                        return await do(*args, **kwargs)

                return cast("Callable[_P, _R]", do_later)

            @wraps(do)
            def do_now(*args: _P.args, **kwargs: _P.kwargs) -> _R:
                with attempt(*args, **kwargs):
                    return do(*args, **kwargs)

            return do_now

        return decorate
