"""A problem as a value, and how rules walk through boards."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from vitals.model.promql import Vocabulary

Board = Mapping[str, Any]
Boards = Mapping[str, Board]
Panel = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a board.

    Attributes:
        rule: Name of the rule.
        board: Uid of the board.
        panel: Title of the panel; empty for the board itself.
        text: What is wrong and what to do.
    """

    rule: str
    board: str
    panel: str
    text: str


Found = Iterator[tuple[str, str, str]]
"""What a rule yields: uid of the board, title of the panel, text."""
Rule = Callable[[Boards, Vocabulary], Found]


def panels(board: Board) -> Iterator[Panel]:
    """Every panel that shows something, those inside closed rows included."""
    for panel in board["panels"]:
        if panel["type"] != "row":
            yield panel
        yield from panel.get("panels", [])


def all_panels(boards: Boards) -> Iterator[tuple[str, Panel]]:
    """Every panel of every board, with the uid of its board."""
    return ((uid, panel) for uid, board in boards.items() for panel in panels(board))


def charts(boards: Boards) -> Iterator[tuple[str, Panel]]:
    """Every panel that shows time."""
    return ((uid, panel) for uid, panel in all_panels(boards) if panel["type"] == "timeseries")
