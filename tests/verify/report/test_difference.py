"""A panel is new, changed, moved or removed, and of an unchanged one the outline is left."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from vitals.local.pictures.ask import DrawnFile, DrawnTile
from vitals.local.pictures.files import read_dashboard
from vitals.verify.report.difference import difference


def _drawn(*panels: tuple[int, str, int, str]) -> DrawnFile:
    """Panels by id, title, row of the grid, and what is drawn in them."""
    listed: list[dict[str, Any]] = [
        {"id": number, "type": "stat", "title": title, "gridPos": {"x": 0, "y": y, "w": 24, "h": 4}}
        for number, title, y, _ in panels
    ]
    file = read_dashboard(Path("one.json"), json.dumps({"title": "One", "panels": listed}))
    specs = {number: {"mark": drawn} for number, _, _, drawn in panels}
    tiles = tuple(DrawnTile(one, one.panel.title, specs[one.panel.id]) for one in file.tiles)
    return DrawnFile(file, (), tiles)


def test_each_panel_is_marked_for_what_happened_to_it() -> None:
    """Ids say which panel is which, whatever it is called now."""
    before = _drawn(
        (1, "Same", 0, "a"), (2, "Other", 4, "b"), (3, "Named", 8, "c"), (4, "Moved", 12, "d"), (5, "Gone", 16, "e")
    )
    after = _drawn(
        (4, "Moved", 0, "d"), (1, "Same", 4, "a"), (2, "Other", 8, "B"), (3, "Renamed", 12, "c"), (6, "New", 24, "f")
    )
    found = difference(before, after)

    assert [one.word for one in found.marks] == ["moved", "changed", "changed", "new", "removed: Gone"]
    assert found.outlined == {1}


def test_a_panel_that_makes_room_has_not_moved() -> None:
    """A new one above all others moves none of them to a reader, nor does one that is gone."""
    before = _drawn((1, "One", 0, "a"), (2, "Gone", 4, "b"), (3, "Three", 8, "c"), (4, "Four", 12, "d"))
    after = _drawn((5, "New", 0, "e"), (1, "One", 4, "a"), (3, "Three", 8, "c"), (4, "Four", 12, "d"))
    found = difference(before, after)

    assert [one.word for one in found.marks] == ["new", "removed: Gone"]
    assert found.outlined == {1, 3, 4}


def test_a_removed_panel_is_never_a_frame_around_another() -> None:
    """Where its place is taken, it stands below all others."""
    before = _drawn((1, "One", 0, "a"), (2, "Gone", 4, "b"), (3, "Three", 8, "c"))
    after = _drawn((1, "One", 0, "a"), (3, "Three", 4, "c"))
    (mark,) = difference(before, after).marks
    lowest = max(one.tile.y + one.tile.height for one in after.tiles)
    (in_place,) = difference(before, _drawn((1, "One", 0, "a"), (3, "Three", 8, "c"))).marks

    assert (mark.word, mark.y) == ("removed: Gone", lowest + 8)
    assert (in_place.word, in_place.y) == ("removed: Gone", 4 * 38)


def test_of_the_same_dashboard_nothing_is_marked() -> None:
    """Every panel is an outline."""
    one = _drawn((1, "Same", 0, "a"), (2, "Other", 4, "b"))

    assert difference(one, one).marks == ()
    assert difference(one, one).outlined == {1, 2}
