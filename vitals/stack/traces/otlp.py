"""OTLP/HTTP: the route that takes spans from exporters, and the translation into ours.

Protobuf bodies only, plain or gzip, as the OpenTelemetry SDKs send them. Resource attributes other than the service
name are dropped: on one machine they say the same for every span.
"""

import asyncio
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

from vitals.portal.feeds import AttributeValue, Span, SpanStatus
from vitals.stack.traces.store import TraceStore

LARGEST_BYTES = 16 * 1024 * 1024
_PROTOBUF = "application/x-protobuf"


def trace_routes(store: TraceStore, on_problem: Callable[[str], None]) -> list[Route]:
    """Make ``POST /v1/traces``.

    It answers 200 with an empty response message, 415 for another format, 413 above 16 MiB (unpacked), 400 for bytes
    that are no request, and 503 (exporters then try again) while the store cannot be written.
    """

    async def receive(request: Request) -> Response:
        if request.headers.get("content-type", "").partition(";")[0] != _PROTOBUF:
            return Response(f"only {_PROTOBUF} is taken here", status_code=415)
        try:
            body = _unpack(await request.body(), request.headers.get("content-encoding", "identity"))
            message = ExportTraceServiceRequest.FromString(body)
        except OverflowError as error:
            return Response(str(error), status_code=413)
        except (DecodeError, zlib.error, ValueError) as error:
            return Response(f"not an OTLP trace request: {error}", status_code=400)
        try:
            await asyncio.to_thread(store.add, list(spans_of(message)))
        except sqlite3.OperationalError as error:
            on_problem(f"spans could not be stored: {error}")
            return Response("the span store cannot be written now", status_code=503)
        return Response(ExportTraceServiceResponse().SerializeToString(), media_type=_PROTOBUF)

    return [Route("/v1/traces", receive, methods=["POST"])]


def spans_of(message: ExportTraceServiceRequest) -> Iterator[Span]:
    """Translate every span of an export request; one without a service name is the service ``unknown``."""
    for resource in message.resource_spans:
        names = (a.value.string_value for a in resource.resource.attributes if a.key == "service.name")
        service = next(names, "unknown")
        for scope in resource.scope_spans:
            for span in scope.spans:
                yield _translate(span, service)


def _translate(span: OtlpSpan, service: str) -> Span:
    return Span(
        trace_id=span.trace_id.hex(),
        span_id=span.span_id.hex(),
        parent_id=span.parent_span_id.hex() or None,
        name=span.name,
        service=service,
        start_ns=span.start_time_unix_nano,
        end_ns=span.end_time_unix_nano,
        status=_STATUS[span.status.code],
        attributes={attribute.key: _value(attribute.value) for attribute in span.attributes},
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
        case "double_value":
            return value.double_value
        case "string_value":
            return value.string_value
        case _:
            return str(value).strip()


def _unpack(body: bytes, encoding: str) -> bytes:
    if encoding == "gzip":
        unpacker = zlib.decompressobj(wbits=31)
        body = unpacker.decompress(body, LARGEST_BYTES)
        if unpacker.unconsumed_tail:
            raise OverflowError(f"more than {LARGEST_BYTES} bytes when unpacked")
    elif encoding != "identity":
        raise ValueError(f"content-encoding {encoding!r} is not known here")
    if len(body) > LARGEST_BYTES:
        raise OverflowError(f"more than {LARGEST_BYTES} bytes")
    return body
