"""Panels fill the 24 columns: none over another, none beyond the edge, no hole between them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from vitals.kit.dashboards.lint.problem import DashboardsJson, Found, Panel
from vitals.model.promql import Vocabulary

_COLUMNS = 24


def check(dashboards: DashboardsJson, _: Vocabulary) -> Found:
    """Count how often each cell is covered, on the dashboard and inside each closed row."""
    for uid, dashboard in dashboards.items():
        yield from _covered(uid, dashboard["panels"])
        for row in dashboard["panels"]:
            yield from _covered(uid, row.get("panels", []))


def _covered(uid: str, panels: Sequence[Panel]) -> Found:
    cells: Counter[tuple[int, int]] = Counter()
    for panel in panels:
        place = panel["gridPos"]
        columns = range(place["x"], place["x"] + place["w"])
        if columns.start < 0 or columns.stop > _COLUMNS or not columns or place["h"] < 1:
            yield uid, panel["title"], f"it stands outside the {_COLUMNS} columns: {place}."
        cells.update((x, y) for x in columns for y in range(place["y"], place["y"] + place["h"]))
    if not cells:
        return
    if max(cells.values()) > 1:
        yield uid, "", f"panels overlap in row {min(y for (_, y), count in cells.items() if count > 1)} of the grid."
    rows = [y for _, y in cells]
    for y in range(min(rows), max(rows) + 1):
        if any((x, y) not in cells for x in range(_COLUMNS)):
            yield uid, "", f"row {y} of the grid has a hole; let the panels beside it share its columns."
            return
