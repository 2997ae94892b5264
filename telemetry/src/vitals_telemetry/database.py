"""What a service reports about its database, whichever it is: operations by query shape, errors, open connections.

Hooks for a client library (``vitals_telemetry.firestore``) report here by themselves; for any other database the
service puts ``with telemetry.operation(...)`` around its calls. Values never come here, only names of
collections and fields.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry.trace import Span, SpanKind
from prometheus_client import CollectorRegistry

from vitals_telemetry.instruments import BoundedCounter, BoundedHistogram, instrument
from vitals_telemetry.label_values import readable
from vitals_telemetry.measured import measure
from vitals_telemetry.metrics import OTHER
from vitals_telemetry.metrics.database import (
    DATABASE_CONNECTIONS_OPEN,
    DATABASE_QUERY_DURATION,
    DATABASE_QUERY_ERRORS,
    NO_QUERY,
)
from vitals_telemetry.spans import end_span, fail_span, start_span

LONGEST_QUERY = 120
"""Characters of a query shape at most; a longer one is ``other``."""


class DatabaseTelemetry:
    """Holds the metrics of one database; safe for threads.

    Args:
        database: The value of the label ``database``.
        system: The product, as OpenTelemetry's ``db.system.name`` has it, such as ``gcp.firestore``.
        registry: Where to register; None is the default registry.

    Raises:
        TelemetryError: The registry has a database of this name already.
    """

    def __init__(self, database: str, *, system: str, registry: CollectorRegistry | None = None) -> None:
        self._database = database
        self._system = system
        self._open: set[OpenConnection] = set()
        measure(DATABASE_CONNECTIONS_OPEN, (database,), lambda: len(self._open), registry)
        self._times = instrument(BoundedHistogram, DATABASE_QUERY_DURATION, registry)
        self._errors = instrument(BoundedCounter, DATABASE_QUERY_ERRORS, registry)

    def start(self, collection: str, operation: str, query: str = NO_QUERY) -> Operation:
        """Start to time an operation; its ``end`` must be called.

        Args:
            collection: Name of the collection or table.
            operation: One of the values of the label ``operation``.
            query: Shape of the query: fields and order, no values.
        """
        collection, operation, query = readable(collection), readable(operation), readable(query)
        if len(query) > LONGEST_QUERY:
            query = OTHER
        labels = (self._database, collection, operation, query)
        self._errors.show(*labels[:3])
        span = start_span(
            f"{operation} {collection}",
            SpanKind.CLIENT,
            {
                "db.system.name": self._system,
                "db.collection.name": collection,
                "db.operation.name": operation,
                "db.query.summary": query,
            },
        )
        return Operation(self._times, self._errors, labels, span)

    @contextmanager
    def operation(self, collection: str, operation: str, query: str = NO_QUERY) -> Iterator[None]:
        """Time the operation in a block; an exception counts as its error and goes on. See ``start``."""
        running = self.start(collection, operation, query)
        try:
            yield
        except BaseException as error:
            running.end(error=type(error).__qualname__)
            raise
        running.end()

    def connected(self) -> OpenConnection:
        """Count a connection as open until its ``close`` is called."""
        connection = OpenConnection(self._open)
        self._open.add(connection)
        return connection


class Operation:
    """One running operation."""

    def __init__(
        self, times: BoundedHistogram, errors: BoundedCounter, labels: tuple[str, str, str, str], span: Span
    ) -> None:
        self._times = times
        self._errors = errors
        self._labels = labels
        self._span = span
        self._once = threading.Lock()
        self._started = time.perf_counter()

    def end(self, *, error: str | None = None) -> None:
        """Count the operation; only the first call does.

        Args:
            error: Type or code of what made it fail; None if it did not.
        """
        if not self._once.acquire(blocking=False):
            return
        self._times.observe(*self._labels, seconds=time.perf_counter() - self._started, span=self._span)
        if error is not None:
            self._errors.add(*self._labels[:3])
            fail_span(self._span, error)
        end_span(self._span)


class OpenConnection:
    """One open connection."""

    def __init__(self, among: set[OpenConnection]) -> None:
        self._among = among

    def close(self) -> None:
        """Count it as closed; further calls change nothing."""
        self._among.discard(self)
