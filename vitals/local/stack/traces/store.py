"""Spans of the last hour in SQLite, so that an exemplar on a panel leads to its trace.

It answers two questions, "this trace" and "what was there lately"; searching by attributes is a trace store's
business and not wanted here.
"""

import json
import sqlite3
import threading
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from vitals.local.portal.interfaces import Span, TraceSummary

KEPT_S = 3600.0
_SWEEP_EVERY_S = 30.0

_SCHEMA = """
CREATE TABLE spans (
    trace_id TEXT NOT NULL, span_id TEXT NOT NULL, parent_id TEXT, name TEXT NOT NULL, service TEXT NOT NULL,
    start_ns INTEGER NOT NULL, end_ns INTEGER NOT NULL, status TEXT NOT NULL, attributes TEXT NOT NULL,
    received REAL NOT NULL, PRIMARY KEY (trace_id, span_id)
) WITHOUT ROWID;
CREATE INDEX by_age ON spans (received);
CREATE INDEX by_start ON spans (trace_id, start_ns);
"""
_COLUMNS = "trace_id, span_id, parent_id, name, service, start_ns, end_ns, status, attributes"


class TraceStore:
    """The spans of one run; safe to use from several threads.

    Args:
        path: A SQLite file that does not exist yet.
    """

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._swept = 0.0
        self._connection = sqlite3.connect(path, check_same_thread=False)
        self._connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;" + _SCHEMA)

    def close(self) -> None:
        """Close the file; the store cannot be used after that."""
        with self._lock:
            self._connection.close()

    def add(self, spans: Iterable[Span], now: float | None = None) -> None:
        """Store spans; one that is there already (a retry of the exporter) is replaced.

        Args:
            spans: Finished spans.
            now: Unix seconds of their arrival; the clock's time if None. Older spans than ``KEPT_S`` are dropped.

        Raises:
            sqlite3.OperationalError: The disk is full; none of the spans is stored.
        """
        received = time.time() if now is None else now
        rows = [
            (s.trace_id, s.span_id, s.parent_id, s.name, s.service, s.start_ns, s.end_ns, s.status,
             json.dumps(dict(s.attributes), sort_keys=True), received)
            for s in spans
        ]  # fmt: skip
        with self._lock, self._connection:
            self._connection.executemany(
                f"INSERT OR REPLACE INTO spans ({_COLUMNS}, received) VALUES (?,?,?,?,?,?,?,?,?,?)",  # noqa: S608
                rows,
            )
            if received - self._swept > _SWEEP_EVERY_S:
                self._connection.execute("DELETE FROM spans WHERE received < ?", (received - KEPT_S,))
                self._swept = received

    def trace(self, trace_id: str) -> tuple[Span, ...]:
        """Return the spans of one trace (lower-case hex id), earliest first; empty when there are none."""
        with self._lock:
            rows = self._connection.execute(
                f"SELECT {_COLUMNS} FROM spans WHERE trace_id = ? ORDER BY start_ns",  # noqa: S608
                (trace_id,),
            ).fetchall()
        return tuple(_span(row) for row in rows)

    def recent(self, limit: int) -> tuple[TraceSummary, ...]:
        """Return the newest ``limit`` traces by their start, newest first."""
        with self._lock:
            ids = self._connection.execute(
                "SELECT trace_id, MIN(start_ns) AS start FROM spans GROUP BY trace_id ORDER BY start DESC LIMIT ?",
                (limit,),
            ).fetchall()
        traces = (self.trace(trace_id) for trace_id, _ in ids)
        return tuple(_summary(spans) for spans in traces if spans)


def _span(row: tuple[str, str, str | None, str, str, int, int, str, str]) -> Span:
    trace_id, span_id, parent_id, name, service, start_ns, end_ns, status, attributes = row
    return Span(
        trace_id=trace_id,
        span_id=span_id,
        parent_id=parent_id,
        name=name,
        service=service,
        start_ns=start_ns,
        end_ns=end_ns,
        status="error" if status == "error" else "ok" if status == "ok" else "unset",
        attributes=json.loads(attributes),
    )


def _summary(spans: Sequence[Span]) -> TraceSummary:
    known = {span.span_id for span in spans}
    root = next((span for span in spans if span.parent_id not in known), spans[0])
    return TraceSummary(
        trace_id=root.trace_id,
        name=root.name,
        service=root.service,
        start_ns=spans[0].start_ns,
        duration_ns=max(span.end_ns for span in spans) - spans[0].start_ns,
        spans=len(spans),
        status=root.status,
    )
