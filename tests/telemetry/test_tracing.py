"""Every request has one server span, joined to the client's trace, without personal data; exemplars lead to it."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import nullcontext
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from fastapi import FastAPI
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ALWAYS_ON, ParentBased, Sampler
from opentelemetry.trace import SpanKind, StatusCode, get_current_span
from prometheus_client import CollectorRegistry
from prometheus_client.samples import Exemplar

from vitals_telemetry import ApiTelemetry, TelemetryError, TelemetryMiddleware, configure_tracing
from vitals_telemetry.asgi import Message

Call = Callable[..., Coroutine[Any, Any, list[Message]]]
CLIENT_TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
CLIENT_SPAN = "00f067aa0ba902b7"
TRACEPARENT = (b"traceparent", f"00-{CLIENT_TRACE}-{CLIENT_SPAN}-01".encode())


def service() -> FastAPI:
    """Return an application with a route that answers and one that raises."""
    app = FastAPI()

    @app.get("/users/{user}")
    async def answer(user: str) -> dict[str, str]:
        del user
        return {"trace": f"{get_current_span().get_span_context().trace_id:032x}"}

    @app.get("/broken/{user}")
    async def broken(user: str) -> None:
        raise LookupError(f"{user} is unknown")

    return app


class Spans:
    """A tracer provider and what it has finished."""

    def __init__(self, sampler: Sampler) -> None:
        self._exporter = InMemorySpanExporter()
        self.provider = TracerProvider(sampler=sampler, shutdown_on_exit=False)
        self.provider.add_span_processor(SimpleSpanProcessor(self._exporter))

    def only(self) -> ReadableSpan:
        """Return the one span there must be."""
        (span,) = self._exporter.get_finished_spans()
        return span

    def none(self) -> bool:
        """Say whether no span was kept."""
        return not self._exporter.get_finished_spans()


@pytest.fixture
def spans() -> Spans:
    """Return a provider that keeps what the client did not exclude."""
    return Spans(ParentBased(ALWAYS_ON))


def exemplars(registry: CollectorRegistry) -> list[Exemplar]:
    """Return the exemplars of all buckets."""
    return [s.exemplar for family in registry.collect() for s in family.samples if s.exemplar is not None]


def test_the_server_span_continues_the_trace_of_the_client(
    spans: Spans, telemetry: ApiTelemetry, registry: CollectorRegistry, request_app: Call
) -> None:
    """The span is named METHOD template, is a child of the client's span, and the exemplar leads to it."""
    app = TelemetryMiddleware(service(), telemetry=telemetry, tracer_provider=spans.provider)
    sent = asyncio.run(request_app(app, "/users/ann", headers=[TRACEPARENT]))
    span = spans.only()
    assert span.name == "GET /users/{user}"
    assert span.kind is SpanKind.SERVER
    assert span.parent is not None
    assert f"{span.parent.span_id:016x}" == CLIENT_SPAN
    assert f"{span.context.trace_id:032x}" == CLIENT_TRACE
    assert CLIENT_TRACE.encode() in sent[1]["body"]
    assert span.status.status_code is StatusCode.UNSET
    (exemplar,) = exemplars(registry)
    assert exemplar.labels == {"trace_id": CLIENT_TRACE, "span_id": f"{span.context.span_id:016x}"}


ANSWERED = {"http.request.method": "GET", "http.route": "/users/{user}", "http.response.status_code": 200}
BROKEN = {"http.request.method": "GET", "http.route": "/broken/{user}", "http.response.status_code": 500}
NOT_FOUND = {"http.request.method": "GET", "http.response.status_code": 404}


@pytest.mark.parametrize(
    ("path", "attributes"),
    [("/users/ann", ANSWERED), ("/broken/ann", BROKEN | {"error.type": "LookupError"}), ("/ann", NOT_FOUND)],
)
def test_a_span_holds_no_personal_data(
    spans: Spans, telemetry: ApiTelemetry, request_app: Call, path: str, attributes: dict[str, object]
) -> None:
    """Method, route, status and the type of an error are all that a span has, also where FastAPI would add more."""
    fails = "error.type" in attributes
    app = TelemetryMiddleware(service(), telemetry=telemetry, tracer_provider=spans.provider)

    async def run() -> None:
        with pytest.raises(LookupError) if fails else nullcontext():
            await request_app(app, path, user="ann")

    asyncio.run(run())
    span = spans.only()
    assert span.name == f"GET {attributes.get('http.route', '')}".strip()
    assert dict(span.attributes or {}) == attributes
    assert span.events == ()
    assert (span.status.status_code is StatusCode.ERROR) == fails
    assert span.status.description is None


