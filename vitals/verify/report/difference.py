"""What differs between two drawings of a dashboard, panel by panel.

Pixels are not compared: a panel has changed when what is drawn in it, its title or its place is another. Of unchanged
panels the outline is left, so the eye goes to what a reviewer has to judge.
"""

from __future__ import annotations

from vitals.local.pictures.arrangement import Tile
from vitals.local.pictures.ask import DrawnFile, DrawnTile
from vitals.local.pictures.compose import Marked, TileMark

_NEW, _CHANGED, _MOVED, _REMOVED = "#2e8b57", "#c77700", "#3b6fb6", "#c4162a"


def difference(before: DrawnFile, after: DrawnFile) -> Marked:
    """Which panels of the later drawing are new, changed or moved, and where removed ones were.

    Args:
        before: The dashboard at the base; one without tiles where it is new.
        after: The dashboard at the head; one without tiles where it is removed.
    """
    ones = {one.tile.panel.id: one for one in before.tiles}
    others = {one.tile.panel.id: one for one in after.tiles}
    marks: list[TileMark] = []
    unchanged: set[int] = set()
    for key, other in others.items():
        one = ones.get(key)
        color, word = _kind(one, other)
        if word:
            marks.append(_mark(other.tile, color, word))
        else:
            unchanged.add(key)
    marks += [_mark(one.tile, _REMOVED, f"removed: {one.title}") for key, one in ones.items() if key not in others]
    return Marked(tuple(marks), frozenset(unchanged))


def _kind(one: DrawnTile | None, other: DrawnTile) -> tuple[str, str]:
    if one is None:
        return _NEW, "new"
    if (one.title, one.spec, one.tile.hides) != (other.title, other.spec, other.tile.hides):
        return _CHANGED, "changed"
    if _place(one.tile) != _place(other.tile):
        return _MOVED, "moved"
    return "", ""


def _place(tile: Tile) -> tuple[float, float, float, float]:
    return tile.x, tile.y, tile.width, tile.height


def _mark(tile: Tile, color: str, word: str) -> TileMark:
    return TileMark(*_place(tile), color, word)
