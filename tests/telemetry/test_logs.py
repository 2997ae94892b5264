"""Log lines are JSON with the trace's id, and a timed operation is logged however it ends."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.sdk.trace import TracerProvider

from vitals_telemetry import TelemetryError, configure_logging, performance_log


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """Send the process's log to a text buffer for one test."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    root.handlers = []
    buffer = io.StringIO()
    configure_logging("wellness-api", stream=buffer)
    yield buffer
    root.handlers, root.level = handlers, level


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    """Return the log lines, each of which must be a JSON object."""
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_an_operation_is_one_line(stream: io.StringIO) -> None:
    """A block gives one line with operation, duration in milliseconds, a UTC timestamp and the caller's fields."""
    with performance_log("fetch_user_data", rows=3):
        pass
    (line,) = lines(stream)
    assert line["operation"] == "fetch_user_data"
    assert line["duration_ms"] >= 0
    assert line["rows"] == 3
    assert line["service"] == "wellness-api"
    assert line["level"] == "INFO"
    assert datetime.fromisoformat(line["timestamp"]).utcoffset() == timedelta(0)
    assert "error_type" not in line
    assert "trace_id" not in line


def test_a_block_that_raises_is_logged_with_the_type_of_its_error(stream: io.StringIO) -> None:
    """The line names the type, not the text, of the exception, which then reaches the caller."""
    error = LookupError("ann@example.org is unknown")
    with pytest.raises(LookupError) as raised, performance_log("fetch_user_data"):
        raise error
    assert raised.value is error
    (line,) = lines(stream)
    assert line["operation"] == "fetch_user_data"
    assert line["error_type"] == "LookupError"
    assert line["duration_ms"] >= 0
    assert line["level"] == "WARNING"
    assert "ann@" not in stream.getvalue()


def test_a_line_within_a_span_has_its_ids(stream: io.StringIO) -> None:
    """Lines of performance_log and of any logger carry the ids of the span around them, in hexadecimal."""
    tracer = TracerProvider(shutdown_on_exit=False).get_tracer("test")
    with tracer.start_as_current_span("request") as span:
        with performance_log("fetch_user_data"):
            pass
        logging.getLogger("anything").warning("hello %s", "you", extra={"attempt": 2})
    context = span.get_span_context()
    timed, plain = lines(stream)
    for line in (timed, plain):
        assert line["trace_id"] == f"{context.trace_id:032x}"
        assert line["span_id"] == f"{context.span_id:016x}"
    assert plain["message"] == "hello you"
    assert plain["attempt"] == 2


def test_any_message_stays_on_one_line(stream: io.StringIO) -> None:
    """Line feeds, a traceback and values that JSON does not know still give one JSON object per record."""
    error = ValueError("two\nlines")
    logging.getLogger("anything").error("a\nb", exc_info=error, extra={"where": Path("/a")})
    (line,) = lines(stream)
    assert line["message"] == "a\nb"
    assert line["where"] == "/a"
    assert "ValueError: two" in line["exception"]


@pytest.mark.parametrize("field", ["duration_ms", "trace_id", "service", "message", "name"])
def test_a_field_that_would_hide_another_is_refused_before_the_block(stream: io.StringIO, field: str) -> None:
    """A field with a name that every line has is an error at once; the block does not run and nothing is logged."""
    ran = False
    with pytest.raises(TelemetryError, match=field), performance_log("fetch_user_data", **{field: 1}):
        ran = True
    assert not ran
    assert stream.getvalue() == ""
