"""The database family: how often it is asked, how long it takes, how often it fails, and how many connections it holds.

A query is named by its shape. Only the most frequent and the slowest shapes are recorded, a fixed number of each, so
the series stay few however many shapes a service has.
"""

from __future__ import annotations

from vitals.model.catalog import Scrape, Service
from vitals.model.conventions import SERVICE
from vitals.model.promql import Expr
from vitals.model.signals import gauge
from vitals.model.signals.idioms import any_of, share
from vitals.model.signals.measure import NO_EVENTS, mean, p95, rate
from vitals.model.signals.query import SignalQuery
from vitals.model.signals.signal import Direction, Group, Signal
from vitals_telemetry.contract import Unit

DATABASE = (SERVICE, "database")
OPERATION = (*DATABASE, "collection", "operation")
QUERY = (*OPERATION, "query")
MOST_NAMED = 8
"""How many queries are named at a time; more lines cannot be distinguished on a panel."""
_TIME = "database_query_duration_seconds"

QUERIES = Signal(
    id="database.queries.database",
    title="Queries",
    question=(
        "How many queries per second does the service send? A jump without more requests is a loop around a query."
    ),
    unit=Unit.QUERIES_PER_SECOND,
    direction=Direction.NEITHER,
    record="service_database:database_queries:rate5m",
    labels=DATABASE,
    group=Group.DATABASE,
    query=rate(f"{_TIME}_count", DATABASE),
)

FREQUENT = Signal(
    id="database.queries.frequent",
    title="Most frequent queries",
    question="Which queries are sent most? One that every request repeats belongs into the cache.",
    unit=Unit.QUERIES_PER_SECOND,
    direction=Direction.NEITHER,
    record="service_query:database_queries:top_rate5m",
    labels=QUERY,
    group=Group.DATABASE,
    query=rate(f"{_TIME}_count", QUERY).top(MOST_NAMED),
)

SLOWEST = Signal(
    id="database.time.slowest",
    title="Slowest queries",
    question="Which queries take longest on average? Look for a missing index, or too many documents read.",
    unit=Unit.SECONDS,
    direction=Direction.HIGHER_IS_WORSE,
    record="service_query:database_query_duration_seconds:top_mean5m",
    labels=QUERY,
    group=Group.DATABASE,
    query=mean(_TIME, QUERY).top(MOST_NAMED),
    may_be_empty=NO_EVENTS,
)

TIME_MEAN = Signal(
    id="database.time.mean",
    title="Mean query time",
    question="How long does a query take on average? The mean shows total work; users feel the p95.",
    unit=Unit.SECONDS,
    direction=Direction.HIGHER_IS_WORSE,
    record="service_database:database_query_duration_seconds:mean5m",
    labels=DATABASE,
    group=Group.DATABASE,
    query=mean(_TIME, DATABASE),
    may_be_empty=NO_EVENTS,
)

TIME_P95 = Signal(
    id="database.time.p95",
    title="p95 query time",
    question="Does the database keep users waiting? One query in twenty takes longer than this.",
    unit=Unit.SECONDS,
    direction=Direction.HIGHER_IS_WORSE,
    record="service_database:database_query_duration_seconds:p95_5m",
    labels=DATABASE,
    group=Group.DATABASE,
    query=p95(_TIME, DATABASE),
    may_be_empty=NO_EVENTS,
)

TIME_P95_BY_OPERATION = Signal(
    id="database.time.p95_operation",
    title="p95 query time by operation",
    question="Is it one collection or one kind of operation that is slow, or all of them?",
    unit=Unit.SECONDS,
    direction=Direction.HIGHER_IS_WORSE,
    record="service_operation:database_query_duration_seconds:p95_5m",
    labels=OPERATION,
    group=Group.DATABASE,
    query=p95(_TIME, OPERATION),
    may_be_empty=NO_EVENTS,
)

ERRORS = Signal(
    id="database.errors.ratio",
    title="Query error ratio",
    question="What share of queries fails? Each attempt counts, so failures that a retry repairs are seen here first.",
    unit=Unit.RATIO,
    direction=Direction.HIGHER_IS_WORSE,
    record="service_database:database_query_errors:ratio_rate5m",
    labels=DATABASE,
    group=Group.DATABASE,
    query=share(rate("database_query_errors_total", DATABASE), QUERIES.recorded()),
    may_be_empty=NO_EVENTS,
    phrase="{value} of queries failed",
)

CONNECTIONS = Signal(
    id="database.connections.open",
    title="Open connections",
    question="How many connections are open, over all replicas? One that only grows is not closed somewhere.",
    unit=Unit.COUNT,
    direction=Direction.HIGHER_IS_WORSE,
    record="service_database:database_connections_open:sum",
    labels=DATABASE,
    group=Group.DATABASE,
    query=gauge.last_of_targets("database_connections_open").sum_by(DATABASE),
)


def _of_limit(service: Service, _: Scrape) -> Expr:
    """Open connections over what the catalogue allows, each database with its own limit."""
    return any_of(
        CONNECTIONS.select(service=service.name, database=store.name) / store.connections for store in service.stores
    )


CONNECTIONS_USED = Signal(
    id="database.saturation.connections",
    title="Connection use",
    question="How near is the limit of connections that the catalogue allows? At 100 % requests queue for one.",
    unit=Unit.RATIO,
    direction=Direction.HIGHER_IS_WORSE,
    record="service_database:database_connections:ratio",
    labels=DATABASE,
    group=Group.DATABASE,
    query=SignalQuery(_of_limit),
    phrase="database connection use {value}",
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
