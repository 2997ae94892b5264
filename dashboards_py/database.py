"""Database: is it the database that keeps users waiting, and which query?

The first screen answers whether it is slow, failing or merely busy; below stand the queries by name, then the
connections. What is closed at the end helps to tell one collection from all of them.
"""

from __future__ import annotations

from vitals.kit.dashboards import links, marks, variables
from vitals.kit.dashboards.board import Board
from vitals.kit.dashboards.facts import BoardFacts
from vitals.kit.dashboards.layout import Row, Section
from vitals.kit.dashboards.queries import SERVICE, exemplars
from vitals.kit.dashboards.views import now, over_time
from vitals.model.signals import database


def board(facts: BoardFacts) -> Board:
    """The board of the databases that one service asks."""
    return Board(
        uid=links.DATABASE.uid,
        title=links.DATABASE.title,
        question="Does the database keep users waiting, and which query does?",
        sections=(
            Section("", _first_screen(facts)),
            Section("Which queries?", _by_query(facts)),
            Section("Are there connections left?", _connections(facts)),
            Section("Query time in detail", _detail(facts), collapsed=True),
        ),
        variables=(variables.datasource(), variables.service(facts, database.QUERIES)),
        annotations=(marks.deploys({"service": SERVICE}), marks.firing(facts, {"service": SERVICE})),
        links=links.board_links(facts, links.DATABASE),
    )


def _first_screen(facts: BoardFacts) -> tuple[Row, ...]:
    tiles = (database.ERRORS, database.TIME_P95, database.CONNECTIONS_USED)
    return (
        Row(4, tuple(now(facts, signal) for signal in tiles)),
        Row(
            8,
            (
                over_time(facts, database.QUERIES),
                over_time(facts, database.ERRORS),
                over_time(facts, database.TIME_P95, exemplars("database_query_duration_seconds")),
            ),
        ),
    )


def _by_query(facts: BoardFacts) -> tuple[Row, ...]:
    return (Row(9, (over_time(facts, database.FREQUENT), over_time(facts, database.SLOWEST))),)


def _connections(facts: BoardFacts) -> tuple[Row, ...]:
    return (Row(7, (over_time(facts, database.CONNECTIONS), over_time(facts, database.CONNECTIONS_USED))),)


def _detail(facts: BoardFacts) -> tuple[Row, ...]:
    return (Row(8, (over_time(facts, database.TIME_P95_BY_OPERATION), over_time(facts, database.TIME_MEAN))),)
