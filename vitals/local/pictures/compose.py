"""One picture of a whole dashboard: each panel's own drawing in its frame, at its place on the grid.

Everything is text until the very end, so the same panels give the same bytes; times are in UTC on every machine. Text
of a dashboard is escaped, and what XML cannot hold is left out: an SVG can run scripts, ours never does.
"""

import base64
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from vitals.local.draw.frame import Spec
from vitals.local.draw.layers import still
from vitals.local.draw.theme import FONT, Theme
from vitals.local.pictures.arrangement import WIDTH_PX
from vitals.local.pictures.ask import HEADER_PX, PADDING_PX, DrawnFile, DrawnTile, TimeRange, drawing_size
from vitals.local.pictures.pixels import svg_of

DRAWN_BY = "drawn by vitals, not by Grafana"
_EDGE_PX = 16
_TOP_PX = 64
_BOTTOM_PX = 34
_NARROW_PX = 0.58
_BOLD_PX = 0.7
"""How wide a letter is for its height, on average and rather too wide."""
_PAGE = {"#ffffff": "#f4f5f7", "#171b21": "#0f1216"}
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ID = re.compile(r'(\bid="|url\(#)([^")]+)')


@dataclass(frozen=True)
class TileMark:
    """A frame around a place on the grid, with a word on it.

    Attributes:
        x: Pixels from the left of the grid.
        y: Pixels from its top.
        width: In pixels.
        height: In pixels.
        color: Of the frame.
        word: What it says; it may hold text of a dashboard.
    """

    x: float
    y: float
    width: float
    height: float
    color: str
    word: str


@dataclass(frozen=True)
class Marked:
    """What a picture of a difference shows in another way: frames, and panels of which only the outline is left."""

    marks: Sequence[TileMark]
    outlined: frozenset[int]


NOT_MARKED = Marked((), frozenset())


def compose(
    drawn: DrawnFile,
    span: TimeRange,
    theme: Theme,
    *,
    source: str,
    marked: Marked = NOT_MARKED,
    grid_px: int = WIDTH_PX,
    drawn_by: str = DRAWN_BY,
) -> str:
    """Return the dashboard as one SVG.

    Args:
        drawn: Its panels.
        span: The stretch of time that they show.
        theme: Light or dark.
        source: Where the data are from, in a few words.
        marked: Frames around panels, and the ids of those that are outlined only.
        grid_px: Width of the grid in pixels.
        drawn_by: What stands below the picture: no picture may pass for one that Grafana made.
    """
    ends = [one.tile.y + one.tile.height for one in drawn.tiles] + [one.y + one.height for one in marked.marks]
    bottom = max(ends, default=0.0)
    width, height = grid_px + 2 * _EDGE_PX, round(_TOP_PX + bottom + _BOTTOM_PX)
    start, end = (f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M}" for at in (span.start, span.end))
    origin = f"{source}, {drawn.file.note}" if drawn.file.note else source
    said = " · ".join((f"{start} to {end} UTC", origin, *drawn.variables))
    dashboard = drawn.file.dashboard
    parts = [
        _opening(width, height),
        f"<title>{_clean(dashboard.title)}</title>",
        f'<rect width="{width}" height="{height}" fill="{_PAGE.get(theme.surface, theme.surface)}"/>',
        _text(_EDGE_PX, 28, dashboard.title, theme.text, size=19, bold=True, room=grid_px),
        _text(_EDGE_PX, 50, said, theme.muted, size=12, room=grid_px),
        *(
            part
            for number, one in enumerate(drawn.tiles)
            for part in _tile(one, number, theme, outlined=one.tile.panel.id in marked.outlined)
        ),
        *(part for one in marked.marks for part in _mark(one)),
        _text(_EDGE_PX, height - 12, drawn_by, theme.muted, size=11, room=grid_px),
        "</svg>\n",
    ]
    return _NO_XML.sub("", "\n".join(parts))


def _opening(width: int, height: int) -> str:
    names = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    return (
        f'<svg {names} width="{width}" height="{height}" viewBox="0 0 {width} {height}" font-family={quoteattr(FONT)}>'
    )


