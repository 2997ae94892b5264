"""The platform's own OpenTelemetry spans, and how a trace crosses the task queue.

Attribute names follow https://opentelemetry.io/docs/specs/semconv/ (messaging). Spans of the database and the cache
are made by their telemetry, and every span is opened by it, so that user ids, keys, stored values and the texts of
exceptions, which may hold any of these, never become attributes. Nothing here configures an exporter: until the
program does, every span is a no-op.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from opentelemetry.trace import Span, SpanKind
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from vitals_telemetry.spans import current_span

_W3C = TraceContextTextMapPropagator()


@contextmanager
def enqueue_span(system: str, kind: str) -> Iterator[Span]:
    """A producer span around handing over a task of this kind."""
    with current_span(f"send {kind}", SpanKind.PRODUCER, _messaging(system, kind, "send")) as span:
        yield span


@contextmanager
def task_span(system: str, kind: str, headers: Mapping[str, str]) -> Iterator[Span]:
    """A consumer span around doing a task, in the trace of the request that asked for it.

    Args:
        system: Name of the queue.
        kind: Kind of task.
        headers: What `trace_headers` gave when the task was handed over; without them a new trace begins.
    """
    attributes = _messaging(system, kind, "process")
    with current_span(f"process {kind}", SpanKind.CONSUMER, attributes, _W3C.extract(headers)) as span:
        yield span


def trace_headers() -> dict[str, str]:
    """The current trace context as W3C headers (``traceparent``); empty outside a trace."""
    headers: dict[str, str] = {}
    _W3C.inject(headers)
    return headers


def _messaging(system: str, kind: str, operation: str) -> dict[str, str]:
    return {
        "messaging.system": system,
        "messaging.destination.name": kind,
        "messaging.operation.type": operation,
    }