def test_an_invented_method_is_not_in_the_span(spans: Spans, telemetry: ApiTelemetry, request_app: Call) -> None:
    """A method that HTTP does not know is named as the OpenTelemetry conventions ask, not as the client wrote it."""
    app = TelemetryMiddleware(service(), telemetry=telemetry, tracer_provider=spans.provider)
    asyncio.run(request_app(app, "/users/ann", "ANN"))
    span = spans.only()
    assert span.name == "HTTP /users/{user}"
    assert (span.attributes or {})["http.request.method"] == "_OTHER"


def test_an_unsampled_trace_gives_no_exemplar(
    telemetry: ApiTelemetry, registry: CollectorRegistry, request_app: Call
) -> None:
    """Where sampling drops the trace, no span is kept and no exemplar points at it; the request still counts."""
    spans = Spans(ALWAYS_OFF)
    app = TelemetryMiddleware(service(), telemetry=telemetry, tracer_provider=spans.provider)
    asyncio.run(request_app(app, "/users/ann"))
    assert spans.none()
    assert exemplars(registry) == []
    labels = {"endpoint": "/users/{user}", "method": "GET"}
    assert registry.get_sample_value("api_response_time_seconds_count", labels) == 1


def test_an_exemplar_leads_to_a_span_that_others_opened(
    spans: Spans, telemetry: ApiTelemetry, registry: CollectorRegistry, request_app: Call
) -> None:
    """Without tracing of its own, the middleware still links the sampled span that is current around it."""
    app = TelemetryMiddleware(service(), telemetry=telemetry)
    with spans.provider.get_tracer("other").start_as_current_span("outer") as span:
        asyncio.run(request_app(app, "/users/ann"))
    (exemplar,) = exemplars(registry)
    assert exemplar.labels["span_id"] == f"{span.get_span_context().span_id:016x}"


@pytest.mark.parametrize("endpoint", ["127.0.0.1:4318", "ftp://localhost", "http://"])
def test_an_endpoint_that_is_not_a_url_is_refused(endpoint: str) -> None:
    """An endpoint to which no span could be sent is an error at once that shows a right one."""
    with pytest.raises(TelemetryError, match=r"not an http or https URL.*http://127\.0\.0\.1:4318"):
        configure_tracing("wellness-api", "1", endpoint)


@pytest.fixture
def receiver() -> Iterator[tuple[str, list[tuple[str, bytes]]]]:
    """Run an OTLP/HTTP receiver on loopback; return its URL and the (path, body) pairs that it gets."""
    got: list[tuple[str, bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", got
        server.shutdown()
        thread.join()


SERVICE_PROCESS = """
import asyncio, sys
from fastapi import FastAPI
from vitals_telemetry import ApiTelemetry, TelemetryError, TelemetryMiddleware, configure_tracing

app = FastAPI()
app.add_api_route("/users/{user}", lambda user: {})
app = TelemetryMiddleware(app, telemetry=ApiTelemetry(version="1", revision="r"))
configure_tracing("wellness-api", "1.2.3", sys.argv[1])
try:
    configure_tracing("wellness-api", "1.2.3", sys.argv[1])
except TelemetryError as error:
    print(error)

async def receive():
    return {"type": "http.request", "body": b""}

async def send(message):
    pass

scope = {"type": "http", "method": "GET", "path": "/users/ann", "query_string": b"q=ann", "headers": []}
asyncio.run(app(scope, receive, send))
"""


def test_spans_reach_the_receiver_when_the_process_ends(
    receiver: tuple[str, list[tuple[str, bytes]]],
) -> None:
    """A service that configures tracing sends its spans over OTLP/HTTP, at the latest on exit; a second call fails."""
    url, got = receiver
    done = subprocess.run(
        [sys.executable, "-c", SERVICE_PROCESS, url], check=True, capture_output=True, text=True, timeout=60
    )
    assert "configured already" in done.stdout
    ((path, body),) = got
    assert path == "/v1/traces"
    (resource_spans,) = ExportTraceServiceRequest.FromString(body).resource_spans
    resource = {item.key: item.value.string_value for item in resource_spans.resource.attributes}
    assert resource["service.name"] == "wellness-api"
    assert resource["service.version"] == "1.2.3"
    names = [span.name for scope in resource_spans.scope_spans for span in scope.spans]
    assert names == ["GET /users/{user}"]
    assert b"ann" not in body
