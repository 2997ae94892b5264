"""Structured logs: one JSON object per line, joined to the traces by id, and ``performance_log`` for operations.

``configure_logging`` is for the process's entry point; libraries only log. A line holds what the call site passes and
nothing that this module looks up about the request, so personal data gets in only by writing it there.
"""

from __future__ import annotations

import json
import logging
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TextIO

from opentelemetry.trace import format_span_id, format_trace_id, get_current_span

from vitals_telemetry.errors import TelemetryError

_performance = logging.getLogger("vitals_telemetry.performance")

_RECORD_ATTRIBUTES = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_LINE_FIELDS = frozenset(
    {"timestamp", "level", "logger", "service", "trace_id", "span_id", "exception", "duration_ms", "error_type"}
)


class JsonFormatter(logging.Formatter):
    """Formats a record as one line of JSON.

    Fields: ``timestamp`` (RFC 3339, UTC), ``level``, ``service``, ``logger``, ``message``, ``trace_id`` and ``span_id``
    within a span, ``exception`` with the traceback where one is logged, and everything from ``extra``.

    Args:
        service: The value of ``service``.
    """

    def __init__(self, service: str) -> None:
        super().__init__()
        self._service = service

    def format(self, record: logging.LogRecord) -> str:
        """Return the line for ``record``, without a line feed."""
        line: dict[str, object] = {
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="microseconds"),
            "level": record.levelname,
            "service": self._service,
            "logger": record.name,
            "message": record.getMessage(),
        }
        span = get_current_span().get_span_context()
        if span.is_valid:
            line["trace_id"] = format_trace_id(span.trace_id)
            line["span_id"] = format_span_id(span.span_id)
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        taken = _RECORD_ATTRIBUTES | line.keys()
        line.update((name, value) for name, value in vars(record).items() if name not in taken)
        return json.dumps(line, ensure_ascii=False, default=str)


def configure_logging(service: str, stream: TextIO | None = None, level: int = logging.INFO) -> None:
    """Make every logger of the process write JSON lines to one stream, in place of the handlers of the root logger.

    Servers that bring handlers of their own need to be told to leave them out (uvicorn: ``log_config=None``).

    Args:
        service: The value of the field ``service``.
        stream: Where to write; None is standard output.
        level: The lowest level that is written.
    """
    handler = logging.StreamHandler(sys.stdout if stream is None else stream)
    handler.setFormatter(JsonFormatter(service))
    logging.basicConfig(level=level, handlers=[handler], force=True)


@contextmanager
def performance_log(operation: str, **fields: object) -> Iterator[None]:
    """Log how long a block took: one line with ``operation``, ``duration_ms`` and the trace's id, however it ends.

    A block that raises is logged as a warning with ``error_type``, the name of the exception's type; its text is left
    out, because it may hold personal data, and the exception goes on.

    Args:
        operation: What the block does, such as ``fetch_user_data``; a constant, not a text with values in it.
        fields: More fields for the line; values that JSON does not know are written as text.

    Raises:
        TelemetryError: A field has the name of one that the line has already; raised before the block runs.
    """
    clash = sorted(fields.keys() & (_RECORD_ATTRIBUTES | _LINE_FIELDS))
    if clash:
        raise TelemetryError(
            f"performance_log({operation!r}) was given {', '.join(clash)}, which every log line has already, so one "
            "value would hide the other. Choose another name for the field."
        )
    extra: dict[str, object] = {"operation": operation, **fields}
    started = time.perf_counter()
    try:
        yield
    except BaseException as error:
        extra |= {"duration_ms": _since(started), "error_type": type(error).__qualname__}
        _performance.warning("%s failed", operation, extra=extra)
        raise
    _performance.info("%s", operation, extra=extra | {"duration_ms": _since(started)})


def _since(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 3)
