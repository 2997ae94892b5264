"""Where the panels of an imported dashboard stand: rows of old exports on today's grid, and no panel over another.

Grafana lets panels rise until they touch the one above, as this does; what was left out leaves no hole then.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from vitals.model.dashboards.json_values import Json, as_list, as_object

COLUMNS = 24
_OLD_COLUMNS = 12
"""Grafana 4 and earlier gave each panel a span of twelve columns."""
_CELL_PX = 38
"""A row of the grid, 30 pixels, with the 8 below it; heights of old rows are in pixels."""
_USUAL_PX = 250
"""The height of an old row that says none."""
_LOWEST = 3
Place = tuple[str | int, ...]
Placed = tuple[Json, Place]
"""A panel, and its path in the file from which it comes."""


def every_panel(dashboard: Json) -> list[Json]:
    """Every panel and header, those inside closed rows after their header."""
    return [one for panel in dashboard["panels"] for one in (panel, *panel.get("panels", ()))]


def placed_panels(dashboard: Json) -> list[Placed]:
    """The panels and headers of a dashboard with their paths; those inside a closed row stay inside it."""
    if isinstance(dashboard.get("rows"), list) and not dashboard.get("panels"):
        return list(_of_rows(dashboard["rows"]))
    return [(panel, ("panels", index)) for index, panel in enumerate(as_list(dashboard.get("panels"))) if _is(panel)]


def _is(panel: object) -> bool:
    """Whether something among the panels is one."""
    return isinstance(panel, dict)


def _of_rows(rows: Sequence[Any]) -> Iterator[Placed]:
    """Panels of old rows, each row from left to right, under a header where the row showed its title."""
    y = 0
    for number, row in enumerate(rows):
        if not isinstance(row, dict):
            continue
        inside = as_list(row.get("panels"))
        closed = bool(row.get("collapse"))
        if closed or row.get("showTitle") or row.get("repeat"):
            header: Json = {
                "type": "row",
                "title": str(row.get("title") or f"Row {number + 1}"),
                "collapsed": closed,
                "panels": [],
                "gridPos": {"x": 0, "y": y, "w": COLUMNS, "h": 1},
            }
            if row.get("repeat"):
                header["repeat"] = row["repeat"]
            y += 1
            if closed:
                header["panels"] = [{**one, "gridPos": _across(one, n)} for n, one in enumerate(inside) if _is(one)]
                yield header, ("rows", number)
                continue
            yield header, ("rows", number)
        x = height = 0
        usual = _height(row.get("height"), _USUAL_PX)
        for index, panel in enumerate(one for one in inside if _is(one)):
            width = _width(panel)
            if x + width > COLUMNS:
                x, y, height = 0, y + height, 0
            tall = _height(panel.get("height"), 0) or usual
            panel["gridPos"] = {"x": x, "y": y, "w": width, "h": tall}
            x, height = x + width, max(height, tall)
            yield panel, ("rows", number, "panels", index)
        y += height


def _width(panel: Json) -> int:
    span = panel.get("span")
    return int(span * COLUMNS // _OLD_COLUMNS) if isinstance(span, int | float) and span > 0 else COLUMNS // 3


def _across(panel: Json, number: int) -> Json:
    """A place within a closed row, one panel after the other."""
    return {"x": 0, "y": number, "w": _width(panel), "h": _height(panel.get("height"), _USUAL_PX)}


def _height(value: Any, usual_px: int) -> int:  # noqa: ANN401 - a number, a text such as "250px", or nothing
    text = str(value or usual_px).removesuffix("px")
    pixels = float(text) if text.replace(".", "", 1).isdigit() else float(usual_px)
    return max(_LOWEST, math.ceil(pixels / _CELL_PX)) if pixels else 0


def settle(panels: Sequence[Json]) -> list[Json]:
    """Panels from top to bottom, each as high as the ones above let it rise, none over another.

    A panel without a place, or with one outside of the grid, gets one below all others.
    """
    tops = [0] * COLUMNS
    settled: list[Json] = []
    for panel in sorted(panels, key=_order):
        place = _place(panel)
        y = max(tops[place["x"] : place["x"] + place["w"]])
        if panel.get("type") == "row":
            y = max(tops)
        place["y"] = y
        end = y + place["h"]
        span = range(COLUMNS) if panel.get("type") == "row" else range(place["x"], place["x"] + place["w"])
        for column in span:
            tops[column] = end
        panel["gridPos"] = place
        settled.append(panel)
        if panel.get("panels"):
            panel["panels"] = settle(panel["panels"])
    return settled


def _order(panel: Json) -> tuple[int, int]:
    place = as_object(panel.get("gridPos"))
    y, x = place.get("y"), place.get("x")
    return (y if isinstance(y, int) else 10**6, x if isinstance(x, int) else 0)


def _place(panel: Json) -> dict[str, int]:
    given = as_object(panel.get("gridPos"))
    numbers = {key: value for key, value in given.items() if isinstance(value, int | float)}
    width = min(COLUMNS, max(1, int(numbers.get("w", 12))))
    x = min(max(0, int(numbers.get("x", 0))), COLUMNS - width)
    return {"x": x, "y": 0, "w": width, "h": max(1, int(numbers.get("h", 8)))}
