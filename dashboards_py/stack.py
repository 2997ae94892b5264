"""Stack health: is the monitoring itself well? A board that lies is worse than none.

From the left: does data come in, do rules run on it, and do people hear of it.
"""

from __future__ import annotations

from grafanalib import core as G  # noqa: N812 - the name that grafanalib's own documentation uses

from vitals.kit.dashboards import links, marks, variables
from vitals.kit.dashboards.board import Board
from vitals.kit.dashboards.face import face_of
from vitals.kit.dashboards.facts import BoardFacts
from vitals.kit.dashboards.layout import Row, Section
from vitals.kit.dashboards.panels import chart
from vitals.kit.dashboards.queries import worst_services
from vitals.model.signals import Signal, meta


def board(facts: BoardFacts) -> Board:
    """The board of the monitoring itself."""
    channel = "{{integration}}"
    return Board(
        uid=links.STACK.uid,
        title=links.STACK.title,
        question="Is the monitoring itself well: does data come in, do rules run, and do people hear of it?",
        sections=(
            Section(
                "",
                (
                    Row(
                        8,
                        (
                            _of(facts, meta.EXPORTER_UP, top=1.0),
                            _of(facts, meta.RULES_FAILED),
                            _of(facts, meta.NOTIFICATIONS_FAILED, channel, top=1.0),
                        ),
                    ),
                    Row(
                        8,
                        (
                            _of(facts, meta.SCRAPE_TIME, top=1.0),
                            _of(facts, meta.RULES_TIME),
                            _of(facts, meta.NOTIFICATIONS, channel),
                        ),
                    ),
                    Row(
                        8,
                        (
                            _of(facts, meta.SCRAPES_MISSED),
                            _of(facts, meta.CONFIG_IN_USE),
                            _of(facts, meta.ALERTS_DROPPED),
                        ),
                    ),
                ),
            ),
            Section("What it holds", (Row(8, (_of(facts, meta.SERIES), _of(facts, meta.SAMPLES))),)),
            Section(
                "Autoscaler and traces",
                (
                    Row(
                        8,
                        (
                            _of(facts, meta.SCALER_ERRORS, "{{namespace}} {{scaledObject}}"),
                            _of(facts, meta.SPANS_TAKEN),
                            _of(facts, meta.SPANS_LOST),
                        ),
                    ),
                ),
            ),
        ),
        variables=(variables.datasource(),),
        annotations=(marks.deploys({}), marks.firing(facts, {})),
        links=links.board_links(facts, links.STACK),
    )


def _of(facts: BoardFacts, signal: Signal, legend: str = "{{service}}", top: float | None = None) -> G.Panel | None:
    if not facts.signal(signal.id):
        return None
    return chart(face_of(facts, signal), worst_services(signal, legend), top=top)
