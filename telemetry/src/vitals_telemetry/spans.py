"""Client and internal spans of the hooks: what a trace shows between a request and the task that it leaves behind.

They are no-ops until ``configure_tracing`` was called. Attributes follow OpenTelemetry's conventions; keys, documents,
arguments and the texts of exceptions, which may hold personal data, never become attributes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import Span, SpanKind, StatusCode

_TRACER = trace.get_tracer("vitals_telemetry")


def start_span(name: str, kind: SpanKind, attributes: Mapping[str, str]) -> Span:
    """Start a span below the current one, without making it current."""
    return _TRACER.start_span(name, kind=kind, attributes=attributes)


def fail_span(span: Span, error: str) -> None:
    """Mark a span as failed; ``error`` is a type or code, never a text."""
    span.set_attribute("error.type", error)
    span.set_status(StatusCode.ERROR)


@contextmanager
def current_span(
    name: str, kind: SpanKind, attributes: Mapping[str, str], context: Context | None = None
) -> Iterator[Span]:
    """Open a span around a block and make it current; an exception marks it as failed and goes on.

    Args:
        name: The span's name, without values in it.
        kind: The span's kind.
        attributes: Its attributes.
        context: Where its parent is; None is the current context.
    """
    with _TRACER.start_as_current_span(
        name, context, kind, attributes, record_exception=False, set_status_on_exception=False
    ) as span:
        try:
            yield span
        except BaseException as error:
            fail_span(span, type(error).__qualname__)
            raise
