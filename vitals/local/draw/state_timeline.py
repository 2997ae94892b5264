"""Draw panels of states: one row for each series, with a block for each stretch of the same state or each sample."""

import math
from collections.abc import Sequence

from vitals.local.draw.axes import plot_width, x_axis, x_params
from vitals.local.draw.dashboard import Panel
from vitals.local.draw.fields import show_value
from vitals.local.draw.frame import Row, Size, Spec, frame
from vitals.local.draw.series import DrawnSeries
from vitals.local.draw.text_width import text_px
from vitals.local.draw.theme import Theme
from vitals.local.draw.time_ticks import time_ticks
from vitals.local.draw.window import Window

_GAP_STEPS = 1.5
_CELL = 0.9
"""Of a step, so that two samples are seen as two."""


def draw_state_timeline(
    panel: Panel, series: Sequence[DrawnSeries], *, window: Window, size: Size, theme: Theme
) -> Spec:
    """Draw the panel; ``series`` has at least one and names are distinct. A hole means no sample.

    A status history has a block for each sample, a state timeline one for as long as a state holds.
    """
    rows = [row for one in series for row in _blocks(panel, one, window, theme)]
    longest = max(text_px(one.name) for one in series)
    moments = time_ticks(window, plot_width(size.width, min(size.width / 3, longest)))
    return frame(
        theme=theme,
        size=size,
        description=panel.description or panel.title,
        params=x_params(moments, window),
        datasets={"blocks": rows},
        layers=[
            {
                "data": {"name": "blocks"},
                "mark": {"type": "rect", "clip": True, "height": {"band": 0.8}, "cornerRadius": 2},
                "encoding": {
                    "x": x_axis(moments),
                    "x2": {"field": "until"},
                    "y": {
                        "field": "series",
                        "type": "nominal",
                        "sort": None,
                        "scale": {"domain": [one.name for one in series]},
                        "axis": {"title": None, "grid": False, "labelLimit": size.width // 3},
                    },
                    "color": {"field": "color", "type": "nominal", "scale": None},
                    "tooltip": [
                        {"field": "series", "title": "Series"},
                        {"field": "state", "title": "State"},
                        {"field": "t", "type": "temporal", "title": "From", "format": "%-d %b %H:%M:%S"},
                        {"field": "until", "type": "temporal", "title": "To", "format": "%-d %b %H:%M:%S"},
                    ],
                },
            }
        ],
    )


def _blocks(panel: Panel, series: DrawnSeries, window: Window, theme: Theme) -> list[Row]:
    each_sample = panel.kind == "status-history"
    length = window.step * (_CELL if each_sample else 1.0)
    blocks: list[Row] = []
    for time, value in zip(series.times, series.values, strict=True):
        if math.isnan(value):
            continue
        shown = show_value(panel, value, theme)
        until = (time + length) * 1000
        last = None if each_sample or not blocks else blocks[-1]
        adjoins = last is not None and time * 1000 - last["until"] < window.step * 1000 * (_GAP_STEPS - 1)
        if last is not None and adjoins and (last["state"], last["color"]) == (shown.text, shown.color):
            last["until"] = until
        else:
            blocks.append(
                {
                    "t": time * 1000,
                    "until": until,
                    "series": series.name,
                    "state": shown.text,
                    "color": shown.color,
                }
            )
    return blocks
