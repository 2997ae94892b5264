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
        (1, "Same", 0, "a"), (2, "Other", 4, "B"), (3, "Renamed", 8, "c"), (4, "Moved", 20, "d"), (6, "New", 24, "f")
    )
    found = difference(before, after)

    assert [one.word for one in found.marks] == ["changed", "changed", "moved", "new", "removed: Gone"]
    assert found.outlined == {1}


def test_of_the_same_dashboard_nothing_is_marked() -> None:
    """Every panel is an outline."""
    one = _drawn((1, "Same", 0, "a"), (2, "Other", 4, "b"))

    assert difference(one, one).marks == ()
    assert difference(one, one).outlined == {1, 2}
