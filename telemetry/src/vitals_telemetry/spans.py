"""Client and internal spans of the hooks: what a trace shows between a request and the task that it leaves behind.

They do nothing until ``configure_tracing`` was called. Attributes follow OpenTelemetry's conventions; keys, documents,
arguments and the texts of exceptions, which may hold personal data, never become attributes. Nothing here raises: a
sampler or processor that fails costs a span, never the call that the span is about.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

from opentelemetry import context as contexts
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import Span, SpanKind, StatusCode

from vitals_telemetry.label_values import readable
from vitals_telemetry.mistakes import Mistakes

_TRACER = trace.get_tracer("vitals_telemetry")
_MISTAKES = Mistakes(logging.getLogger(__name__))


def start_span(name: str, kind: SpanKind, attributes: Mapping[str, str], context: Context | None = None) -> Span:
    """Start a span without making it current.

    Args:
        name: The span's name, without values in it.
        kind: The span's kind.
        attributes: Its attributes.
        context: Where its parent is; None is the current context.
    """
    try:
        # An exporter that meets a text that it cannot write loses a whole batch of spans.
        texts = {key: readable(value) for key, value in attributes.items()}
        return _TRACER.start_span(readable(name), context, kind, texts)
    except Exception:
        _MISTAKES.note("a span could not be started")
        return trace.INVALID_SPAN


def fail_span(span: Span, error: str) -> None:
    """Mark a span as failed; ``error`` is a type or code, never a text."""
    try:
        span.set_attribute("error.type", readable(error))
        span.set_status(StatusCode.ERROR)
    except Exception:
        _MISTAKES.note("a span could not be marked as failed")


def end_span(span: Span) -> None:
    """End a span."""
    try:
        span.end()
    except Exception:
        _MISTAKES.note("a span could not be ended")


@contextmanager
def current_span(
    name: str, kind: SpanKind, attributes: Mapping[str, str], context: Context | None = None
) -> Iterator[Span]:
    """Open a span around a block and make it current; an exception marks it as failed and goes on.

    See ``start_span`` for the arguments.
    """
    span = start_span(name, kind, attributes, context)
    token = contexts.attach(trace.set_span_in_context(span))
    try:
        yield span
    except BaseException as error:
        fail_span(span, type(error).__qualname__)
        raise
    finally:
        # A generator or a framework's thread leaves in another context than it was entered in; there is nothing to take
        # back there, and OpenTelemetry's own function would log an error each time.
        with suppress(ValueError, RuntimeError):
            token.var.reset(token)
        end_span(span)
