"""What a panel's field options make of a series: its colour, its name, and the text of a value.

Knows Grafana's value mappings and the override properties ``color``, ``displayName``, ``links``, ``unit``,
``decimals``, ``min``, ``max``, those of an axis, and those of a line (``custom.lineWidth``, ``custom.lineStyle``,
``custom.fillOpacity``, ``custom.fillBelowTo``, ``custom.hideFrom``); other overrides are ignored.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from vitals.local.draw.dashboard import Panel
from vitals.local.draw.matchers import is_meant
from vitals.local.draw.number_format import panel_text
from vitals.local.draw.reducers import TRUTHS, calculation, reduce
from vitals.local.draw.series import DrawnSeries
from vitals.local.draw.theme import Theme

_STACK_FILL = 30
_OF_VALUE = ("unit", "decimals", "min", "max")
_OF_AXIS = ("axisPlacement", "axisLabel", "axisSoftMin", "axisSoftMax", "scaleDistribution")


@dataclass(frozen=True, slots=True)
class ShownField:
    """A value as it appears: its text and its colour."""

    text: str
    color: str


def show_value(panel: Panel, value: float, theme: Theme) -> ShownField:
    """Apply the panel's mappings, unit and thresholds to one value (NaN is the panel's no-value text)."""
    color = _fixed(panel, theme) or theme.at(value, panel.thresholds)
    missing = math.isnan(value)
    text = panel.no_value if missing else panel_text(value, panel.unit, panel.decimals)
    for mapping in panel.defaults.get("mappings") or ():
        result = _mapped(mapping, value)
        if result is not None:
            return ShownField(
                str(result.get("text") or text), theme.color(result["color"]) if result.get("color") else color
            )
    return ShownField(text, theme.muted if missing else color)


def value_text(panel: Panel, value: float) -> str:
    """The text of a value without its colour and mappings, as legends have it; an en dash for NaN."""
    return "–" if math.isnan(value) else panel_text(value, panel.unit, panel.decimals)  # noqa: RUF001 "no number"


def calc_text(panel: Panel, values: Sequence[float], calc: str) -> str:
    """The text of one of Grafana's calculations over a series, as legends have it: what is counted has no unit."""
    value, unit = reduce(values, calc), calculation(calc).unit
    if calc in TRUTHS and not math.isnan(value):
        return "true" if value else "false"
    return value_text(panel if unit is None else replace(panel, defaults={**panel.defaults, "unit": unit}), value)


def panel_calc(panel: Panel) -> str:
    """The calculation that makes one number of a series, by Grafana's id."""
    calcs = (panel.options.get("reduceOptions") or {}).get("calcs") or ("lastNotNull",)
    return str(calcs[0])


def rename(panel: Panel, series: Sequence[DrawnSeries]) -> list[DrawnSeries]:
    """Apply ``displayName`` overrides, so that everything after this sees the final names."""
    renamed = []
    for one in series:
        name = _override(panel, one, "displayName")
        renamed.append(replace(one, name=str(name)) if name else one)
    return renamed


def names_fields(panel: Panel) -> bool:
    """Whether the panel itself says how a field is called."""
    of_one = (entry for one in panel.overrides for entry in one.get("properties") or ())
    return bool(panel.defaults.get("displayName")) or any(entry.get("id") == "displayName" for entry in of_one)


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column of a table: its title, whether it is shown, and the panel with its unit and decimals."""

    title: str
    shown: bool
    panel: Panel


def column_of(panel: Panel, name: str) -> TableColumn:
    """What overrides make of a column."""
    field = DrawnSeries(name, {}, (), ())
    title = str(_override(panel, field, "displayName") or name)
    return TableColumn(title, not _override(panel, field, "custom.hidden"), of_series(panel, field))


def flipped(panel: Panel, series: Sequence[DrawnSeries]) -> list[DrawnSeries]:
    """The series as they are drawn: those that are shown below zero, such as what is sent, with the other sign."""
    return [
        replace(one, values=tuple(-value for value in one.values))
        if _override(panel, one, "custom.transform") == "negative-Y"
        else one
        for one in series
    ]


def of_series(panel: Panel, series: DrawnSeries) -> Panel:
    """The panel with the unit, the decimals and the axis that it has for a series."""
    if not panel.overrides:
        return panel
    own = {key: found for key in _OF_VALUE if (found := _override(panel, series, key)) is not None}
    of_axis = {key: found for key in _OF_AXIS if (found := _override(panel, series, f"custom.{key}")) is not None}
    return replace(panel, defaults={**panel.defaults, **own, "custom": {**panel.custom, **of_axis}})


def series_colors(panel: Panel, series: Sequence[DrawnSeries], theme: Theme) -> list[str]:
    """Return one colour for each series: its override, the panel's fixed colour, or the palette in order."""
    fixed = _fixed(panel, theme)
    colors = []
    for index, one in enumerate(series):
        override = _override(panel, one, "color")
        name = override.get("fixedColor") if isinstance(override, Mapping) else None
        colors.append(theme.color(str(name)) if name else fixed or theme.series_color(index))
    return colors


