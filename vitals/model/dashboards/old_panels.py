"""Panels of Grafana 4 to 7 as their successors: the old ones were Angular, which Grafana no longer runs.

Source: https://grafana.com/docs/grafana/latest/panels-visualizations/visualizations/ says for each old panel which one
took its place. What a new panel has no field for is said by the caller to be gone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from vitals.model.dashboards.json_values import Json, as_list, as_object

_CALCS = {
    "current": "lastNotNull",
    "avg": "mean",
    "min": "min",
    "max": "max",
    "first": "firstNotNull",
    "range": "range",
    "delta": "delta",
    "diff": "diff",
}
"""How the old panels called what is drawn of many samples. A sum of samples is none of these: it means nothing."""
_RIGHT = 2
_FILL = 10
"""An old fill of 1 to 10 is an opacity of 10 to 100."""


def renewed(panel: Json) -> tuple[Json, list[str]]:
    """A panel in today's form, and what was changed; the panel itself where it is in that form."""
    change = _NEW.get(str(panel.get("type")))
    if panel.get("type") == "table" and ("styles" in panel or "columns" in panel):
        change = _table
    return change(panel) if change else (panel, [])


def _kept(panel: Json, kind: str, defaults: Json, options: Json, overrides: list[Json] | None = None) -> Json:
    """What panels of every kind have, with what the new kind draws."""
    names: tuple[str, ...] = (
        "id",
        "title",
        "description",
        "gridPos",
        "datasource",
        "targets",
        "links",
        "interval",
        "maxDataPoints",
    )
    names += ("repeat", "repeatDirection", "maxPerRow", "timeFrom", "timeShift", "transformations", "transparent")
    old = as_object(panel.get("fieldConfig"))
    return {
        **{name: panel[name] for name in names if name in panel},
        "type": kind,
        "fieldConfig": {
            "defaults": {**as_object(old.get("defaults")), **{k: v for k, v in defaults.items() if v is not None}},
            "overrides": [*as_list(old.get("overrides")), *(overrides or [])],
        },
        "options": options,
    }


def _number(value: Any) -> float | None:  # noqa: ANN401 - old axes keep numbers as texts
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def _graph(panel: Json) -> tuple[Json, list[str]]:
    axes = [as_object(axis) for axis in as_list(panel.get("yaxes"))] or [
        {"format": next(iter(as_list(panel.get("y_formats"))), None)}
    ]
    axis = axes[0]
    draws = "line" if panel.get("lines", True) else "bars" if panel.get("bars") else "points"
    custom: Json = {
        "drawStyle": draws,
        "lineWidth": panel.get("linewidth", 1),
        "fillOpacity": min(100, int(panel.get("fill") or 0) * _FILL),
        "lineInterpolation": "stepAfter" if panel.get("steppedLine") else "linear",
        "showPoints": "always" if panel.get("points") else "never",
        "spanNulls": panel.get("nullPointMode") == "connected",
    }
    if axis.get("label"):
        custom["axisLabel"] = axis["label"]
    if (_number(axis.get("logBase")) or 1) > 1:
        custom["scaleDistribution"] = {"type": "log", "log": int(_number(axis.get("logBase")) or 10)}
    if panel.get("stack"):
        custom["stacking"] = {"mode": "percent" if panel.get("percentage") else "normal", "group": "A"}
    steps = _steps(panel)
    if steps:
        custom["thresholdsStyle"] = {"mode": "line"}
    defaults = {
        "unit": axis.get("format"),
        "min": _number(axis.get("min")),
        "max": _number(axis.get("max")),
        "decimals": panel.get("decimals"),
        "custom": custom,
        "thresholds": {"mode": "absolute", "steps": steps} if steps else None,
    }
    legend = as_object(panel.get("legend"))
    options = {
        "legend": {
            "showLegend": bool(legend.get("show", True)),
            "displayMode": "table" if legend.get("alignAsTable") else "list",
            "placement": "right" if legend.get("rightSide") else "bottom",
            "calcs": [_CALCS[name] for name in _CALCS if legend.get("values") and legend.get(name)],
        },
        "tooltip": {
            "mode": "multi" if as_object(panel.get("tooltip")).get("shared", True) else "single",
            "sort": "desc",
        },
    }
    changes = ["it was a graph of Angular and is a timeseries"]
    if legend.get("values") and legend.get("total"):
        changes.append("its legend no longer adds up samples, which measures nothing")
    on_right = _right_axis(axes[1] if len(axes) > 1 else {})
    return _kept(panel, "timeseries", defaults, options, list(_overrides(panel, on_right))), changes


def _right_axis(axis: Json) -> list[Json]:
    """What a series has that is drawn by the second axis."""
    ends = {name: _number(axis.get(name)) for name in ("min", "max")}
    found = {"custom.axisPlacement": "right", "unit": axis.get("format"), "custom.axisLabel": axis.get("label"), **ends}
    return [{"id": name, "value": value} for name, value in found.items() if value not in (None, "")]


def _steps(panel: Json) -> list[Json]:
    found = [as_object(one) for one in as_list(panel.get("thresholds"))]
    bounds = {value: one for one in found if (value := _number(one.get("value"))) is not None}
    colours = {"critical": "red", "warning": "orange", "ok": "green"}
    steps = [
        {"color": colours.get(str(bounds[value].get("colorMode")), "red"), "value": value} for value in sorted(bounds)
    ]
    return [{"color": "green"}, *steps] if steps else []


