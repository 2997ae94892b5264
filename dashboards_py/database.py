"""Database: is it the database that keeps users waiting, and which query?

The first screen answers whether it is slow, failing or merely busy; below stand the queries by name, then the
connections. What is closed at the end helps to distinguish one collection from all of them.
"""

from __future__ import annotations

from vitals.kit.dashboards import chart_annotations, links, variables
from vitals.kit.dashboards.context import DashboardContext
from vitals.kit.dashboards.dashboard import DashboardDefinition
from vitals.kit.dashboards.layout import Row, Section
from vitals.kit.dashboards.queries import exemplars
from vitals.kit.dashboards.views import now, over_time
from vitals.model.signals import database


def dashboard(context: DashboardContext) -> DashboardDefinition:
    """The dashboard of the databases that one service asks."""
    return DashboardDefinition(
        uid=links.DATABASE.uid,
        title=links.DATABASE.title,
        question="Does the database keep users waiting, and which query does?",
        sections=(
            Section("", _first_screen(context)),
            Section("Top queries", _by_query(context)),
            Section("Connections", _connections(context)),
            Section("Query time in detail", _detail(context), collapsed=True),
        ),
        variables=(variables.datasource(), variables.service(context, database.QUERIES)),
        annotations=chart_annotations.of_service(context),
        links=links.dashboard_links(context, links.DATABASE),
    )


def _first_screen(context: DashboardContext) -> tuple[Row, ...]:
    tiles = (database.ERRORS, database.TIME_P95, database.CONNECTIONS_USED)
    return (
        Row(4, tuple(now(context, signal) for signal in tiles)),
        Row(
            8,
            (
                over_time(context, database.QUERIES),
                over_time(context, database.ERRORS),
                over_time(context, database.TIME_P95, exemplars("database_query_duration_seconds")),
            ),
        ),
    )


def _by_query(context: DashboardContext) -> tuple[Row, ...]:
    return (Row(9, (over_time(context, database.FREQUENT), over_time(context, database.SLOWEST))),)


def _connections(context: DashboardContext) -> tuple[Row, ...]:
    return (Row(7, (over_time(context, database.CONNECTIONS), over_time(context, database.CONNECTIONS_USED))),)


def _detail(context: DashboardContext) -> tuple[Row, ...]:
    return (Row(8, (over_time(context, database.TIME_P95_BY_OPERATION), over_time(context, database.TIME_MEAN))),)
