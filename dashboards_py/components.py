"""Components: which part of a service takes the time of its requests and tasks?"""

from __future__ import annotations

from vitals.kit.dashboards import links, marks, variables
from vitals.kit.dashboards.board import Board
from vitals.kit.dashboards.facts import BoardFacts
from vitals.kit.dashboards.layout import Row, Section
from vitals.kit.dashboards.queries import SERVICE, exemplars
from vitals.kit.dashboards.views import now, over_time
from vitals.model.signals import components


def board(facts: BoardFacts) -> Board:
    """The board of the parts that one service is made of."""
    return Board(
        uid=links.COMPONENTS.uid,
        title=links.COMPONENTS.title,
        question="Which part of the service takes the time of its requests and tasks?",
        sections=(Section("", _first_screen(facts)), Section("In detail", _detail(facts))),
        variables=(variables.datasource(), variables.service(facts, components.CALLS)),
        annotations=(marks.deploys({"service": SERVICE}), marks.firing(facts, {"service": SERVICE})),
        links=links.board_links(facts, links.COMPONENTS),
    )


def _first_screen(facts: BoardFacts) -> tuple[Row, ...]:
    return (
        Row(4, (now(facts, components.TIME_P95),)),
        Row(
            9,
            (
                over_time(facts, components.BUSY),
                over_time(facts, components.TIME_P95, exemplars("component_duration_seconds")),
            ),
        ),
    )


def _detail(facts: BoardFacts) -> tuple[Row, ...]:
    return (Row(8, (over_time(facts, components.CALLS), over_time(facts, components.TIME_MEAN))),)