@dataclass(frozen=True, slots=True)
class LineStyle:
    """How a line is drawn.

    Attributes:
        width: In pixels.
        dash: The pattern; ``(1, 0)`` is a solid line.
        fill: Opacity of the area below it, 0 to 1.
        down_to: Name of the line at which a shaded band below it ends; empty where there is none.
        band: Opacity of that band, 0 to 1.
    """

    width: float
    dash: tuple[float, ...]
    fill: float
    down_to: str = ""
    band: float = 0.0


def line_styles(panel: Panel, series: Sequence[DrawnSeries], *, stacked: bool) -> list[LineStyle]:
    """Return how each line is drawn: its overrides, else the panel's own options; stacks are always filled."""
    styles = []
    for one in series:
        own = {key: _override(panel, one, f"custom.{key}") for key in ("lineWidth", "lineStyle", "fillOpacity")}
        merged = {key: panel.custom.get(key) if value is None else value for key, value in own.items()}
        dash = (merged["lineStyle"] or {}).get("dash") or (1, 0)
        width = 1.0 if merged["lineWidth"] is None else float(merged["lineWidth"])
        fill = float(merged["fillOpacity"] or (_STACK_FILL if stacked else 0)) / 100
        down_to = str(_override(panel, one, "custom.fillBelowTo") or "")
        below, band = (0.0, fill) if down_to else (fill, 0.0)
        styles.append(LineStyle(width + 0.2, tuple(dash), below, down_to, band))
    return styles


def unhidden(panel: Panel, series: Sequence[DrawnSeries]) -> list[DrawnSeries]:
    """The series that no override takes out of the drawing."""
    return [one for one in series if not (_override(panel, one, "custom.hideFrom") or {}).get("viz")]


def in_legend(panel: Panel, series: Sequence[DrawnSeries]) -> list[DrawnSeries]:
    """Return the series that the legend names."""
    return [one for one in series if not (_override(panel, one, "custom.hideFrom") or {}).get("legend")]


def column_links(panel: Panel, columns: Sequence[str]) -> tuple[str, ...]:
    """Return the address template of each table column's first link, empty where it has none."""
    links = []
    for column in columns:
        found = _override(panel, DrawnSeries(column, {}, (), ()), "links")
        links.append(str(found[0].get("url") or "") if found else "")
    return tuple(links)


def _fixed(panel: Panel, theme: Theme) -> str | None:
    color = panel.defaults.get("color") or {}
    if color.get("mode") in {"fixed", "shades"} and color.get("fixedColor"):
        return theme.color(str(color["fixedColor"]))
    return None


def _mapped(mapping: Mapping[str, Any], value: float) -> Mapping[str, Any] | None:
    options = mapping.get("options") or {}
    missing = value != value  # noqa: PLR0124 NaN
    match mapping.get("type"):
        case "value" if not missing:
            return options.get(f"{value:g}")
        case "range" if not missing:
            low, high = options.get("from"), options.get("to")
            inside = (low is None or value >= low) and (high is None or value <= high)
            return options.get("result") if inside else None
        case "special" if missing and str(options.get("match")) in {"null", "nan", "null+nan"}:
            return options.get("result")
        case _:
            return None


def _override(panel: Panel, series: DrawnSeries, prop: str) -> Any:  # noqa: ANN401 the dashboard's JSON
    for override in panel.overrides:
        if is_meant(override.get("matcher") or {}, series):
            for entry in override.get("properties") or ():
                if entry.get("id") == prop:
                    return entry.get("value")
    return None
