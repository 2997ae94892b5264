"""OTLP/HTTP: the route that takes spans from exporters, and the translation into ours.

Protobuf bodies only, plain or gzip, as the OpenTelemetry SDKs send them. Resource attributes other than the service
name are dropped: on one machine they say the same for every span.
"""

import asyncio
import math
import sqlite3
import zlib
from collections.abc import Callable, Iterator

from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.common.v1.common_pb2 import AnyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span as OtlpSpan
from opentelemetry.proto.trace.v1.trace_pb2 import Status
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from vitals.local.portal.interfaces import AttributeValue, Span, SpanStatus
from vitals.local.stack.receivers.body import read_body
from vitals.local.stack.traces.store import TraceStore
from vitals.local.stack.traces.wire import count_spans

LARGEST_BYTES = 4 * 1024 * 1024
"""Of a request, packed and unpacked: an SDK's batch of 512 spans has less than a tenth of it."""
MOST_SPANS = 8192
"""Of a request: what a collector puts together by default."""
_ATTRIBUTES, _CHARACTERS = 128, 4096
"""Kept of a span, and of a text in it: as many attributes as an SDK allows, and more text than a page can show."""
_LAST_NS = 2**63 - 1
"""The largest number that SQLite takes."""
_PROTOBUF = "application/x-protobuf"


class _RefusedError(Exception):
    """A request that is not taken; carries the status of the answer."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


def trace_routes(store: TraceStore, on_problem: Callable[[str], None]) -> list[Route]:
    """Make ``POST /v1/traces``.

    It answers 200, in whose message stands how many spans were rejected; 415 for another format; 413 above 4 MiB
    (packed or unpacked) or 8,192 spans; 400 for bytes that are not a request, or of whose spans none can be taken; and
    503 (exporters then try again) while the store cannot be written. Whatever takes time is done in a thread, for one
    request after the other: 4 MiB of parts as small as can be are 100 MiB when they have been parsed.
    """
    one_at_a_time = asyncio.Lock()

    async def receive(request: Request) -> Response:
        if request.headers.get("content-type", "").partition(";")[0] != _PROTOBUF:
            return Response(f"only {_PROTOBUF} is taken here", status_code=415)
        body = await read_body(request, LARGEST_BYTES)
        encoding = request.headers.get("content-encoding", "identity")
        try:
            async with one_at_a_time:
                answer = await asyncio.to_thread(take, body, encoding)
        except _RefusedError as error:
            return Response(str(error), status_code=error.status)
        except sqlite3.OperationalError as error:
            on_problem(f"spans could not be stored: {error}")
            return Response("the span store cannot be written now", status_code=503)
        return Response(answer.SerializeToString(), media_type=_PROTOBUF)

    def take(body: bytes, encoding: str) -> ExportTraceServiceResponse:
        message = _parsed(body, encoding)
        sent = sum(len(scope.spans) for resource in message.resource_spans for scope in resource.scope_spans)
        spans = list(spans_of(message))
        if sent and not spans:
            raise _RefusedError(400, "no span has a trace id of 16 bytes, a span id of 8 and times that can be")
        store.add(spans)
        answer = ExportTraceServiceResponse()
        if sent > len(spans):
            answer.partial_success.rejected_spans = sent - len(spans)
            answer.partial_success.error_message = "spans without ids, or with times that cannot be"
        return answer

    return [Route("/v1/traces", receive, methods=["POST"])]


def _parsed(body: bytes, encoding: str) -> ExportTraceServiceRequest:
    try:
        body = _unpack(body, encoding)
        if count_spans(body, MOST_SPANS) > MOST_SPANS:
            raise _RefusedError(413, f"more than {MOST_SPANS} spans or other parts")
        return ExportTraceServiceRequest.FromString(body)
    except (DecodeError, zlib.error, ValueError) as error:
        raise _RefusedError(400, f"not an OTLP trace request: {error}") from None


def spans_of(message: ExportTraceServiceRequest) -> Iterator[Span]:
    """Translate every span that can be stored; one without a service name is the service ``unknown``."""
    for resource in message.resource_spans:
        names = (a.value.string_value for a in resource.resource.attributes[:_ATTRIBUTES] if a.key == "service.name")
        service = next(names, "unknown")[:_CHARACTERS]
        for scope in resource.scope_spans:
            for span in scope.spans:
                if _has_ids(span) and max(span.start_time_unix_nano, span.end_time_unix_nano) <= _LAST_NS:
                    yield _translate(span, service)


def _has_ids(span: OtlpSpan) -> bool:
    return (len(span.trace_id), len(span.span_id)) == (16, 8) and any(span.trace_id) and any(span.span_id)


def _translate(span: OtlpSpan, service: str) -> Span:
    return Span(
        trace_id=span.trace_id.hex(),
        span_id=span.span_id.hex(),
        parent_id=span.parent_span_id[:8].hex() or None,
        name=span.name[:_CHARACTERS],
        service=service,
        start_ns=span.start_time_unix_nano,
        end_ns=span.end_time_unix_nano,
        status=_STATUS.get(span.status.code, "unset"),
        attributes={a.key[:_CHARACTERS]: _value(a.value) for a in span.attributes[:_ATTRIBUTES]},
    )


_STATUS: dict[int, SpanStatus] = {
    Status.STATUS_CODE_UNSET: "unset",
    Status.STATUS_CODE_OK: "ok",
    Status.STATUS_CODE_ERROR: "error",
}


def _value(value: AnyValue) -> AttributeValue:
    match value.WhichOneof("value"):
        case "bool_value":
            return value.bool_value
        case "int_value":
            return value.int_value
        case "double_value":  # JSON has no infinity and no NaN
            return value.double_value if math.isfinite(value.double_value) else str(value.double_value)
        case "string_value":
            return value.string_value[:_CHARACTERS]
        case _:
            return str(value).strip() if value.ByteSize() <= _CHARACTERS else f"{value.ByteSize()} bytes"


def _unpack(body: bytes, encoding: str) -> bytes:
    if encoding == "identity":
        return body
    if encoding != "gzip":
        raise ValueError(f"content-encoding {encoding!r} is not known here")
    unpacker = zlib.decompressobj(wbits=31)
    unpacked = unpacker.decompress(body, LARGEST_BYTES + 1)
    if len(unpacked) > LARGEST_BYTES:
        raise _RefusedError(413, f"more than {LARGEST_BYTES} bytes when unpacked")
    if not unpacker.eof or unpacker.unused_data:
        raise ValueError("the gzip stream breaks off, or something follows it")
    return unpacked
