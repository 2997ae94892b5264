"""No label of a time axis is cut at the edge of its drawing, wherever the range ends.

The portal moves the range of a drawing that is there already, and Vega makes room for labels only once: none may need
more than the padding around the plot.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from itertools import pairwise

import pytest
import vl_convert

from vitals.local.draw.frame import PADDING_PX, PanelData, Size
from vitals.local.draw.series import DrawnSeries
from vitals.local.draw.text_width import text_px
from vitals.local.draw.theme import LIGHT
from vitals.local.draw.timeseries import draw_timeseries
from vitals.local.draw.window import choose_window

from .conftest import START, PanelMaker

_TRANSLATED = re.compile(r"translate\((-?[\d.]+),")
_PLOT = re.compile(r'class="background"[^>]* d="M[\d.]+,[\d.]+h([\d.]+)')
_BEFORE = {"start": 0.0, "middle": 0.5, "end": 1.0}
"""Which share of a text stands left of its anchor."""
_GLYPHS_PX = 1.0
"""By how much a text may be wider than it is taken for."""


def _labels(svg: str) -> list[tuple[float, float]]:
    """From where to where each label of the time axis reaches, in pixels of the drawing; the plot begins anywhere."""
    found: list[tuple[float, float]] = []

    def walk(node: ET.Element, x: float) -> None:
        moved = _TRANSLATED.match(node.get("transform", ""))
        x += float(moved[1]) if moved else 0.0
        text = "".join(node.itertext())
        if node.tag.endswith("}text") and re.fullmatch(r"\d\d:\d\d", text) and node.get("opacity") != "0":
            left = x - text_px(text) * _BEFORE[node.get("text-anchor", "start")]
            found.append((left, left + text_px(text)))
        for inner in node:
            walk(inner, x)

    walk(ET.fromstring(svg), 0.0)  # noqa: S314 - our own drawing
    return found


def _plot_end(svg: str) -> float:
    """Where the plot ends, in pixels of the drawing: the first group is moved to its beginning."""
    moved, length = _TRANSLATED.search(svg), _PLOT.search(svg)
    assert moved
    assert length
    return float(moved[1]) + float(length[1])


@pytest.mark.parametrize("after_s", [0, 15, 60, 120, 240, 480], ids=lambda after: f"{after}s")
def test_the_last_label_ends_where_every_drawing_has_room(after_s: int, make_panel: PanelMaker) -> None:
    """The range ends so long after a full hour, whose label stands there; none lies on the label before it."""
    hour = START // 3600 * 3600
    window = choose_window(hour - 3600 + after_s, hour + after_s, width=480, min_step_s=15)
    line = DrawnSeries("a", {}, (window.start, window.end), (1.0, 2.0))

    size = Size(480, 160)
    spec = draw_timeseries(make_panel(), PanelData((line,)), window=window, size=size, theme=LIGHT)
    svg = vl_convert.vegalite_to_svg(spec)
    labels = _labels(svg)

    assert len(labels) >= 2
    assert min(left for left, _ in labels) >= 0
    assert max(right for _, right in labels) <= _plot_end(svg) + PADDING_PX + _GLYPHS_PX
    assert all(before[1] <= after[0] for before, after in pairwise(labels)), labels