def _overrides(panel: Json, on_right: list[Json]) -> Iterator[Json]:
    for name, colour in as_object(panel.get("aliasColors")).items():
        yield _override(str(name), [{"id": "color", "value": {"mode": "fixed", "fixedColor": colour}}])
    for one in map(as_object, as_list(panel.get("seriesOverrides"))):
        properties: list[Json] = [*on_right] if one.get("yaxis") == _RIGHT else []
        if one.get("color"):
            properties.append({"id": "color", "value": {"mode": "fixed", "fixedColor": one["color"]}})
        if isinstance(one.get("fill"), int):
            properties.append({"id": "custom.fillOpacity", "value": one["fill"] * _FILL})
        if isinstance(one.get("linewidth"), int):
            properties.append({"id": "custom.lineWidth", "value": one["linewidth"]})
        if one.get("transform") == "negative-Y":
            properties.append({"id": "custom.transform", "value": "negative-Y"})
        if one.get("dashes"):
            properties.append({"id": "custom.lineStyle", "value": {"fill": "dash", "dash": [10, 10]}})
        if one.get("stack") is False:
            properties.append({"id": "custom.stacking", "value": {"mode": "none"}})
        if properties and one.get("alias"):
            yield _override(str(one["alias"]), properties)


def _override(alias: str, properties: list[Json]) -> Json:
    is_pattern = len(alias) > 1 and alias.startswith("/") and alias.rstrip("i").endswith("/")
    return {"matcher": {"id": "byRegexp" if is_pattern else "byName", "options": alias}, "properties": properties}


def _singlestat(panel: Json) -> tuple[Json, list[str]]:
    gauge = as_object(panel.get("gauge"))
    kind = "gauge" if gauge.get("show") else "stat"
    bounds = [bound for part in str(panel.get("thresholds") or "").split(",") if (bound := _number(part)) is not None]
    colours = [str(one) for one in as_list(panel.get("colors"))] or ["green", "orange", "red"]
    steps: list[Json] = [{"color": colours[0]}]
    steps += [{"color": colours[min(n, len(colours) - 1)], "value": bound} for n, bound in enumerate(bounds, 1)]
    mappings = [
        {"type": "value", "options": {str(one.get("value")): {"text": str(one.get("text"))}}}
        for one in map(as_object, as_list(panel.get("valueMaps")))
        if one.get("value") not in (None, "null")
    ]
    defaults = {
        "unit": panel.get("format"),
        "decimals": panel.get("decimals"),
        "min": _number(gauge.get("minValue")) if kind == "gauge" else None,
        "max": _number(gauge.get("maxValue")) if kind == "gauge" else None,
        "thresholds": {"mode": "absolute", "steps": steps},
        "mappings": mappings or None,
    }
    reduce = {"calcs": [_CALCS.get(str(panel.get("valueName")), "lastNotNull")], "fields": "", "values": False}
    options: Json = {"reduceOptions": reduce}
    if kind == "stat":
        coloured = "background" if panel.get("colorBackground") else "value" if panel.get("colorValue") else "none"
        options["colorMode"] = coloured
        options["graphMode"] = "area" if as_object(panel.get("sparkline")).get("show") else "none"
    changes = [f"it was a singlestat of Angular and is a {kind}"]
    around = [str(panel[key]) for key in ("prefix", "postfix") if panel.get(key)]
    if around:
        changes.append(f"{' and '.join(map(repr, around))} around its value is gone")
    return _kept(panel, kind, defaults, options), changes


def _table(panel: Json) -> tuple[Json, list[str]]:
    changes = ["it was a table of Angular and is one of today's"]
    styles = [as_object(one) for one in as_list(panel.get("styles"))]
    if any(one.get("colorMode") for one in styles):
        changes.append("the colours of its columns are gone")
    targets = [{**as_object(one), "format": "table", "instant": True} for one in as_list(panel.get("targets"))]
    overrides = [
        _override(str(one["pattern"]), found) for one in styles if one.get("pattern") and (found := _column(one))
    ]
    return _kept({**panel, "targets": targets}, "table", {}, {"showHeader": True}, overrides), changes


def _column(style: Json) -> list[Json]:
    """The properties of a column of a table: its title, unit and decimals, or that it is hidden."""
    if style.get("type") == "hidden":
        return [{"id": "custom.hidden", "value": True}]
    found: list[Json] = [{"id": "displayName", "value": style["alias"]}] if style.get("alias") else []
    if style.get("type") == "number":
        found += [{"id": key, "value": style[key]} for key in ("unit", "decimals") if style.get(key) is not None]
    return found


def _pie(panel: Json) -> tuple[Json, list[str]]:
    reduce = {"calcs": [_CALCS.get(str(panel.get("valueName")), "lastNotNull")], "fields": "", "values": False}
    kind = "donut" if panel.get("pieType") == "donut" else "pie"
    options = {"pieType": kind, "reduceOptions": reduce, "legend": {"showLegend": True, "placement": "right"}}
    return _kept(panel, "piechart", {"unit": panel.get("format")}, options), [
        "it was the pie chart of a plugin and is Grafana's own"
    ]


_NEW: dict[str, Callable[[Json], tuple[Json, list[str]]]] = {
    "graph": _graph,
    "singlestat": _singlestat,
    "table-old": _table,
    "grafana-piechart-panel": _pie,
    "grafana-singlestat-panel": _singlestat,
}
