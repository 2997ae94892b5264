"""Draw a heatmap panel: time to the right, buckets upwards, and how much is in each as colour.

Which buckets there are is the business of ``buckets``. Rows are equally high, as Grafana draws buckets of a histogram,
and what stands beside a line between two rows is the bound of the lower one.
"""

import math
from collections.abc import Sequence

from vitals.local.draw.axes import plot_width, x_axis, x_params
from vitals.local.draw.buckets import Bucket, buckets_of
from vitals.local.draw.dashboard import Panel
from vitals.local.draw.frame import Row, Size, Spec, frame
from vitals.local.draw.number_format import panel_text
from vitals.local.draw.series import DrawnSeries
from vitals.local.draw.text_width import text_px
from vitals.local.draw.theme import Theme
from vitals.local.draw.time_ticks import time_ticks
from vitals.local.draw.units import axis_expression
from vitals.local.draw.window import Window

_LABEL_PX = 16
_BELOW_PX = 24
_LEGEND_PX = 44
_LEAST_FOR_LEGEND_PX = 150
"""A lower panel has no room for a scale below it."""
_NOTHING = 1e-9
"""Grafana's own bound for an empty cell, which shows the panel behind it."""
_SCHEMES = {
    "BrBG": "brownbluegreen", "PiYG": "pinkyellowgreen", "PRGn": "purplegreen", "PuOr": "purpleorange",
    "RdBu": "redblue", "RdGy": "redgrey", "RdYlBu": "redyellowblue", "RdYlGn": "redyellowgreen",
    "BuGn": "bluegreen", "BuPu": "bluepurple", "GnBu": "greenblue", "OrRd": "orangered", "PuBu": "purpleblue",
    "PuBuGn": "purplebluegreen", "PuRd": "purplered", "RdPu": "redpurple", "YlGn": "yellowgreen",
    "YlGnBu": "yellowgreenblue", "YlOrBr": "yelloworangebrown", "YlOrRd": "yelloworangered",
    **{name: name.lower() for name in (
        "Blues", "Greens", "Greys", "Oranges", "Purples", "Reds", "Turbo", "Cividis", "Viridis", "Magma", "Inferno",
        "Plasma", "Spectral", "Rainbow", "Sinebow",
    )},
}  # fmt: skip
"""Vega's name for each of the colour scales that Grafana offers."""
_DARKEST_LAST = frozenset(
    {"Blues", "Greens", "Greys", "Oranges", "Purples", "Reds", "BuGn", "BuPu", "GnBu", "OrRd", "PuBu", "PuBuGn", "PuRd",
     "RdPu", "YlGn", "YlGnBu", "YlOrBr", "YlOrRd"}
)  # fmt: skip
"""Scales that begin pale: on a dark panel they are turned round, so that little is near to the background."""


def draw_heatmap(panel: Panel, series: Sequence[DrawnSeries], *, window: Window, size: Size, theme: Theme) -> Spec:
    """Draw the panel; ``series`` has at least one."""
    buckets = buckets_of(panel, series, window)
    unit = str((panel.options.get("yAxis") or {}).get("unit") or panel.unit)
    texts = [one.name if one.bound is None else panel_text(one.bound, unit) for one in buckets]
    cells = _cells(buckets, texts)
    moments = time_ticks(window, plot_width(size.width, max(map(text_px, texts), default=0.0)))
    legend = size.height >= _LEAST_FOR_LEGEND_PX and (panel.options.get("legend") or {}).get("show") is not False
    room = size.height - _BELOW_PX - (_LEGEND_PX if legend else 0)
    every = max(1, math.ceil(len(buckets) * _LABEL_PX / max(room, 1)))
    row = {"type": "quantitative", "scale": {"domain": {"expr": "y_domain"}, "nice": False, "zero": False}}
    ticks = {"values": {"expr": "y_ticks"}, "labelExpr": "row_labels[datum.value - 1]", "tickCount": len(buckets)}
    return frame(
        theme=theme,
        size=size,
        description=panel.description or panel.title,
        params={
            **x_params(moments, window),
            "y_domain": [0, max(1, len(buckets))],
            "y_ticks": list(range(every, len(buckets) + 1, every)),
            "row_labels": texts,
        },
        datasets={"cells": cells},
        layers=[
            {
                "data": {"name": "cells"},
                "mark": {"type": "rect", "clip": True, "stroke": theme.surface, "strokeWidth": 0.5},
                "encoding": {
                    "x": {**x_axis(moments), "field": "from"},
                    "x2": {"field": "t"},
                    "y": {"field": "low", **row, "axis": {"title": None, "grid": False, **ticks}},
                    "y2": {"field": "high"},
                    **_color(panel, cells, theme, legend=legend),
                    "tooltip": [
                        {"field": "bucket", "title": "Bucket"},
                        {"field": "shown", "title": "Value"},
                        {"field": "t", "type": "temporal", "title": "Until", "format": "%-d %b %H:%M:%S"},
                    ],
                },
            }
        ],
    )


def _cells(buckets: Sequence[Bucket], texts: Sequence[str]) -> list[Row]:
    """One row of data for each cell that is not empty; a cell ends at the moment to which its value belongs."""
    return [
        {
            "from": (time - bucket.step) * 1000,
            "t": time * 1000,
            "low": index,
            "high": index + 1,
            "v": value,
            "bucket": text,
            "shown": panel_text(value, "short"),
        }
        for index, (bucket, text) in enumerate(zip(buckets, texts, strict=True))
        for time, value in sorted(bucket.values.items())
        if value > _NOTHING
    ]


def _color(panel: Panel, cells: Sequence[Row], theme: Theme, *, legend: bool) -> Spec:
    """The colour of a cell by its value, or how opaque it is."""
    asked = panel.options.get("color") or {}
    values = [cell["v"] for cell in cells] or [0.0, 1.0]
    low, high = (
        float(end) if (end := asked.get(name)) is not None else found
        for name, found in (("min", min(values)), ("max", max(values)))
    )
    exponent = float(asked.get("exponent") or 1)
    scale: Spec = {"domain": [low, high if high > low else low + 1], "clamp": True, "zero": False, "nice": False}
    scale |= {"type": "pow", "exponent": exponent} if exponent != 1 else {"type": "linear"}
    key: Spec | None = {
        "title": None,
        "orient": "bottom",
        "gradientLength": 220,
        "gradientThickness": 8,
        "labelExpr": axis_expression("short"),
        "tickCount": 4,
    }
    if not legend:
        key = None
    if asked.get("mode") == "opacity":
        fill = theme.color(str(asked.get("fill") or "blue"))
        opacity = {"field": "v", "type": "quantitative", "scale": {**scale, "range": [0.05, 1]}, "legend": key}
        return {"color": {"value": fill}, "opacity": opacity}
    name = str(asked.get("scheme") or "Oranges")
    dark = sum(bytes.fromhex(theme.surface[1:])) < 3 * 128
    turned = bool(asked.get("reverse")) != (dark and name in _DARKEST_LAST)
    scale |= {"scheme": _SCHEMES.get(name, "oranges"), "reverse": turned}
    return {"color": {"field": "v", "type": "quantitative", "scale": scale, "legend": key}}
