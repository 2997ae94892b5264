"""Draw stat, gauge and bar-gauge panels: one number for each series, coloured by the panel's thresholds."""

import math
from collections.abc import Sequence
from dataclasses import replace

from vitals.local.draw.canvas import Canvas, fit_text
from vitals.local.draw.dashboard import Panel
from vitals.local.draw.fields import ShownField, calc_text, names_fields, of_series, panel_calc, show_value, value_text
from vitals.local.draw.frame import Size, Spec
from vitals.local.draw.reducers import TRUTHS, reduce
from vitals.local.draw.series import DrawnSeries
from vitals.local.draw.theme import Theme

_MOST_TILES = 24
_SPARK_FROM_PX = 56
_TINT = 0.16
_GAUGE_ANGLE = math.radians(120)


def draw_stat(panel: Panel, series: Sequence[DrawnSeries], *, size: Size, theme: Theme) -> Spec:
    """Draw one tile for each series: its value, its name if there are several, and how it moved."""
    canvas = Canvas(size, theme)
    tiles = series[:_MOST_TILES]
    columns, rows = _grid(len(tiles), size)
    width, height = size.width / columns, size.height / rows
    mode = str(panel.options.get("colorMode") or "value")
    filled = mode.startswith("background")
    named = panel.options.get("textMode") in {"name", "value_and_name"} or len(tiles) > 1
    spark = not filled and panel.options.get("graphMode", "area") != "none" and height > _SPARK_FROM_PX
    for index, one in enumerate(tiles):
        left, top = index % columns * width, index // columns * height
        center = left + width / 2
        shown = _shown(panel, one, theme)
        color = theme.text if mode == "none" else shown.color
        if filled:
            canvas.rect(left + 2, top + 2, width - 4, height - 4, shown.color, opacity=_TINT)
        head = min(18.0, height * 0.3) if named else 0.0
        foot = height * 0.26 if spark else 0.0
        room = height - head - foot
        text_size = fit_text(shown.text, width=width - 24, height=room * 0.72, largest=44)
        middle = top + head + room / 2
        canvas.text(center, middle, shown.text, size=text_size, color=color, align="center", bold=True)
        if named:
            canvas.text(
                center, top + head / 2 + 3, one.name, size=11, color=theme.muted, align="center", limit=width - 12
            )
        if spark:
            _sparkline(canvas, one, (left + 8, top + height - foot, width - 16, foot - 6), shown.color)
    return canvas.spec(panel.description or panel.title)


def draw_gauge(panel: Panel, series: Sequence[DrawnSeries], *, size: Size, theme: Theme) -> Spec:
    """Draw one dial for each series, from the panel's minimum to its maximum."""
    canvas = Canvas(size, theme)
    dials = series[:_MOST_TILES]
    columns, rows = _grid(len(dials), size)
    width, height = size.width / columns, size.height / rows
    named = len(dials) > 1 or names_fields(panel)  # as in Grafana, the only one needs no name
    for index, one in enumerate(dials):
        value = reduce(one.values, panel_calc(panel))
        low, high = _bounds(panel, dials)
        shown = _shown(panel, one, theme)
        radius = max(20.0, min(width * 0.42, (height - 24) * 0.58))
        x, y = (index % columns + 0.5) * width, index // columns * height + radius + 8
        ring = (radius * 0.74, radius * 0.92)
        canvas.arc(x, y, radius=ring, angle=(-_GAUGE_ANGLE, _GAUGE_ANGLE), color=theme.grid)
        if not math.isnan(value):
            reach = (-_GAUGE_ANGLE, _angle(value, low, high))
            canvas.arc(x, y, radius=ring, angle=reach, color=shown.color)
        for step in panel.thresholds:
            if step.value is not None and low < step.value < high:
                at = _angle(step.value, low, high)
                edge = (radius * 0.94, radius)
                canvas.arc(x, y, radius=edge, angle=(at - 0.02, at + 0.02), color=theme.color(step.color))
        text_size = fit_text(shown.text, width=radius * 1.05, height=radius * 0.5, largest=36)
        canvas.text(x, y, shown.text, size=text_size, color=shown.color, align="center", bold=True)
        if named:
            canvas.text(x, y + radius * 0.82, one.name, size=11, color=theme.muted, align="center", limit=width)
    return canvas.spec(panel.description or panel.title)


