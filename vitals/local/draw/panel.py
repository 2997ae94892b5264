"""The one entry: a panel and what its queries returned, drawn by type."""

from collections.abc import Sequence

from vitals.local.draw.canvas import Canvas
from vitals.local.draw.dashboard import Panel
from vitals.local.draw.fields import rename, unhidden
from vitals.local.draw.frame import PanelData, Size, Spec
from vitals.local.draw.heatmap import draw_heatmap
from vitals.local.draw.histogram import draw_histogram
from vitals.local.draw.pie import draw_pie
from vitals.local.draw.prose import TEXT_PX, prose
from vitals.local.draw.series import DrawnSeries, distinct_names
from vitals.local.draw.stat import draw_bar_gauge, draw_gauge, draw_stat
from vitals.local.draw.state_timeline import draw_state_timeline
from vitals.local.draw.table import build_table, draw_table
from vitals.local.draw.theme import Theme
from vitals.local.draw.timeseries import draw_timeseries
from vitals.local.draw.window import Window

_NUMBERS = {
    "stat": draw_stat,
    "gauge": draw_gauge,
    "bargauge": draw_bar_gauge,
    "piechart": draw_pie,
    "histogram": draw_histogram,
}
_STATES = ("state-timeline", "status-history")
SERIES_KINDS = frozenset({"timeseries", "heatmap", "table", *_STATES, *_NUMBERS})
"""Panel types that are drawn from queries."""


def draw_panel(panel: Panel, data: PanelData, *, window: Window, size: Size, theme: Theme) -> Spec:
    """Draw a panel.

    Args:
        panel: What the dashboard says about it.
        data: What its queries returned.
        window: Stretch of time that the x axis shows.
        size: Outer size of the drawing in pixels; title and frame are the caller's.
        theme: Light or dark.

    Returns:
        A Vega-Lite spec with its data inside. Without any sample it shows the panel's no-value text; a type that
        is not known here is named in the picture, and so is another server than Prometheus.
    """
    if panel.kind == "text":
        lines = prose(panel, size)
        return draw_message(lines, panel.description or panel.title, size=size, theme=theme)
    if lines := _why_undrawn(panel):
        return draw_message(lines, panel.title, size=size, theme=theme, centered=True)
    series = rename(panel, [one for one in data.series if one.times])
    if series and panel.kind == "heatmap":
        return draw_heatmap(panel, series, window=window, size=size, theme=theme)
    series = unhidden(panel, distinct_names(series))
    if not series:
        return draw_message([panel.no_value], panel.title, size=size, theme=theme, centered=True)
    if panel.kind == "timeseries":
        drawn = PanelData(series, data.exemplars, data.events)
        return draw_timeseries(panel, drawn, window=window, size=size, theme=theme)
    return _draw_states(panel, series, window=window, size=size, theme=theme)


def _why_undrawn(panel: Panel) -> list[str]:
    if panel.kind not in SERIES_KINDS:
        return [f"Vitals does not draw panels of type {panel.kind!r}.", "Open the dashboard in Grafana to see it."]
    if panel.others and not panel.targets:
        return [f"It asks {' and '.join(panel.others)}, and only Prometheus is asked here."]
    return []


def _draw_states(panel: Panel, series: Sequence[DrawnSeries], *, window: Window, size: Size, theme: Theme) -> Spec:
    if panel.kind in _STATES:
        return draw_state_timeline(panel, series, window=window, size=size, theme=theme)
    if panel.kind == "table":
        return draw_table(panel, build_table(panel, series, theme), size=size, theme=theme)
    return _NUMBERS[panel.kind](panel, series, size=size, theme=theme)


def draw_message(lines: Sequence[str], description: str, *, size: Size, theme: Theme, centered: bool = False) -> Spec:
    """Draw lines of text: centred and muted for a message, from the upper left for prose."""
    canvas = Canvas(size, theme)
    height = TEXT_PX * 1.5
    top = (size.height - height * len(lines)) / 2 if centered else 6
    for index, line in enumerate(lines):
        middle = top + (index + 0.5) * height
        if centered:
            canvas.text(size.width / 2, middle, line, size=TEXT_PX, color=theme.muted, align="center", limit=size.width)
        else:
            canvas.text(6, middle, line, size=TEXT_PX, limit=size.width - 12)
    return canvas.spec(description)
