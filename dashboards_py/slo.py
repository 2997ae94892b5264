"""SLO and error budgets: will the promises of one service hold for the month, and how fast is the budget spent?

Left is availability, right is latency. The burn rates stand in the order in which their alerts would speak.
"""

from __future__ import annotations

from grafanalib import core as G  # noqa: N812 - the name that grafanalib's own documentation uses

from vitals.kit.dashboards import links, marks, variables
from vitals.kit.dashboards.board import Board
from vitals.kit.dashboards.face import face_of
from vitals.kit.dashboards.facts import BoardFacts
from vitals.kit.dashboards.layout import Row, Section
from vitals.kit.dashboards.panels import chart
from vitals.kit.dashboards.queries import SERVICE, of_service
from vitals.model.signals import Signal, targets

_KINDS = ("availability", "latency")


def board(facts: BoardFacts) -> Board:
    """The board of the promises of one service."""
    return Board(
        uid=links.SLO.uid,
        title=links.SLO.title,
        question="Will the promises of the service hold for the month, and how fast is the budget spent?",
        sections=(
            Section("", (_pair(facts, "budget_left"),)),
            Section("How fast is it spent?", tuple(_burning(facts, *pair) for pair in (("1h", "6h"), ("1d", "3d")))),
            Section("What is counted", (_counted(facts),)),
        ),
        variables=(variables.datasource(), variables.service(facts, _promised(facts))),
        annotations=(marks.deploys({"service": SERVICE}), marks.firing(facts, {"service": SERVICE})),
        links=links.board_links(facts, links.SLO),
    )


def _promised(facts: BoardFacts) -> Signal:
    """What every service with an objective of either kind records from its first minute, under one name for both."""
    found = (facts.signal(f"slo.{kind}.events") for kind in _KINDS)
    return next((signal for signal in found if signal), targets.UP)


def _pair(facts: BoardFacts, what: str) -> Row:
    signals = [facts.signal(f"slo.{kind}.{what}") for kind in _KINDS]
    return Row(8, tuple(chart(face_of(facts, s), of_service(s, s.title), top=1.0) if s else None for s in signals))


def _burning(facts: BoardFacts, page: str, beside: str) -> Row:
    return Row(8, tuple(_burn_rates(facts, kind, page, beside) for kind in _KINDS))


def _burn_rates(facts: BoardFacts, kind: str, page: str, beside: str) -> G.TimeSeries | None:
    """The long windows of two alerts that tell the same people; each is told apart by its own colour."""
    first, second = (facts.signal(f"slo.{kind}.burn_{window}") for window in (page, beside))
    if not first or not second:
        return None
    face = face_of(facts, first, second, title=f"Burn rate over {page} and {beside} ({kind})")
    return chart(face, of_service(first, f"over {page}"), of_service(second, f"over {beside}"))


def _counted(facts: BoardFacts) -> Row:
    return Row(8, tuple(_events(facts, kind) for kind in _KINDS))


def _events(facts: BoardFacts, kind: str) -> G.TimeSeries | None:
    """Bad events beside all of them: a share of very few is no reason to hurry."""
    every, bad = (facts.signal(f"slo.{kind}.{what}") for what in ("events", "bad_events"))
    if not every or not bad:
        return None
    return chart(face_of(facts, every, bad), of_service(every, "all"), of_service(bad, "bad"))