def draw_bar_gauge(panel: Panel, series: Sequence[DrawnSeries], *, size: Size, theme: Theme) -> Spec:
    """Draw one horizontal bar for each series: name at the left, bar, value at the right."""
    canvas = Canvas(size, theme)
    bars = series[:_MOST_TILES]
    low, high = _bounds(panel, bars)
    row = min(size.height / max(len(bars), 1), 44)
    label = min(size.width * 0.38, max(len(one.name) for one in bars) * 7 + 12)
    value_width = 84
    room = size.width - label - value_width
    for index, one in enumerate(bars):
        value = reduce(one.values, panel_calc(panel))
        shown = _shown(panel, one, theme)
        middle = (index + 0.5) * row
        thick = min(16, row * 0.6)
        canvas.text(4, middle, one.name, size=12, limit=label - 10)
        canvas.rect(label, middle - thick / 2, room, thick, theme.grid)
        share = 0.0 if math.isnan(value) else (value - low) / (high - low)
        canvas.rect(label, middle - thick / 2, room * min(max(share, 0.0), 1.0), thick, shown.color)
        canvas.text(size.width - 12, middle, shown.text, size=13, color=shown.color, align="right", bold=True)
    return canvas.spec(panel.description or panel.title)


def describe(panel: Panel, series: Sequence[DrawnSeries]) -> list[tuple[str, str]]:
    """Return name and value of each series as text, for people who do not see the picture."""
    calc = panel_calc(panel)
    return [(one.name, value_text(panel, reduce(one.values, calc))) for one in series]


def _shown(panel: Panel, series: DrawnSeries, theme: Theme) -> ShownField:
    calc = panel_calc(panel)
    panel = of_series(panel, series)
    shown = show_value(panel, reduce(series.values, calc), theme)
    if calc in TRUTHS and not panel.defaults.get("mappings"):
        return replace(shown, text=calc_text(panel, series.values, calc))
    return shown


def _grid(count: int, size: Size) -> tuple[int, int]:
    """Return columns and rows so that tiles come closest to twice as wide as high."""
    best = min(
        range(1, max(count, 1) + 1),
        key=lambda columns: abs(math.log((size.width / columns) / (size.height / math.ceil(count / columns)) / 2)),
    )
    return best, math.ceil(max(count, 1) / best)


def _bounds(panel: Panel, series: Sequence[DrawnSeries]) -> tuple[float, float]:
    values = [value for one in series if not math.isnan(value := reduce(one.values, panel_calc(panel)))]
    fixed_low, fixed_high = panel.defaults.get("min"), panel.defaults.get("max")
    low = float(fixed_low) if fixed_low is not None else min([0.0, *values])
    share = {"percentunit": 1.0, "percent": 100.0}.get(panel.unit)
    steps = [step.value for step in panel.thresholds if step.value is not None]
    natural = share if share is not None else max([*values, *steps, 0.0]) * 1.1
    high = float(fixed_high) if fixed_high is not None else natural
    return (low, high) if high > low else (low, low + 1.0)


def _angle(value: float, low: float, high: float) -> float:
    share = min(max((value - low) / (high - low), 0.0), 1.0)
    return _GAUGE_ANGLE * (2 * share - 1)


def _sparkline(canvas: Canvas, series: DrawnSeries, box: tuple[float, float, float, float], color: str) -> None:
    left, top, width, height = box
    points = [(t, v) for t, v in zip(series.times, series.values, strict=True) if not math.isnan(v)]
    if len(points) < 2:  # noqa: PLR2004 a line needs two ends
        return
    start, end = points[0][0], points[-1][0]
    low, high = min(v for _, v in points), max(v for _, v in points)
    span = high - low or 1.0
    canvas.line(
        [
            (left + 4 + (t - start) / (end - start) * (width - 8), top + height * (1 - (v - low) / span))
            for t, v in points
        ],
        color,
    )
