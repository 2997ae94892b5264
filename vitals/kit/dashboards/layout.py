"""Where panels stand: rows of panels that share the 24 columns, so no dashboard writes a coordinate.

A panel whose signal no service has is left out and its neighbours take its room.
"""

from __future__ import annotations

from dataclasses import dataclass

from grafanalib import core as G  # noqa: N812 - the name that grafanalib's own documentation uses

from vitals.model.signals.signal import panel_id

COLUMNS = 24
_HEADER_HEIGHT = 1


@dataclass(frozen=True, slots=True)
class Row:
    """Panels side by side.

    Attributes:
        height: In Grafana's grid units of 30 pixels.
        panels: From left to right; ``None`` for a panel that has nothing to show.
    """

    height: int
    panels: tuple[G.Panel | None, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """Rows under one header; a section without a title has none and is the first screen.

    Attributes:
        title: Text of the header.
        rows: From top to bottom.
        collapsed: Closed until a reader opens it; never for a panel that an alert leads to.
    """

    title: str
    rows: tuple[Row, ...]
    collapsed: bool = False


def place(uid: str, sections: tuple[Section, ...]) -> list[G.Panel]:
    """Give every panel its place.

    Args:
        uid: The dashboard; makes the ids of its headers.
        sections: From top to bottom; one without any panel disappears.

    Returns:
        Panels and headers in dashboard order.
    """
    placed: list[G.Panel] = []
    y = 0
    for section in sections:
        header = _HEADER_HEIGHT if section.title else 0
        inside, end = _place_rows(section.rows, y + header)
        if not inside:
            continue
        if header:
            row = G.RowPanel(
                id=panel_id(f"{uid}:row:{section.title}"),
                title=section.title,
                gridPos=G.GridPos(h=header, w=COLUMNS, x=0, y=y),
                collapsed=section.collapsed,
                panels=inside if section.collapsed else [],
            )
            placed.append(row)
        if section.collapsed:
            y += header
            continue
        placed += inside
        y = end
    return placed


def _place_rows(rows: tuple[Row, ...], y: int) -> tuple[list[G.Panel], int]:
    placed: list[G.Panel] = []
    for row in rows:
        panels = [panel for panel in row.panels if panel is not None]
        for index, panel in enumerate(panels):
            x, end = index * COLUMNS // len(panels), (index + 1) * COLUMNS // len(panels)
            panel.gridPos = G.GridPos(h=row.height, w=end - x, x=x, y=y)
        placed += panels
        y += row.height if panels else 0
    return placed, y
