"""The database family: how often it is asked, how long it takes, how often it fails, and how many connections it holds.

A query is named by its shape. Only the most frequent and the slowest shapes are recorded, a fixed number of each, so
the series stay few however many shapes a service has.
"""

from __future__ import annotations

from functools import reduce

from vitals.model.catalog import Service
from vitals.model.promql import Expr, call, sum_by
from vitals.model.signals import gauge
from vitals.model.signals.measure import NO_EVENTS, mean, p95, rate, share
from vitals.model.signals.signal import Direction, Group, Signal
from vitals_telemetry.contract import Unit

DATABASE = ("service", "database")
OPERATION = (*DATABASE, "collection", "operation")
QUERY = (*OPERATION, "query")
MOST_NAMED = 8
"""How many queries are named at a time; more lines cannot be told apart on a panel."""
_TIME = "database_query_duration_seconds"

QUERIES = Signal(
    id="database.queries.database",
    title="Queries",
    asks="How many queries per second does the service send? A jump without more requests is a loop around a query.",
    unit=Unit.PER_SECOND,
    worse=Direction.NEITHER,
    record="service_database:database_queries:rate5m",
    labels=DATABASE,
    group=Group.DATABASE,
    query=lambda service, _: rate(f"{_TIME}_count", DATABASE, service),
)

FREQUENT = Signal(
    id="database.queries.frequent",
    title="Most frequent queries",
    asks="Which queries are sent most? One that every request repeats belongs into the cache.",
    unit=Unit.PER_SECOND,
    worse=Direction.NEITHER,
    record="service_query:database_queries:top_rate5m",
    labels=QUERY,
    group=Group.DATABASE,
    query=lambda service, _: call("topk", MOST_NAMED, rate(f"{_TIME}_count", QUERY, service)),
)

SLOWEST = Signal(
    id="database.time.slowest",
    title="Slowest queries",
    asks="Which queries take longest on average? Look for a missing index, or too many documents read.",
    unit=Unit.SECONDS,
    worse=Direction.HIGHER_IS_WORSE,
    record="service_query:database_query_duration_seconds:top_mean5m",
    labels=QUERY,
    group=Group.DATABASE,
    query=lambda service, _: call("topk", MOST_NAMED, mean(_TIME, QUERY, service)),
    may_be_empty=NO_EVENTS,
)

TIME_MEAN = Signal(
    id="database.time.mean",
    title="Mean query time",
    asks="How long does a query take on average? The mean shows total work; users feel the p95.",
    unit=Unit.SECONDS,
    worse=Direction.HIGHER_IS_WORSE,
    record="service_database:database_query_duration_seconds:mean5m",
    labels=DATABASE,
    group=Group.DATABASE,
    query=lambda service, _: mean(_TIME, DATABASE, service),
    may_be_empty=NO_EVENTS,
)

TIME_P95 = Signal(
    id="database.time.p95",
    title="p95 query time",
    asks="Does the database keep users waiting? One query in twenty takes longer than this.",
    unit=Unit.SECONDS,
    worse=Direction.HIGHER_IS_WORSE,
    record="service_database:database_query_duration_seconds:p95_5m",
    labels=DATABASE,
    group=Group.DATABASE,
    query=lambda service, _: p95(_TIME, DATABASE, service),
    may_be_empty=NO_EVENTS,
)

TIME_P95_BY_OPERATION = Signal(
    id="database.time.p95_operation",
    title="p95 query time by operation",
    asks="Is it one collection or one kind of operation that is slow, or all of them?",
    unit=Unit.SECONDS,
    worse=Direction.HIGHER_IS_WORSE,
    record="service_operation:database_query_duration_seconds:p95_5m",
    labels=OPERATION,
    group=Group.DATABASE,
    query=lambda service, _: p95(_TIME, OPERATION, service),
    may_be_empty=NO_EVENTS,
)

ERRORS = Signal(
    id="database.errors.ratio",
    title="Query error ratio",
    asks="What share of queries fails? Each attempt counts, so failures that a retry repairs are seen here first.",
    unit=Unit.RATIO,
    worse=Direction.HIGHER_IS_WORSE,
    record="service_database:database_query_errors:ratio_rate5m",
    labels=DATABASE,
    group=Group.DATABASE,
    query=lambda service, _: share(
        rate("database_query_errors_total", DATABASE, service), QUERIES.read(service=service.name)
    ),
    may_be_empty=NO_EVENTS,
)

CONNECTIONS = Signal(
    id="database.connections.open",
    title="Open connections",
    asks="How many connections are open, over all replicas? One that only grows is not closed somewhere.",
    unit=Unit.COUNT,
    worse=Direction.HIGHER_IS_WORSE,
    record="service_database:database_connections_open:sum",
    labels=DATABASE,
    group=Group.DATABASE,
    query=lambda service, scrape: sum_by(DATABASE, gauge.last_of_known("database_connections_open", service, scrape)),
)


def _of_limit(service: Service) -> Expr:
    """Open connections over what the catalogue allows, each database with its own limit."""
    shares = [
        CONNECTIONS.read(service=service.name, database=store.name) / store.connections for store in service.stores
    ]
    return reduce(lambda left, right: left | right, shares)


CONNECTIONS_USED = Signal(
    id="database.saturation.connections",
    title="Connection use",
    asks="How near is the limit of connections that the catalogue allows? At 100 % requests queue for one.",
    unit=Unit.RATIO,
    worse=Direction.HIGHER_IS_WORSE,
    record="service_database:database_connections:ratio",
    labels=DATABASE,
    group=Group.DATABASE,
    query=lambda service, _: _of_limit(service),
)

SIGNALS = (
    QUERIES,
    FREQUENT,
    SLOWEST,
    TIME_MEAN,
    TIME_P95,
    TIME_P95_BY_OPERATION,
    ERRORS,
    CONNECTIONS,
    CONNECTIONS_USED,
)
