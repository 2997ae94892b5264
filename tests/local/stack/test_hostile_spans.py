"""What any local program may send as spans: counted before they are parsed, and refused where they are invalid."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)

from tests.local.stack.open_ports import PROTOBUF, post
from vitals.local.stack.traces.otlp import MOST_SPANS
from vitals.local.stack.traces.wire import count_spans

NOW_NS = 1_790_000_000_000_000_000


def _request(*spans: tuple[bytes, bytes], name: str = "n", start_ns: int = NOW_NS) -> ExportTraceServiceRequest:
    request = ExportTraceServiceRequest()
    scope = request.resource_spans.add().scope_spans.add()
    for trace_id, span_id in spans:
        span = scope.spans.add(trace_id=trace_id, span_id=span_id, name=name)
        span.start_time_unix_nano, span.end_time_unix_nano = start_ns, NOW_NS + 1
    return request


GOOD = (b"\x01" * 16, b"\x02" * 8)


def _length(number: int) -> bytes:
    out = b""
    while number > 127:
        out += bytes([number & 127 | 128])
        number >>= 7
    return out + bytes([number])


def _nested(content: bytes) -> bytes:
    """Content as the scope of a resource of a request."""
    scope = b"\x12" + _length(len(content)) + content
    return b"\x0a" + _length(len(scope)) + scope


@pytest.mark.parametrize(
    "body",
    [_nested(b"\x12\x00" * 524_288), _nested(b"\x0a\x00" * 524_288), b"\x12\x00" * 524_288, b"\x0a\x00" * 524_288],
    ids=["spans", "scopes", "unknown fields", "resources"],
)
def test_a_small_body_of_many_empty_parts_is_refused(body: bytes, tmp_path: Path) -> None:
    """About a thousand bytes of gzip are half a million messages; they are counted before any is made."""
    packed = gzip.compress(body)
    answer, _, store = post(tmp_path, "/v1/traces", content=packed, headers={**PROTOBUF, "content-encoding": "gzip"})

    assert len(packed) < 3000
    assert answer.status_code == 413
    assert store.recent(1) == ()


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (gzip.compress(gzip.compress(_request(GOOD).SerializeToString())), "gzip"),
        (gzip.compress(_request(GOOD).SerializeToString())[:-12], "gzip"),
        (gzip.compress(b"") + gzip.compress(_request(GOOD).SerializeToString()), "gzip"),
        (gzip.compress(_request(GOOD).SerializeToString()), "gzip, gzip"),
        (b"\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", "identity"),
        (b"\x0a\x05\x12", "identity"),
        (b"\x0b" * 100, "identity"),
    ],
    ids=["gzip of gzip", "cut gzip", "two members", "two encodings", "endless number", "cut field", "groups"],
)
def test_bytes_that_are_not_a_request_are_refused(body: bytes, encoding: str, tmp_path: Path) -> None:
    """400, and nothing is stored."""
    answer, _, store = post(tmp_path, "/v1/traces", content=body, headers={**PROTOBUF, "content-encoding": encoding})

    assert answer.status_code == 400
    assert store.recent(1) == ()


def test_spans_are_counted_as_the_parser_counts_them() -> None:
    """The count stops above the bound, and below it holds every span."""
    request = _request(*[GOOD] * 50)

    assert 50 < count_spans(request.SerializeToString(), MOST_SPANS) < 60
    assert count_spans(request.SerializeToString(), 10) == 11


def test_a_span_without_ids_is_rejected_and_the_others_are_kept(tmp_path: Path) -> None:
    """The answer says how many, as the protocol has it; a request of such spans alone is wrong."""
    bad = [(b"", b""), (b"\0" * 16, b"\x02" * 8), (b"\x01" * 16, b"\0" * 8), (b"\x01" * 15, b"\x02" * 8)]
    answer, _, store = post(tmp_path, "/v1/traces", content=_request(GOOD, *bad).SerializeToString(), headers=PROTOBUF)
    said = ExportTraceServiceResponse.FromString(answer.content)

    assert (answer.status_code, said.partial_success.rejected_spans) == (200, 4)
    assert len(store.trace("01" * 16)) == 1
    (tmp_path / "traces.sqlite").unlink()
    answer, _, store = post(tmp_path, "/v1/traces", content=_request(*bad).SerializeToString(), headers=PROTOBUF)
    assert answer.status_code == 400
    assert store.recent(1) == ()


def test_a_span_of_strange_values_is_shown_as_what_it_is(tmp_path: Path) -> None:
    """Numbers that JSON or SQLite do not have, an unknown status, texts and lists without end."""
    request = _request(GOOD, start_ns=2**63)
    answer, _, _ = post(tmp_path, "/v1/traces", content=request.SerializeToString(), headers=PROTOBUF)
    assert answer.status_code == 400
    (tmp_path / "traces.sqlite").unlink()

    request = _request(GOOD, name="n" * 100_000)
    (span,) = request.resource_spans[0].scope_spans[0].spans
    span.status.code = 9  # type: ignore[assignment]  # a number that the enumeration does not have
    span.attributes.add(key="nan").value.double_value = float("nan")
    span.attributes.add(key="list").value.array_value.values.add().string_value = "x" * 100_000
    for number in range(1000):
        span.attributes.add(key=f"k{number}").value.string_value = "v"
    answer, _, store = post(tmp_path, "/v1/traces", content=request.SerializeToString(), headers=PROTOBUF)
    (kept,) = store.trace("01" * 16)

    assert answer.status_code == 200
    assert (kept.status, len(kept.name), len(kept.attributes)) == ("unset", 4096, 128)
    assert kept.attributes["nan"] == "nan"
    assert str(kept.attributes["list"]).endswith(" bytes")
