"""A board is generated: current schema, not editable, in UTC, refreshing by itself and found by its tags."""

from __future__ import annotations

from vitals.kit.dashboards.lint.problem import Boards, Found
from vitals.model.promql import Vocabulary

_WANTED = {"schemaVersion": 42, "editable": False, "timezone": "utc"}
_LEAST_REFRESH = 5


def check(boards: Boards, _: Vocabulary) -> Found:
    """Compare the settings of each board with those that all share."""
    for uid, board in boards.items():
        for key, wanted in _WANTED.items():
            if board.get(key) != wanted:
                yield uid, "", f"{key} is {board.get(key)!r}; every board has {wanted!r}."
        refresh = str(board.get("refresh", ""))
        if not refresh.removesuffix("s").isdigit() or int(refresh[:-1]) < _LEAST_REFRESH:
            yield uid, "", f"refresh is {refresh!r}; give seconds, not fewer than a scrape takes ({_LEAST_REFRESH}s)."
        if not board.get("tags") or not board.get("description"):
            yield uid, "", "tags or description are missing; say how it is found and which question it answers."
