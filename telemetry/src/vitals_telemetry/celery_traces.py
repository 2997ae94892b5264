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

from vitals_telemetry.spans import current_span

_PROPAGATOR = TraceContextTextMapPropagator()
_HEADER = "traceparent"
_running: dict[str, ExitStack] = {}
"""The span of each task that this process does now, by the task's id; a pool process does one at a time."""


def trace_celery() -> None:
    """Let the tasks of this process's Celery applications continue the trace of their sender."""
    before_task_publish.connect(_publish, weak=False, dispatch_uid="vitals_telemetry")
    task_prerun.connect(_begin, weak=False, dispatch_uid="vitals_telemetry")
    task_postrun.connect(_end, weak=False, dispatch_uid="vitals_telemetry")
    worker_process_shutdown.connect(_flush, weak=False, dispatch_uid="vitals_telemetry")


def _publish(headers: dict[str, Any], **_: object) -> None:
    with current_span(f"send {headers['task']}", SpanKind.PRODUCER, _attributes(headers["task"], "send")):
        _PROPAGATOR.inject(headers)


def _begin(task_id: str, task: Any, **_: object) -> None:  # noqa: ANN401 - Celery's task
    parent = getattr(task.request, _HEADER, None)
    stack = _running[task_id] = ExitStack()
    stack.enter_context(
        current_span(
            f"process {task.name}",
            SpanKind.CONSUMER,
            _attributes(task.name, "process"),
            _PROPAGATOR.extract({} if parent is None else {_HEADER: parent}),
        )
    )


def _end(task_id: str, state: str | None = None, **_: object) -> None:
    stack = _running.pop(task_id, None)
    if stack is None:
        return
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
