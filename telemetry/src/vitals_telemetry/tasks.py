"""What a service reports about its background tasks, whichever queue carries them: time, wait, outcome, queue length.

``vitals_telemetry.celery_events`` fills these from Celery's events; for any other queue the worker decorates the
function that does a task. Arguments and results of tasks never come here.
"""

from __future__ import annotations

import inspect
import logging
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import ExitStack, contextmanager
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

from opentelemetry import trace
from prometheus_client import CollectorRegistry

from vitals_telemetry.errors import TelemetryError
from vitals_telemetry.instruments import BoundedCounter, BoundedHistogram, instrument
from vitals_telemetry.label_values import label_value
from vitals_telemetry.measured import Source, measure
from vitals_telemetry.metrics import OTHER
from vitals_telemetry.metrics.tasks import TASK_DURATION, TASK_QUEUE_LENGTH, TASK_WAIT, TASKS_PROCESSED
from vitals_telemetry.mistakes import Mistakes

SUCCEEDED = "succeeded"
FAILED = "failed"
RETRIED = "retried"
REJECTED = "rejected"
_OUTCOMES = (SUCCEEDED, FAILED, RETRIED, REJECTED)

_MISTAKES = Mistakes(logging.getLogger(__name__))

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

    def expect(self, queue: str, task: str) -> None:
        """Show the series of a kind of task at 0, so that its first failures, however many at once, are an increase.

        Args:
            queue: Name of the queue.
            task: Kind of task.
        """
        for possible in _OUTCOMES:
            self._processed.show(queue, task, possible)

    def waited(self, queue: str, task: str, seconds: float) -> None:
        """Report how long a task waited before an attempt at it began.

        Args:
            queue: Name of the queue.
            task: Kind of task.
            seconds: From the moment at which it could be taken; clocks of two machines may make it negative, which
                counts as 0.
        """
        try:
            seconds = float(seconds)
        except Exception:
            _MISTAKES.note("the wait of a task is not a number, so it is not counted")
            return
        self._waits.observe(queue, task, seconds=0.0 if seconds < 0 else seconds, span=trace.get_current_span())

    def ended(self, queue: str, task: str, outcome: str, seconds: float | None) -> None:
        """Count an attempt that has ended.

        Args:
            queue: Name of the queue.
            task: Kind of task.
            outcome: ``succeeded``, ``failed``, ``retried`` or ``rejected``; anything else counts as ``failed``.
            seconds: How long it took; None if it was never begun.
        """
        try:
            outcome = label_value(outcome)
        except Exception:
            outcome = OTHER
        if outcome not in _OUTCOMES:
            _MISTAKES.note(f"a task was given an outcome that is none of {', '.join(_OUTCOMES)}; it counts as {FAILED}")
            outcome = FAILED
        self.expect(queue, task)
        self._processed.add(queue, task, outcome)
        if seconds is not None:
            self._times.observe(queue, task, seconds=seconds, span=trace.get_current_span())

    def measure_length(self, queue: str, length: Source) -> None:
        """Measure a queue's length at each scrape. Let one process do so; several would all report the same length.

        Args:
            queue: Name of the queue.
            length: Tasks that no worker has begun, or None while that is unknown; called in a thread of its own, and
                absent from a scrape where it takes longer than a second.

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
            task: Kind of task, or what reads it from the function's arguments.
            waited: Computes from the arguments how long the task waited, in seconds; None leaves the wait out.
            outcome_of: The outcome of an attempt that raised: ``failed``, ``retried`` or ``rejected``. It is given the
                exception, which goes on, and then the function's arguments. A cancelled attempt is ``retried``, since
                the queue still has its task.

        ``task``, ``waited`` and ``outcome_of`` never stop a task or replace its error: an exception in one of them is
        logged once, and the task counts as ``other``, has no wait, or has failed.

        Returns:
            The decorator. A function that returns a coroutine is watched until that has ended.

        Raises:
            TelemetryError: What is decorated is a generator, which has done nothing when its call has ended.
        """
        if not callable(task):
            self.expect(queue, task)

        @contextmanager
        def attempt(*args: Any, **kwargs: Any) -> Iterator[None]:  # noqa: ANN401 - those of the function
            kind = _asked(task, OTHER, *args, **kwargs) if callable(task) else task
            self.expect(queue, kind)
            wait = None if waited is None else _asked(waited, None, *args, **kwargs)
            if wait is not None:
                self.waited(queue, kind, wait)
            started = time.perf_counter()
            outcome = RETRIED
            try:
                yield
                outcome = SUCCEEDED
            except Exception as error:
                outcome = _asked(outcome_of, FAILED, error, *args, **kwargs)
                raise
            finally:
                self.ended(queue, kind, outcome, time.perf_counter() - started)

        async def ended_later(answer: Coroutine[Any, Any, _R], running: ExitStack) -> _R:
            with running:
                return await answer

        def decorate(do: Callable[_P, _R]) -> Callable[_P, _R]:
            if inspect.isgeneratorfunction(do) or inspect.isasyncgenfunction(do):
                raise TelemetryError(
                    f"{getattr(do, '__qualname__', do)} is a generator, which has done nothing when its call ends, "
                    "so each attempt would count as succeeded. Decorate the function that goes through it."
                )
            if inspect.iscoroutinefunction(do) or inspect.iscoroutinefunction(type(do).__call__):

                @wraps(do)
                async def do_later(*args: _P.args, **kwargs: _P.kwargs) -> Any:  # noqa: ANN401 - what do answers
                    with attempt(*args, **kwargs):
                        return await do(*args, **kwargs)  # type: ignore[misc]

                return cast("Callable[_P, _R]", do_later)

            @wraps(do)
            def do_now(*args: _P.args, **kwargs: _P.kwargs) -> _R:
                with ExitStack() as running:
                    running.enter_context(attempt(*args, **kwargs))
                    answer = do(*args, **kwargs)
                    if inspect.iscoroutine(answer):
                        return cast("_R", ended_later(answer, running.pop_all()))
                    return answer

            return do_now

        return decorate


def _asked(hook: Callable[..., _R], otherwise: _R, /, *args: Any, **kwargs: Any) -> _R:  # noqa: ANN401
    """Return what the application's own hook says, or something else if it fails.

    Its own parameters have no names, since an argument of the task may be called ``hook``.
    """
    try:
        return hook(*args, **kwargs)
    except Exception:
        _MISTAKES.note("task, waited or outcome_of of a watched task failed; the task itself goes on")
        return otherwise
