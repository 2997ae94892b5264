"""Traces: where spans go, and the server span that every request gets once tracing is configured.

Spans are OpenTelemetry's and travel over OTLP/HTTP. A server span is named ``METHOD template`` and carries method,
route, status and the type of an error, nothing else: no path, query, address, header or exception text, because those
hold personal data. Only the W3C trace context is taken from a client; baggage is refused, since it would carry whatever
the client wrote into every call that the service makes.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from urllib.parse import urlsplit, urlunsplit

from opentelemetry import context, trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.propagators.textmap import Getter
from opentelemetry.sdk.resources import SERVICE_NAME, SERVICE_VERSION, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Span, SpanKind, StatusCode, Tracer
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from vitals_telemetry.asgi import Scope
from vitals_telemetry.errors import TelemetryError
from vitals_telemetry.label_values import label_value
from vitals_telemetry.metrics import METHOD, OTHER
from vitals_telemetry.mistakes import Mistakes

_OTLP_TRACES_PATH = "/v1/traces"
_LOWEST_SERVER_ERROR = 500
_MISTAKES = Mistakes(logging.getLogger(__name__))
_METHODS = frozenset(METHOD.values) - {OTHER}

Headers = Iterable[tuple[bytes, bytes]]


def configure_tracing(service: str, version: str, endpoint: str | None) -> TracerProvider:
    """Give the process its tracer provider: spans are made from now on and sent to ``endpoint``.

    Call it once, before requests come. Sampling and batching follow the variables of the OpenTelemetry specification
    (``OTEL_TRACES_SAMPLER``, ``OTEL_BSP_SCHEDULE_DELAY`` ...); by default every trace that the client did not exclude
    is kept and sent within five seconds. ``shutdown()`` of the answer sends the rest; a normal exit does so too.

    Args:
        service: ``service.name`` of every span.
        version: ``service.version`` of every span.
        endpoint: URL of an OTLP/HTTP receiver; without a path, ``/v1/traces`` is added. None keeps the spans in the
            process: trace ids still appear in logs and exemplars, but nothing is exported.

    Raises:
        TelemetryError: The endpoint is not an http or https URL, or the process has a tracer provider already.
    """
    exporter = None if endpoint is None else OTLPSpanExporter(endpoint=_traces_url(endpoint))
    if not isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider):
        raise TelemetryError(
            "Tracing is configured already in this process, and OpenTelemetry keeps the first provider, so the spans "
            f"of {service!r} would go where the first call sent them. Call configure_tracing once, at start-up."
        )
    provider = TracerProvider(resource=Resource.create({SERVICE_NAME: service, SERVICE_VERSION: version}))
    if exporter is not None:
        provider.add_span_processor(BatchSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    return provider


def _traces_url(endpoint: str) -> str:
    parts = urlsplit(endpoint)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise TelemetryError(
            f"The OTLP endpoint {endpoint!r} is not an http or https URL, so no span could be sent. Give one such as "
            "http://127.0.0.1:4318, or None to keep the spans in the process."
        )
    return urlunsplit(parts if parts.path.strip("/") else parts._replace(path=_OTLP_TRACES_PATH))


def server_tracer(provider: trace.TracerProvider) -> Tracer | None:
    """Return the tracer for server spans, or None as long as tracing is not configured."""
    if isinstance(provider, (trace.ProxyTracerProvider, trace.NoOpTracerProvider)):
        return None
    return provider.get_tracer("vitals_telemetry")


class _AsgiHeaders(Getter[Headers]):
    """Reads a propagation header from the header list of an ASGI scope, whose names are lower case."""

    def get(self, carrier: Headers, key: str) -> list[str] | None:
        name = key.encode("latin-1")
        return [value.decode("latin-1") for header, value in carrier if header == name] or None

    def keys(self, carrier: Headers) -> list[str]:
        return [header.decode("latin-1") for header, _ in carrier]


_PROPAGATOR = TraceContextTextMapPropagator()
_HEADERS = _AsgiHeaders()


class ServerSpan:
    """The span of one request, which is the current one from here until it is ended.

    Args:
        span: The span, just started.

    Attributes:
        span: The same.
    """

    __slots__ = ("_ended_ns", "_token", "span")

    def __init__(self, span: Span) -> None:
        self.span = span
        self._ended_ns: int | None = None
        self._token = context.attach(trace.set_span_in_context(span))

    def answered(self) -> None:
        """Note that the answer is over: the span ends now, however long the application goes on."""
        self._ended_ns = time.time_ns()

    def end(self, scope: Scope, template: str | None, *, status: int, error: type[BaseException] | None) -> None:
        """End the span; never raises.

        Args:
            scope: The request's scope.
            template: The template of the route that answered, or None.
            status: HTTP status of the answer.
            error: The type of what the application raised.
        """
        context.detach(self._token)
        span = self.span
        try:
            if template is not None:
                template = label_value(template)
                span.update_name(f"{_method(scope) or 'HTTP'} {template}")
                span.set_attribute("http.route", template)
            status = int(status)
            span.set_attribute("http.response.status_code", status)
            if status >= _LOWEST_SERVER_ERROR:
                span.set_attribute("error.type", str(status) if error is None else label_value(error.__qualname__))
                span.set_status(StatusCode.ERROR)
        except Exception:
            _MISTAKES.note("the span of a request could not be completed")
        try:
            span.end(self._ended_ns)
        except Exception:
            _MISTAKES.note("the span of a request could not be ended")


def start_server_span(tracer: Tracer, scope: Scope) -> ServerSpan | None:
    """Start the span of one request, as a child of the client's span where the client sent a trace context.

    Returns:
        The span; None if it cannot be started, which is logged once.
    """
    try:
        method = _method(scope)
        return ServerSpan(
            tracer.start_span(
                method or "HTTP",
                context=_PROPAGATOR.extract(scope["headers"], getter=_HEADERS),
                kind=SpanKind.SERVER,
                attributes={"http.request.method": method or "_OTHER"},
            )
        )
    except Exception:
        _MISTAKES.note("the span of a request could not be started")
        return None


def _method(scope: Scope) -> str | None:
    """Return the method of a request, or None if it is none that is known."""
    method = scope.get("method")
    return method if isinstance(method, str) and method in _METHODS else None
