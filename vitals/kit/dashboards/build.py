"""All boards of an environment, and the one check that no single board can make: that names are unique."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from grafanalib import core as G  # noqa: N812 - the name that grafanalib's own documentation uses

from dashboards_py import api, cache, components, database, overview, slo, stack, system, tasks, users
from vitals.errors import VitalsError
from vitals.kit.dashboards.board import Board
from vitals.kit.dashboards.facts import BoardFacts
from vitals.kit.dashboards.layout import Section

BOARDS = (
    overview.board,
    api.board,
    slo.board,
    users.board,
    database.board,
    cache.board,
    tasks.board,
    components.board,
    system.board,
    stack.board,
)
"""One function per board; a board without any panel, because nothing has what it shows, is left out."""


def build(facts: BoardFacts) -> dict[str, dict[str, object]]:
    """Every board that has something to show, by its uid, as a classic Grafana dashboard.

    Raises:
        VitalsError: Two boards share a uid, or two panels of a board share an id.
    """
    boards = [board(facts) for board in BOARDS]
    return assemble([board for board in boards if any(map(_panels, board.sections))], facts)


def assemble(boards: Iterable[Board], facts: BoardFacts) -> dict[str, dict[str, object]]:
    """The JSON of given boards by uid.

    Raises:
        VitalsError: Two boards share a uid, or two panels of a board share an id.
    """
    found: dict[str, dict[str, object]] = {}
    titles: dict[str, str] = {}
    for board in boards:
        if board.uid in titles:
            raise VitalsError(
                f"The boards {titles[board.uid]!r} and {board.title!r} have the same uid {board.uid!r}, so one would "
                "overwrite the other and links to it would lead to the wrong board. Give one of them another uid."
            )
        titles[board.uid] = board.title
        _check_ids(board)
        found[board.uid] = board.to_json(facts)
    return found


def _check_ids(board: Board) -> None:
    panels = [panel for section in board.sections for panel in _panels(section)]
    for panel_id, count in Counter(panel.id for panel in panels).items():
        if count > 1:
            names = " and ".join(repr(panel.title) for panel in panels if panel.id == panel_id)
            raise VitalsError(
                f"Board {board.uid!r}: the panels {names} have the same id {panel_id}, so links of alerts would open "
                "the wrong one. Show each signal once, or give the second panel an id of its own with panel_id()."
            )


def _panels(section: Section) -> list[G.Panel]:
    return [panel for row in section.rows for panel in row.panels if panel is not None]
