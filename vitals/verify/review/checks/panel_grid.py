"""Panels that lie on each other hide what is below; one beyond the grid is moved by Grafana to where it likes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from vitals.verify.review.check import ReviewCheck
from vitals.verify.review.defect import Found, Gravity
from vitals.verify.review.panels import ReviewedPanel, mapping, shown
from vitals.verify.review.scope import Scope

_COLUMNS = 24
_TALLEST = 1000
"""Grid rows; a panel that is taller is a mistake, and its cells would not be counted one by one."""


def _find(scope: Scope) -> Iterator[Found]:
    for dashboard in scope.dashboards:
        together: dict[Any, list[ReviewedPanel]] = defaultdict(list)
        for panel in dashboard.panels:
            together[panel.at.path[:2] if panel.row is not None else ""].append(panel)
        for panels in together.values():
            yield from _placed(panels)


def _placed(panels: list[ReviewedPanel]) -> Iterator[Found]:
    taken: dict[tuple[int, int], str] = {}
    for panel in panels:
        place = mapping(panel.content.get("gridPos"))
        x, y, w, h = (place.get(key) for key in ("x", "y", "w", "h"))
        if not (isinstance(x, int) and isinstance(y, int) and isinstance(w, int) and isinstance(h, int)):
            continue  # Grafana places it below the others
        if x < 0 or y < 0 or w < 1 or h < 1 or x + w > _COLUMNS or h > _TALLEST:
            yield Found(
                panel.at.inside("gridPos"),
                f"It stands outside the {_COLUMNS} columns (x {x}, width {w}, height {h}), so Grafana moves it and "
                "pushes others away.",
                f"Keep x + width at or below {_COLUMNS}.",
            )
            continue
        cells = [(column, row) for column in range(x, x + w) for row in range(y, y + h)]
        below = next((taken[cell] for cell in cells if cell in taken), None)
        if below is not None:
            yield Found(
                panel.at.inside("gridPos"),
                f"It overlaps panel {below!r}, so Grafana pushes one of them down on load and the layout differs from "
                "the file.",
                "Move or shrink one of the two.",
            )
        taken |= dict.fromkeys(cells, shown(panel.title))


PANEL_GRID = ReviewCheck("panel-grid", "panels that overlap or leave the grid", Gravity.WARNING, _find)
