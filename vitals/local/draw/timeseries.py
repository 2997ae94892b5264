"""Draw a timeseries panel: lines or areas over time, thresholds, events and exemplars that link to their trace."""

import math
from collections.abc import Sequence
from dataclasses import asdict

from vitals.local.draw.axes import (
    draws_thresholds,
    plot_width,
    x_axis,
    x_params,
    y_axis,
    y_params,
)
from vitals.local.draw.dashboard import Panel
from vitals.local.draw.fields import LineStyle, flipped, in_legend, line_styles, series_colors
from vitals.local.draw.frame import PanelData, Row, Size, Spec, frame
from vitals.local.draw.layers import event_layers, exemplar_layer, series_layers, threshold_layers
from vitals.local.draw.legend import Legend
from vitals.local.draw.number_format import panel_text
from vitals.local.draw.scales import (
    axis_rows,
    moved,
    right_params,
    right_px,
    scales_of,
    with_axes,
    written_value,
)
from vitals.local.draw.series import DrawnSeries
from vitals.local.draw.theme import Theme
from vitals.local.draw.time_ticks import time_ticks
from vitals.local.draw.window import Window

_GAP_STEPS = 1.5


def draw_timeseries(panel: Panel, data: PanelData, *, window: Window, size: Size, theme: Theme) -> Spec:
    """Draw the panel; ``data.series`` has at least one series and names are distinct."""
    colors = series_colors(panel, data.series, theme)
    names = [series.name for series in data.series]
    legend = Legend(panel, in_legend(panel, data.series), size)
    stack = _stack(panel)
    styles = line_styles(panel, data.series, stacked=stack is not None)
    plotted = flipped(panel, data.series)
    scales = scales_of(panel, plotted, size.height - legend.height_px, stacked=stack)
    axis, domain = scales[0].axis, scales[0].axis.domain
    moments = time_ticks(window, plot_width(size.width, axis.width_px + right_px(scales)))
    color = {
        "field": "series",
        "type": "nominal",
        "scale": {"domain": names, "range": colors},
        "legend": legend.spec,
    }
    stacked, beside = (
        (scales[0].series, [one for scale in scales[1:] for one in scale.series]) if stack else (plotted, ())
    )
    datasets = {
        "points": moved(_points(panel, stacked, window), scales),
        "beside": moved(_points(panel, beside, window), scales),
        "bands": moved(_bands(plotted, styles, window), scales),
        **axis_rows(scales),
        "events": _events(data, window, theme),
        "thresholds": _thresholds(panel, theme, domain),
        "exemplars": [
            {"t": e.at * 1000, "v": e.value, "shown": panel_text(e.value, panel.unit), "trace": e.trace_id}
            for e in data.exemplars
            if domain[0] <= e.value <= domain[1]
        ],
    }
    x, y = x_axis(moments), y_axis(scales[0].panel, axis, stack)
    layers = [
        *event_layers(),
        *series_layers(panel, color, styles, x=x, y=y, written=written_value(scales)),
        *threshold_layers(panel),
        exemplar_layer(theme),
    ]
    return frame(
        theme=theme,
        size=size,
        description=panel.description or panel.title,
        params={
            **x_params(moments, window),
            **y_params(axis),
            **right_params(scales),
            "legend_labels": legend.texts,
            "styles": {name: asdict(style) for name, style in zip(names, styles, strict=True)},
        },
        datasets=datasets,
        layers=with_axes(layers, scales, y),
        resolve={"axis": {"y": "independent"}} if len(scales) > 1 else None,
    )


def _points(panel: Panel, series: Sequence[DrawnSeries], window: Window) -> list[Row]:
    """Return one row for each sample, and an empty row in each gap so that the line breaks there."""
    bridge = panel.custom.get("spanNulls") is True
    rows: list[Row] = []
    for one in series:
        previous: Row | None = None
        for time, value in zip(one.times, one.values, strict=True):
            gap = previous is None or (time * 1000 - previous["t"]) > window.step * 1000 * _GAP_STEPS
            if previous is not None and gap and not bridge:
                rows.append({"t": previous["t"] + 1, "v": None, "series": one.name, "alone": False})
            missing = math.isnan(value)
            if missing and bridge:
                continue
            alone = gap and not missing
            if previous is not None and not gap and previous["v"] is not None:
                previous["alone"] = alone = False
            previous = {"t": time * 1000, "v": None if missing else value, "series": one.name, "alone": alone}
            rows.append(previous)
    return rows


def _bands(series: Sequence[DrawnSeries], styles: Sequence[LineStyle], window: Window) -> list[Row]:
    """Return one row for each moment at which a line and the one that its band ends at both have a value."""
    by_name = {one.name: one for one in series}
    rows: list[Row] = []
    for one, style in zip(series, styles, strict=True):
        lower = by_name.get(style.down_to)
        if lower is None:
            continue
        lows = dict(zip(lower.times, lower.values, strict=True))
        previous = -math.inf
        for time, high in zip(one.times, one.values, strict=True):
            low = lows.get(time, math.nan)
            if math.isnan(high) or math.isnan(low):
                continue
            if rows and time - previous > window.step * _GAP_STEPS:
                rows.append({"t": time * 1000 - 1, "high": None, "low": None, "series": one.name})
            rows.append({"t": time * 1000, "high": high, "low": low, "series": one.name})
            previous = time
    return rows


def _events(data: PanelData, window: Window, theme: Theme) -> list[Row]:
    return [
        {
            "t": max(event.start, window.start) * 1000,
            "until": max(event.end, event.start) * 1000,
            "title": event.title,
            "text": event.text,
            "color": theme.color(event.color),
        }
        for event in data.events
        if event.start <= window.end and event.end >= window.start
    ]


def _thresholds(panel: Panel, theme: Theme, domain: tuple[float, float]) -> list[Row]:
    if not draws_thresholds(panel):
        return []
    return [
        {
            "v": step.value,
            "color": theme.color(step.color),
            "label": panel_text(step.value, panel.unit, panel.decimals),
        }
        for step in panel.thresholds
        if step.value is not None and domain[0] <= step.value <= domain[1]
    ]


def _stack(panel: Panel) -> str | None:
    mode = (panel.custom.get("stacking") or {}).get("mode")
    return {"normal": "zero", "percent": "normalize"}.get(str(mode))
