"""What differs between two drawings of a dashboard, panel by panel.

Pixels are not compared: a panel has changed when what is drawn in it, its title or its place is another. Of unchanged
panels, and of those that only make room, the outline is left, so the eye goes to what a reviewer has to judge.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from vitals.local.pictures.arrangement import Tile
from vitals.local.pictures.ask import DrawnFile, DrawnTile
from vitals.local.pictures.compose import Marked, TileMark
from vitals.verify.changes.moved import moved

_NEW, _CHANGED, _MOVED, _REMOVED = "#2e8b57", "#c77700", "#3b6fb6", "#c4162a"
_GAP_PX = 8.0


def difference(before: DrawnFile, after: DrawnFile) -> Marked:
    """Which panels of the later drawing are new, changed or moved, and where removed ones were.

    A removed panel whose place is taken stands below all others: a frame around another panel would say that this one
    is gone.

    Args:
        before: The dashboard at the base; one without tiles where it is new.
        after: The dashboard at the head; one without tiles where it is removed.
    """
    ones = {one.tile.panel.id: one for one in before.tiles}
    others = {one.tile.panel.id: one for one in after.tiles}
    elsewhere = moved(*({key: _place(one.tile) for key, one in side.items()} for side in (ones, others)))
    marks: list[TileMark] = []
    unchanged: set[int] = set()
    for key, other in others.items():
        one = ones.get(key)
        if one is None:
            marks.append(_mark(other.tile, _NEW, "new"))
        elif (one.title, one.spec, one.tile.hides) != (other.title, other.spec, other.tile.hides):
            marks.append(_mark(other.tile, _CHANGED, "changed"))
        elif key in elsewhere:
            marks.append(_mark(other.tile, _MOVED, "moved"))
        else:
            unchanged.add(key)
    marks += _removed([one for key, one in ones.items() if key not in others], [one.tile for one in after.tiles])
    return Marked(tuple(marks), frozenset(unchanged))


def _removed(gone: Sequence[DrawnTile], there: Sequence[Tile]) -> Iterator[TileMark]:
    """Frames of removed panels: in their places, and below all others where one of the places is taken."""
    lower = 0.0
    if any(_overlap(one.tile, other) for one in gone for other in there):
        bottom = max(one.y + one.height for one in there)
        lower = bottom + _GAP_PX - min(one.tile.y for one in gone)
    for one in gone:
        yield _mark(replace(one.tile, y=one.tile.y + lower), _REMOVED, f"removed: {one.title}")


def _overlap(one: Tile, other: Tile) -> bool:
    across = one.x < other.x + other.width and other.x < one.x + one.width
    return across and one.y < other.y + other.height and other.y < one.y + one.height


def _place(tile: Tile) -> tuple[float, float, float, float]:
    return tile.x, tile.y, tile.width, tile.height


def _mark(tile: Tile, color: str, word: str) -> TileMark:
    return TileMark(*_place(tile), color, word)
