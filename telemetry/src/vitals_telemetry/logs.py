"""Structured logs: one JSON object per line, joined to the traces by id, and ``performance_log`` for operations.

``configure_logging`` is for the process's entry point; libraries only log. A line holds what the call site passes and
nothing that this module looks up about the request, so personal data gets in only by writing it there.
"""

from __future__ import annotations

import json
import logging
import math
import re
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TextIO

from opentelemetry.trace import format_span_id, format_trace_id, get_current_span

from vitals_telemetry.errors import TelemetryError
from vitals_telemetry.mistakes import Mistakes

_performance = logging.getLogger("vitals_telemetry.performance")
_MISTAKES = Mistakes(logging.getLogger(__name__))

_RECORD_ATTRIBUTES = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_LINE_FIELDS = frozenset(
    {"timestamp", "level", "logger", "service", "trace_id", "span_id", "exception", "duration_ms", "error_type"}
)
_SURROGATE = re.compile("[\ud800-\udfff]")
"""Half a character, which no stream can write; it comes from JSON and from file names that are not UTF-8."""

_BEYOND_ASCII = re.compile("[^\x00-\x7f]")

_TOO_LARGE = 2**63
"""From here on few readers of JSON take a whole number."""

_DEEPEST = 20
"""Containers within containers that a line shows; of what is deeper, or holds itself, it shows the type."""


class JsonFormatter(logging.Formatter):
    """Formats a record as one line of JSON.

    Fields: ``timestamp`` (RFC 3339, UTC), ``level``, ``service``, ``logger``, ``message``, ``trace_id`` and ``span_id``
    within a span, ``exception`` with the traceback where one is logged, and everything from ``extra``. A record is one
    valid line whatever it holds: half characters are written as their escapes, numbers that JSON does not have as text,
    and what fails to give its text as its type.

    Args:
        service: The value of ``service``.
        only_ascii: Write other characters as escapes, for a stream that cannot hold them all.
    """

    def __init__(self, service: str, *, only_ascii: bool = False) -> None:
        super().__init__()
        self._service = service
        self._only_ascii = only_ascii

    def format(self, record: logging.LogRecord) -> str:
        """Return the line for ``record``, without a line feed."""
        line: dict[str, object] = {
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="microseconds"),
            "level": record.levelname,
            "service": self._service,
            "logger": record.name,
            "message": _message(record),
        }
        span = get_current_span().get_span_context()
        if span.is_valid:
            line["trace_id"] = format_trace_id(span.trace_id)
            line["span_id"] = format_span_id(span.span_id)
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        taken = _RECORD_ATTRIBUTES | line.keys()
        line.update((name, value) for name, value in vars(record).items() if name not in taken)
        try:
            text = _written(line)
        except Exception:
            text = _written(_plain(line))
        text = _SURROGATE.sub(_escaped, text)
        return (
            _BEYOND_ASCII.sub(lambda character: json.dumps(character.group())[1:-1], text) if self._only_ascii else text
        )


def _written(line: object) -> str:
    return json.dumps(line, ensure_ascii=False, allow_nan=False, default=_text)


def _message(record: logging.LogRecord) -> str:
    """Return the message; without its arguments if they do not fit it."""
    try:
        return record.getMessage()
    except Exception:
        return _text(record.msg)


def _text(value: object) -> str:
    try:
        return str(value)
    except Exception:
        return f"<{type(value).__qualname__}>"


def _plain(value: object, depth: int = 0) -> object:
    """Return a value as one that JSON has: texts as keys, no number that is none, no container without end."""
    try:
        return _json_value(value, depth)
    except Exception:
        return f"<{type(value).__qualname__}>"


def _json_value(value: object, depth: int) -> object:
    if isinstance(value, (Mapping, list, tuple)) and depth >= _DEEPEST:
        return f"<{type(value).__qualname__}>"
    if isinstance(value, Mapping):
        return {_text(key): _plain(inner, depth + 1) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner, depth + 1) for inner in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    known = value is None or isinstance(value, bool) or (isinstance(value, int) and abs(value) < _TOO_LARGE)
    return value if known else _text(value)


def _escaped(half: re.Match[str]) -> str:
    """Return the escape of half a character as text within a JSON text, since few readers take the escape itself."""
    return f"\\\\u{ord(half.group()):04x}"


def configure_logging(service: str, stream: TextIO | None = None, level: int = logging.INFO) -> None:
    """Make every logger of the process write JSON lines to one stream, in place of the handlers of the root logger.

    Servers that bring handlers of their own need to be configured to leave them out (uvicorn: ``log_config=None``).

    Args:
        service: The value of the field ``service``.
        stream: Where to write; None is standard output.
        level: The lowest level that is written.
    """
    stream = sys.stdout if stream is None else stream
    handler = logging.StreamHandler(stream)
    encoding = (getattr(stream, "encoding", None) or "utf-8").lower().replace("-", "").replace("_", "")
    handler.setFormatter(JsonFormatter(service, only_ascii=not encoding.startswith("utf")))
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
        _log(logging.WARNING, "%s failed", operation, extra)
        raise
    _log(logging.INFO, "%s", operation, extra | {"duration_ms": _since(started)})


def _log(level: int, message: str, operation: str, extra: dict[str, object]) -> None:
    try:
        _performance.log(level, message, operation, extra=extra)
    except Exception:  # a filter, handler or record factory of the application's own
        _MISTAKES.note("the log failed, so operations that were timed are not in it")


def _since(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 3)
