"""Draw histogram panels: how often values of each series fall into buckets of equal width.

As in Grafana the width is the panel's own, or the narrowest round one with which at most thirty buckets hold them all.
"""

import math
from collections import Counter
from collections.abc import Sequence

from vitals.local.draw.axes import EVERY_LABEL
from vitals.local.draw.dashboard import Panel
from vitals.local.draw.fields import series_colors
from vitals.local.draw.frame import Row, Size, Spec, frame
from vitals.local.draw.series import DrawnSeries
from vitals.local.draw.theme import Theme
from vitals.local.draw.unit_table import BINARY
from vitals.local.draw.units import axis_expression
from vitals.local.draw.value_range import tick_step, tick_values

_LONGEST_PX = 900.0
"""The length of an axis whose ticks, 30 pixels apart, are the bounds of thirty buckets."""
_LABEL_SHARE = 1 / 3
"""Labels lie side by side, so they need three times the room that they would on top of each other."""
_MOST_BUCKETS = 500
"""More would be thinner than a pixel; a width that asks for them is a slip, and the round one is taken."""
ALL = "Count"
"""What Grafana calls all series together."""


def draw_histogram(panel: Panel, series: Sequence[DrawnSeries], *, size: Size, theme: Theme) -> Spec:
    """Draw the panel; ``series`` has at least one and names are distinct."""
    samples = {one.name: [value for value in one.values if math.isfinite(value)] for one in series}
    if panel.options.get("combine"):
        samples = {ALL: [value for values in samples.values() for value in values]}
    names = [name for name, values in samples.items() if values]
    values = [value for several in samples.values() for value in several]
    binary = panel.unit in BINARY
    width = bucket_width(values, panel.options.get("bucketSize"), binary=binary)
    rows = [row for name in names for row in _rows(name, samples[name], width)]
    low, high = (min(row["low"] for row in rows), max(row["high"] for row in rows)) if rows else (0.0, 1.0)
    ticks = tick_values(low, high, tick_step(low, high, size.width * _LABEL_SHARE, binary=binary))
    palette = dict(zip(samples, series_colors(panel, series, theme), strict=False))
    of_values: Spec = {
        "values": {"expr": "x_ticks"},
        "labelExpr": axis_expression(panel.unit),
        "tickCount": EVERY_LABEL,
    }
    legend: Spec = {"title": None, "orient": "bottom", "symbolType": "square"}
    scale = {"domain": names, "range": [palette[name] for name in names]}
    counted = {"field": "count", "type": "quantitative", "stack": None, "axis": {"title": None, "tickMinStep": 1}}
    binned = {
        "field": "low",
        "type": "quantitative",
        "bin": "binned",
        "axis": {"title": None, "grid": False, **of_values},
    }
    words = {"series": "Series", "low": "From", "high": "To", "count": "Values"}
    color = {"field": "series", "type": "nominal", "scale": scale, "legend": legend if _has_legend(panel) else None}
    bars: Spec = {
        "data": {"name": "buckets"},
        "mark": {"type": "bar", "opacity": 0.8, "binSpacing": 1, "clip": True},
        "encoding": {
            "x": binned,
            "x2": {"field": "high"},
            "y": counted,
            "color": color,
            "tooltip": [{"field": field, "title": title} for field, title in words.items()],
        },
    }
    return frame(
        theme=theme,
        size=size,
        description=panel.description or panel.title,
        params={"x_ticks": ticks},
        datasets={"buckets": rows},
        layers=[bars],
    )


def bucket_width(values: Sequence[float], wanted: object = None, *, binary: bool = False) -> float:
    """The width of the buckets of finite values; 1 where there is but one value.

    Args:
        values: What is counted.
        wanted: The panel's own width.
        binary: Whether the unit is counted in 1024.
    """
    low, high = (min(values), max(values)) if values else (0.0, 0.0)
    if isinstance(wanted, int | float) and wanted > 0 and (high - low) / wanted <= _MOST_BUCKETS:
        return float(wanted)
    return tick_step(low, high, _LONGEST_PX, binary=binary) if high > low else 1.0


def _rows(name: str, values: Sequence[float], width: float) -> list[Row]:
    counts = Counter(math.floor(value / width) for value in values)
    return [
        {"series": name, "low": place * width, "high": (place + 1) * width, "count": count}
        for place, count in sorted(counts.items())
    ]


def _has_legend(panel: Panel) -> bool:
    legend = panel.options.get("legend") or {}
    return legend.get("showLegend") is not False and legend.get("displayMode") != "hidden"
