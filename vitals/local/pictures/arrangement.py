"""What stands where on a dashboard, in pixels: Grafana's grid of 24 columns and rows of 30 pixels.

What a collapsed row hides has no place; the row names it, because a reviewer must know what on-call does not see.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vitals.errors import VitalsError
from vitals.local.draw.dashboard import DrawnDashboard, Panel

WIDTH_PX = 1400
"""The width of the grid: a usual screen without Grafana's menu."""
COLUMNS = 24
_ROW_PX = 30
_MARGIN_PX = 8
_TALLEST_PX = 30_000
"""No picture is taller: at twice the pixels it is as much as a PNG viewer opens."""


@dataclass(frozen=True)
class Tile:
    """A panel or a row at its place.

    Attributes:
        panel: What it is.
        x: Pixels from the left of the grid.
        y: Pixels from its top.
        width: In pixels.
        height: In pixels.
        hides: Titles of the panels that a collapsed row hides.
    """

    panel: Panel
    x: float
    y: float
    width: float
    height: float
    hides: tuple[str, ...] = ()


def arrange(panels: Sequence[Mapping[str, Any]], dashboard: DrawnDashboard) -> Iterator[Tile]:
    """Place what the dashboard shows when it is opened.

    Args:
        panels: Its panels as they are nested in the JSON; those inside a collapsed row are hidden.
        dashboard: The same, read.

    Raises:
        VitalsError: A panel stands outside the grid, or the picture would be too tall.
    """
    column = (WIDTH_PX + _MARGIN_PX) / COLUMNS
    pitch = _ROW_PX + _MARGIN_PX
    for raw in panels:
        panel = dashboard.panel(raw["id"])
        if panel is None:
            raise VitalsError(f"the panel {raw['id']} could not be read")
        grid = panel.grid
        row = panel.kind == "row"
        width, height = (COLUMNS, 1) if row else (grid.w, grid.h)
        if grid.x < 0 or grid.y < 0 or width < 1 or height < 1 or (0 if row else grid.x) + width > COLUMNS:
            raise VitalsError(
                f"the panel {panel.title!r} stands outside the grid of {COLUMNS} columns "
                f"(x {grid.x}, y {grid.y}, w {grid.w}, h {grid.h})"
            )
        if (grid.y + height) * pitch > _TALLEST_PX:
            raise VitalsError(f"the panel {panel.title!r} ends {(grid.y + height) * pitch} pixels below the top")
        hidden = raw.get("panels") or () if row else ()
        yield Tile(
            panel,
            x=0.0 if row else grid.x * column,
            y=float(grid.y * pitch),
            width=width * column - _MARGIN_PX,
            height=float(height * pitch - _MARGIN_PX),
            hides=tuple(str(one.get("title") or "a panel without a title") for one in hidden),
        )
