"""Spans from the real OpenTelemetry exporter, stored for an hour and found again."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.trace import Status, StatusCode
from starlette.applications import Starlette

from vitals.local.portal.interfaces import Span
from vitals.local.processes.ports import listen
from vitals.local.processes.probe import loopback_client
from vitals.local.stack.serve import serving
from vitals.local.stack.traces.otlp import LARGEST_BYTES, trace_routes
from vitals.local.stack.traces.store import KEPT_S, TraceStore


@pytest.fixture
def store(tmp_path: Path) -> Iterator[TraceStore]:
    """An empty store."""
    with contextlib.closing(TraceStore(tmp_path / "traces.sqlite")) as opened:
        yield opened


def export(endpoint: str, compression: Compression) -> str:
    """Make one trace of two spans with the SDK and export it; return its id."""
    provider = TracerProvider(resource=Resource.create({"service.name": "wellness-api"}))
    exporter = OTLPSpanExporter(endpoint=endpoint, compression=compression)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    tracer = provider.get_tracer("test")
    with tracer.start_as_current_span("GET /api/dashboard") as root:
        with tracer.start_as_current_span("query", attributes={"rows": 3, "slow": True, "share": 0.5}) as child:
            child.set_status(Status(StatusCode.ERROR))
        context = root.get_span_context()
    provider.shutdown()
    return f"{context.trace_id:032x}"


@pytest.mark.parametrize("compression", [Compression.NoCompression, Compression.Gzip])
def test_an_exported_trace_is_found_by_its_id(store: TraceStore, compression: Compression) -> None:
    """Parent, service, times, status and attributes arrive as they were set, plain and compressed."""

    async def run() -> str:
        app = Starlette(routes=trace_routes(store, pytest.fail))
        async with serving(app, listen(0, "")) as url:
            return await asyncio.to_thread(export, f"{url}/v1/traces", compression)

    trace_id = asyncio.run(run())

    root, child = store.trace(trace_id)
    assert (root.name, root.service, root.parent_id, root.status) == (
        "GET /api/dashboard",
        "wellness-api",
        None,
        "unset",
    )
    assert (child.parent_id, child.status) == (root.span_id, "error")
    assert child.attributes == {"rows": 3, "slow": True, "share": 0.5}
    assert root.start_ns <= child.start_ns <= child.end_ns <= root.end_ns


def post(store: TraceStore, content: bytes, **headers: str) -> httpx.Response:
    """Post bytes to the receiver."""

    async def run() -> httpx.Response:
        async with (
            serving(Starlette(routes=trace_routes(store, lambda _: None)), listen(0, "")) as url,
            loopback_client() as client,
        ):
            sent = {"content-type": "application/x-protobuf", **headers}
            return await client.post(f"{url}/v1/traces", content=content, headers=sent)

    return asyncio.run(run())


def test_a_malformed_request_is_refused(store: TraceStore) -> None:
    """Other formats, noise, wrong compression, and bytes that unpack to far more than they say."""
    assert post(store, b"{}", **{"content-type": "application/json"}).status_code == 415
    assert post(store, b"\xff\xff\xff").status_code == 400
    assert post(store, b"noise", **{"content-encoding": "gzip"}).status_code == 400
    assert post(store, b"", **{"content-encoding": "br"}).status_code == 400
    bomb = gzip.compress(b"\0" * (LARGEST_BYTES + 1))
    assert post(store, bomb, **{"content-encoding": "gzip"}).status_code == 413


def test_an_exporter_is_asked_to_try_again_while_the_store_cannot_be_written(
    store: TraceStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk is a 503, not a crash."""

    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(store, "add", full)

    assert post(store, b"").status_code == 503


def span(number: int, *, trace: str = "", parent: str | None = None, start: int = 0) -> Span:
    """Make a span that can be distinguished from others."""
    return Span(
        trace_id=trace or f"{number:032x}",
        span_id=f"{number:016x}",
        parent_id=parent,
        name=f"span {number}",
        service="api",
        start_ns=start,
        end_ns=start + 10,
    )


def test_recent_traces_are_the_newest_by_their_start_with_their_roots(store: TraceStore) -> None:
    """A root is the span whose parent is not in the trace: a client's own span is never sent to us."""
    trace = "a" * 32
    store.add([span(1, start=5), span(2, trace=trace, parent="f" * 16, start=20)])
    store.add([span(3, trace=trace, parent=f"{2:016x}", start=25), span(4, start=10)])

    newest, second = store.recent(2)

    assert (newest.trace_id, newest.name, newest.spans, newest.duration_ns) == (trace, "span 2", 2, 15)
    assert second.name == "span 4"


def test_a_span_that_is_sent_twice_counts_once(store: TraceStore) -> None:
    """Exporters try again when an answer got lost."""
    store.add([span(1)])
    store.add([span(1)])

    assert len(store.trace(span(1).trace_id)) == 1


def test_spans_are_forgotten_after_an_hour(store: TraceStore) -> None:
    """The sweep goes by the time of arrival."""
    begun = 1_000_000.0
    store.add([span(1)], now=begun)
    store.add([span(2)], now=begun + KEPT_S - 60)
    store.add([span(3)], now=begun + KEPT_S + 60)

    assert store.trace(span(1).trace_id) == ()
    assert len(store.recent(10)) == 2
