"""User experience: are people satisfied, and which of them are not?

Satisfaction leads, because it is one number for how the service feels. Cohorts follow, since a small group that waits
does not move the whole; then those who fare worst of all.
"""

from __future__ import annotations

from vitals.kit.dashboards import links, marks, variables
from vitals.kit.dashboards.board import Board
from vitals.kit.dashboards.facts import BoardFacts
from vitals.kit.dashboards.layout import Row, Section
from vitals.kit.dashboards.queries import SERVICE, exemplars
from vitals.kit.dashboards.theme import Colour
from vitals.kit.dashboards.views import now, over_time
from vitals.model.signals import api, users

_ALL = 1.0


def board(facts: BoardFacts) -> Board:
    """The board of the people who use one service."""
    return Board(
        uid=links.USERS.uid,
        title=links.USERS.title,
        question="Are users satisfied, and which of them are not?",
        sections=(
            Section("", _first_screen(facts)),
            Section("Who fares worst?", _worst(facts)),
        ),
        variables=(variables.datasource(), variables.service(facts, users.REQUESTS)),
        annotations=(marks.deploys({"service": SERVICE}), marks.firing(facts, {"service": SERVICE})),
        links=links.board_links(facts, links.USERS),
    )


def _first_screen(facts: BoardFacts) -> tuple[Row, ...]:
    if not facts.signal(users.SATISFACTION.id):
        return ()
    return (
        Row(4, (now(facts, users.SATISFACTION), now(facts, api.ACTIVE_USERS), now(facts, users.REQUESTS))),
        Row(
            8,
            (
                over_time(facts, users.SATISFACTION, colour=Colour.GOOD, top=_ALL),
                over_time(facts, users.SATISFACTION_BY_COHORT, top=_ALL),
                over_time(facts, users.TIME_P95_BY_COHORT, exemplars("user_response_time_seconds")),
            ),
        ),
    )


def _worst(facts: BoardFacts) -> tuple[Row, ...]:
    return (
        Row(
            8,
            (
                over_time(facts, users.SLOWEST),
                over_time(facts, users.TIME_MEAN_BY_COHORT),
                over_time(facts, users.REQUESTS_BY_COHORT),
            ),
        ),
    )
