"""What a service reports about its database: how often and how long by query, errors, open connections."""

from __future__ import annotations

from vitals_telemetry.contract import Label, Metric, MetricType, Unit
from vitals_telemetry.metrics.process import OTHER

NO_QUERY = "none"
"""The query of an operation that takes none, such as reading one document by its name."""

DATABASE = Label("database", "Name that the service gave its database.", most=10, expected=1)
COLLECTION = Label(
    "collection",
    f"Last collection of the path, without document names; {OTHER!r} beyond the bound.",
    most=50,
    expected=4,
)
OPERATION = Label(
    "operation",
    f"What was asked of the database; {OTHER!r} for what is not listed.",
    most=12,
    values=(
        "aggregate",
        "begin",
        "commit",
        "create",
        "delete",
        "get",
        "list",
        "query",
        "rollback",
        "set",
        "update",
        OTHER,
    ),
    expected=2,
)
QUERY = Label(
    "query",
    "Shape of the query: fields, operators and order, such as 'age >, name = | age desc', never values; "
    f"{NO_QUERY!r} where the operation takes no query, {OTHER!r} beyond the bound.",
    most=100,
    expected=1,
)

DATABASE_QUERY_DURATION = Metric(
    name="database_query_duration_seconds",
    type=MetricType.HISTOGRAM,
    unit=Unit.SECONDS,
    help="Time from sending a database operation to its last result, in seconds; failed ones included",
    labels=(DATABASE, COLLECTION, OPERATION, QUERY),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
DATABASE_QUERY_ERRORS = Metric(
    name="database_query_errors_total",
    type=MetricType.COUNTER,
    unit=Unit.COUNT,
    help="Database operations that failed, each attempt counted; a document that is not there is not a failure",
    labels=(DATABASE, COLLECTION, OPERATION),
)
DATABASE_CONNECTIONS_OPEN = Metric(
    name="database_connections_open",
    type=MetricType.GAUGE,
    unit=Unit.COUNT,
    help="Connections to the database that this process has opened and not closed",
    labels=(DATABASE,),
)

DATABASE_METRICS: tuple[Metric, ...] = (DATABASE_QUERY_DURATION, DATABASE_QUERY_ERRORS, DATABASE_CONNECTIONS_OPEN)
"""The family, in the order of the scrape."""
