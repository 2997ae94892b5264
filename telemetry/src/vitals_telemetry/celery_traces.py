"""One trace from the request that sends a Celery task to the worker that does it.

The W3C trace context travels in the task's headers; both ends hook in by Celery's own signals. Call ``trace_celery`` in
the module that makes the application, so that clients and workers do. Workers also call ``configure_tracing`` there.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

from celery.signals import before_task_publish, task_postrun, task_prerun, worker_process_shutdown
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import SpanKind
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from vitals_telemetry.label_values import readable
from vitals_telemetry.spans import current_span

_PROPAGATOR = TraceContextTextMapPropagator()
_HEADER = "traceparent"
_running: dict[str, list[ExitStack]] = {}
"""The spans of each task that this process does now, by the task's id. There are several without a worker
(``task_always_eager``): what replaces a task begins within it, under the same id."""


def trace_celery() -> None:
    """Let the tasks of this process's Celery applications continue the trace of their sender."""
    before_task_publish.connect(_publish, weak=False, dispatch_uid="vitals_telemetry")
    task_prerun.connect(_begin, weak=False, dispatch_uid="vitals_telemetry")
    task_postrun.connect(_end, weak=False, dispatch_uid="vitals_telemetry")
    worker_process_shutdown.connect(_flush, weak=False, dispatch_uid="vitals_telemetry")


def _publish(sender: object, headers: dict[str, Any], **_: object) -> None:
    task = readable(headers.get("task", sender))  # the first protocol has no name among its headers
    with current_span(f"send {task}", SpanKind.PRODUCER, _attributes(task, "send")):
        _PROPAGATOR.inject(headers)


def _begin(task_id: str, task: Any, **_: object) -> None:  # noqa: ANN401 - Celery's task
    parent = getattr(task.request, _HEADER, None)
    stack = ExitStack()
    _running.setdefault(task_id, []).append(stack)
    stack.enter_context(
        current_span(
            f"process {task.name}",
            SpanKind.CONSUMER,
            _attributes(task.name, "process"),
            _PROPAGATOR.extract({} if parent is None else {_HEADER: parent}),
        )
    )


def _end(task_id: str, state: str | None = None, **_: object) -> None:
    stacks = _running.get(task_id)
    if not stacks:
        return
    stack = stacks.pop()
    if not stacks:
        del _running[task_id]
    if state == "FAILURE":
        trace.get_current_span().set_status(trace.StatusCode.ERROR)
    stack.close()


def _flush(**_: object) -> None:
    """Send the last spans of a pool process, which ends without running exit handlers."""
    provider = trace.get_tracer_provider()
    if isinstance(provider, TracerProvider):
        provider.force_flush()


def _attributes(task: str, operation: str) -> dict[str, str]:
    return {
        "messaging.system": "celery",
        "messaging.destination.name": task,
        "messaging.operation.type": operation,
    }
