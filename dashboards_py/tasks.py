"""Background tasks: do they fail, do they wait, or do they pile up?

Length and wait stand together: a long queue that moves is busy, a long wait is what people feel.
"""

from __future__ import annotations

from vitals.kit.dashboards import links, marks, variables
from vitals.kit.dashboards.board import Board
from vitals.kit.dashboards.facts import BoardFacts
from vitals.kit.dashboards.layout import Row, Section
from vitals.kit.dashboards.queries import SERVICE, exemplars
from vitals.kit.dashboards.views import now, over_time
from vitals.model.signals import tasks


def board(facts: BoardFacts) -> Board:
    """The board of the queues whose tasks one service does."""
    return Board(
        uid=links.TASKS.uid,
        title=links.TASKS.title,
        question="Do tasks fail, do they wait, or do they pile up?",
        sections=(
            Section("", _first_screen(facts)),
            Section("Do they pile up?", (Row(7, (over_time(facts, tasks.LENGTH), over_time(facts, tasks.FILLED))),)),
            Section("Which tasks take long?", _time(facts)),
        ),
        variables=(variables.datasource(), variables.service(facts, tasks.LENGTH)),
        annotations=(marks.deploys({"service": SERVICE}), marks.firing(facts, {"service": SERVICE})),
        links=links.board_links(facts, links.TASKS),
    )


def _first_screen(facts: BoardFacts) -> tuple[Row, ...]:
    return (
        Row(4, tuple(now(facts, signal) for signal in (tasks.FAILURES, tasks.WAIT_P95, tasks.LENGTH))),
        Row(
            8,
            (
                over_time(facts, tasks.OUTCOMES),
                over_time(facts, tasks.FAILURES),
                over_time(facts, tasks.WAIT_P95),
            ),
        ),
    )


def _time(facts: BoardFacts) -> tuple[Row, ...]:
    return (
        Row(
            8,
            (
                over_time(facts, tasks.TIME_P95, exemplars("task_duration_seconds")),
                over_time(facts, tasks.TIME_MEAN),
                over_time(facts, tasks.DONE),
            ),
        ),
    )
