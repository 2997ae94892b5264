"""API performance: response time and error rate of one service, whole and by endpoint.

Rate and errors stand left, duration right. The first screen tells whether users hurt; below are the panels that alerts
link to, and closed at the end what helps to find a cause. Whether the promise holds is the question of another board.
"""

from __future__ import annotations

from grafanalib import core as G  # noqa: N812 - the name that grafanalib's own documentation uses

from vitals.kit.dashboards import links, marks, variables
from vitals.kit.dashboards.board import Board
from vitals.kit.dashboards.face import face_of
from vitals.kit.dashboards.facts import BoardFacts
from vitals.kit.dashboards.layout import Row, Section
from vitals.kit.dashboards.panels import stat
from vitals.kit.dashboards.queries import SERVICE, exemplars, of_service, promise
from vitals.kit.dashboards.theme import Colour
from vitals.kit.dashboards.thresholds import OF_BUDGET_LEFT
from vitals.kit.dashboards.views import over_time
from vitals.model.signals import api, arrival, outage, targets
from vitals.model.signals.signal import panel_id


def board(facts: BoardFacts) -> Board:
    """The board of one service that serves HTTP."""
    return Board(
        uid=links.API.uid,
        title=links.API.title,
        question="How fast does the service answer, and how often does it fail, as a whole and by endpoint?",
        sections=(
            Section("", _first_screen(facts)),
            Section("Is anybody served at all?", _served(facts)),
            Section("Response time in detail", _detail(facts), collapsed=True),
        ),
        variables=(variables.datasource(), variables.service(facts, api.TRAFFIC)),
        annotations=(marks.deploys({"service": SERVICE}), marks.firing(facts, {"service": SERVICE})),
        links=links.board_links(facts, links.API),
    )


def _first_screen(facts: BoardFacts) -> tuple[Row, ...]:
    failing = promise(facts, "availability")
    waiting = promise(facts, "latency")
    behind = exemplars("api_response_time_seconds")
    return (
        Row(
            4,
            (
                _budget(facts, "availability"),
                _budget(facts, "latency"),
                _users(facts),
            ),
        ),
        Row(
            8,
            (
                over_time(facts, api.TRAFFIC, colour=Colour.TRAFFIC),
                over_time(facts, api.ERRORS, *failing, colour=Colour.BAD),
                over_time(facts, api.LATENCY_P95, *waiting, behind, colour=Colour.TIME),
            ),
        ),
        Row(
            8,
            (
                over_time(facts, api.TRAFFIC_BY_ENDPOINT),
                over_time(facts, api.ERRORS_BY_ENDPOINT),
                over_time(facts, api.LATENCY_P95_BY_ENDPOINT, *waiting),
            ),
        ),
    )


def _served(facts: BoardFacts) -> tuple[Row, ...]:
    return (
        Row(
            8,
            (
                over_time(facts, outage.FAILING, colour=Colour.BAD, top=1.0),
                over_time(facts, targets.UP, colour=Colour.GOOD, top=1.0),
                over_time(facts, api.IN_FLIGHT, colour=Colour.TRAFFIC),
            ),
        ),
        Row(
            8,
            (
                over_time(facts, arrival.ANSWERED, of_service(arrival.USUAL, "usual"), colour=Colour.TRAFFIC),
                over_time(facts, outage.GIVEN_UP, colour=Colour.BAD),
                *(_recorded(facts, kind) for kind in ("availability", "latency")),
            ),
        ),
    )


def _recorded(facts: BoardFacts, kind: str) -> G.TimeSeries | None:
    signal = facts.signal(f"api.recorded.{kind}")
    return over_time(facts, signal, colour=Colour.GOOD, top=1.0) if signal else None


def _detail(facts: BoardFacts) -> tuple[Row, ...]:
    waiting = promise(facts, "latency")
    slowest, mean = (over_time(facts, signal, *waiting) for signal in (api.LATENCY_MAX, api.LATENCY_MEAN))
    return (Row(8, (slowest, mean)),)


def _budget(facts: BoardFacts, kind: str) -> G.Stat | None:
    """The budget that is left; a click opens the board where it is at home."""
    signal = facts.signal(f"slo.{kind}.budget_left")
    if not signal:
        return None
    face = face_of(facts, signal, panel=panel_id(f"api:{signal.id}"))
    opens = links.drill_down(facts, links.SLO, SERVICE)
    return stat(face, of_service(signal, "{{service}}"), steps=OF_BUDGET_LEFT, links=[opens])


def _users(facts: BoardFacts) -> G.Stat | None:
    signal = facts.signal(api.ACTIVE_USERS.id)
    return stat(face_of(facts, signal), of_service(signal, "{{service}}")) if signal else None