def _tile(one: DrawnTile, number: int, theme: Theme, *, outlined: bool) -> Iterator[str]:
    x, y = _EDGE_PX + one.tile.x, _TOP_PX + one.tile.y
    width, height = one.tile.width, one.tile.height
    if one.spec is None:
        yield from _row(one, x, y, theme)
        return
    yield (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" rx="4" fill="{theme.surface}" '
        f'stroke="{theme.grid}"/>'
    )
    if one.title:
        color = theme.muted if outlined else theme.text
        yield _text(x + 10, y + 20, one.title, color, size=13, bold=not outlined, room=width - 20)
    if outlined:
        return
    if one.png is not None:
        size = drawing_size(one.tile)
        data = base64.b64encode(one.png).decode("ascii")
        # At whole pixels and of its own size, a picture is taken over pixel by pixel.
        yield (
            f'<image x="{round(x + PADDING_PX)}" y="{round(y + HEADER_PX)}" width="{size.width}" '
            f'height="{size.height}" xlink:href="data:image/png;base64,{data}"/>'
        )
        return
    svg = panel_svg(one.spec, number)
    yield svg.replace("<svg ", f'<svg x="{x + PADDING_PX:.1f}" y="{y + HEADER_PX:.1f}" ', 1).rstrip()


def _mark(one: TileMark) -> Iterator[str]:
    x, y = _EDGE_PX + one.x, _TOP_PX + one.y
    yield (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{one.width:.1f}" height="{one.height:.1f}" rx="4" fill="{one.color}" '
        f'fill-opacity="0.06" stroke="{one.color}" stroke-width="3"/>'
    )
    left = x + max(10.0, one.width - 10 - len(one.word) * 13 * _BOLD_PX)
    yield _text(left, y + 20, one.word, one.color, size=13, bold=True, room=one.width - 20)


def _own_ids(svg: str, number: int) -> str:
    """Number the ids of a panel anew: the renderer counts on from one drawing of a process to the next."""
    ids: dict[str, str] = {}
    return _ID.sub(lambda found: found[1] + ids.setdefault(found[2], f"panel{number}-{len(ids)}"), svg)


def _row(one: DrawnTile, x: float, y: float, theme: Theme) -> Iterator[str]:
    mark = "\u25ba" if one.tile.hides else "\u25bc"
    yield _text(x + 4, y + 20, f"{mark} {one.title}", theme.text, size=14, bold=True, room=WIDTH_PX / 3)
    if one.tile.hides:
        hidden = f"collapsed, hides {len(one.tile.hides)}: {', '.join(one.tile.hides)}"
        left = x + 24 + min(WIDTH_PX / 3, (len(one.title) + 2) * 14 * _BOLD_PX)
        yield _text(left, y + 20, hidden, theme.muted, size=12, room=WIDTH_PX - left)


def same_everywhere(value: Any) -> Any:  # noqa: ANN401 any part of a JSON document
    """Return a spec whose time axes are in UTC and whose texts hold only what XML can.

    One control character in a label is enough to end the renderer, and this process with it.
    """
    if isinstance(value, str):
        return _NO_XML.sub("", value)
    if isinstance(value, list):
        return [same_everywhere(one) for one in value]
    if not isinstance(value, dict):
        return value
    changed = {same_everywhere(key): same_everywhere(one) for key, one in value.items()}
    if value.get("type") == "temporal" and isinstance(value.get("scale"), dict):
        changed["scale"] = {**value["scale"], "type": "utc"}
    return changed


def _text(x: float, y: float, text: str, color: str, *, size: int, room: float, bold: bool = False) -> str:
    """Write one line, cut where about ``room`` pixels are full."""
    most = max(4, int(room / (size * (_BOLD_PX if bold else _NARROW_PX))))
    shown = text if len(text) <= most else f"{text[: most - 1]}\u2026"
    weight = ' font-weight="600"' if bold else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{color}"{weight}>{_clean(shown)}</text>'


def _clean(text: str) -> str:
    return escape(" ".join(text.split()))


def panel_svg(spec: Spec, number: int) -> str:
    """Return one panel as an SVG element of its own, in UTC; ``number`` keeps its ids apart from those of others."""
    return _own_ids(svg_of(panel_text(spec)), number)


def panel_text(spec: Spec) -> str:
    """Return what the renderer gets for a panel: the same text for the same drawing."""
    return json.dumps(still(same_everywhere(spec)), ensure_ascii=False)
