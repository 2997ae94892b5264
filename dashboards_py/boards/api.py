"""API performance: response time and error rate of one service, whole and by endpoint.

Rate and errors stand left, duration right. The first screen tells whether users hurt; below are the panels that alerts
link to, and closed at the end what helps to find a cause. Whether the promise holds is the question of another board.
"""

from __future__ import annotations

from grafanalib import core as G  # noqa: N812 - the name that grafanalib's own documentation uses

from dashboards_py import links, marks, variables
from dashboards_py.board import Board
from dashboards_py.face import face_of
from dashboards_py.facts import BoardFacts
from dashboards_py.layout import Row, Section
from dashboards_py.panels import chart, stat
from dashboards_py.queries import SERVICE, Query, latency_exemplars, of_service, promise, worst_endpoints
from dashboards_py.theme import Colour
from dashboards_py.thresholds import OF_BUDGET_LEFT
from vitals.signals import Signal, api, outage, targets
from vitals.signals.signal import panel_id

_P95 = 0.95


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
        variables=(variables.datasource(), variables.service(facts)),
        annotations=(marks.deploys({"service": SERVICE}), marks.firing(facts, {"service": SERVICE})),
        links=links.board_links(facts, links.OVERVIEW, links.SLO),
    )


def _first_screen(facts: BoardFacts) -> tuple[Row, ...]:
    failing = promise(facts, "availability")
    waiting = promise(facts, "latency")
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
                _whole(facts, api.TRAFFIC, Colour.TRAFFIC),
                _whole(facts, api.ERRORS, Colour.BAD, *failing),
                _whole(facts, api.LATENCY_P95, Colour.TIME, *waiting, latency_exemplars(_P95)),
            ),
        ),
        Row(
            8,
            (
                _by_endpoint(facts, api.TRAFFIC_BY_ENDPOINT),
                _by_endpoint(facts, api.ERRORS_BY_ENDPOINT),
                _by_endpoint(facts, api.LATENCY_P95_BY_ENDPOINT, *waiting),
            ),
        ),
    )


def _served(facts: BoardFacts) -> tuple[Row, ...]:
    return (
        Row(
            8,
            (
                _whole(facts, outage.FAILING, Colour.BAD, top=1.0),
                _whole(facts, targets.UP, Colour.GOOD, top=1.0),
                _whole(facts, api.IN_FLIGHT, Colour.TRAFFIC),
            ),
        ),
    )


def _detail(facts: BoardFacts) -> tuple[Row, ...]:
    waiting = promise(facts, "latency")
    slowest, mean = (_by_endpoint(facts, signal, *waiting) for signal in (api.LATENCY_MAX, api.LATENCY_MEAN))
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


def _whole(
    facts: BoardFacts, signal: Signal, colour: Colour, *more: Query, top: float | None = None
) -> G.TimeSeries | None:
    if not facts.signal(signal.id):
        return None
    return chart(face_of(facts, signal), of_service(signal, signal.title), *more, colour=colour, top=top)


def _by_endpoint(facts: BoardFacts, signal: Signal, *more: Query) -> G.TimeSeries | None:
    if not facts.signal(signal.id):
        return None
    return chart(face_of(facts, signal), worst_endpoints(signal), *more)
