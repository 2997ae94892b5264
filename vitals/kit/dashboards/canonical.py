"""From what grafanalib writes to what Grafana reads today: classic schema 42, the same bytes for the same dashboard.

grafanalib marks its output as schema 12 and writes keys that Grafana dropped years ago, nulls, and data sources as bare
strings. This pass removes the first two, writes the data source as a reference to the dashboard's variable wherever one
belongs, and orders all keys. It adds nothing that a panel did not ask for.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from grafanalib import core as G  # noqa: N812 - the name that grafanalib's own documentation uses
from grafanalib._gen import DashboardEncoder

from vitals.kit.dashboards.theme import DATASOURCE

SCHEMA_VERSION = 42

_OF_DASHBOARD = {
    "__inputs",
    "gnetId",
    "hideControls",
    "id",
    "rows",
    "sharedCrosshair",
    "style",
    "timepicker",
    "version",
}
_OF_PANEL = {
    "cacheTimeout",
    "color",
    "columns",
    "editable",
    "error",
    "fontSize",
    "height",
    "hideTimeOverride",
    "mappings",
    "maxDataPoints",
    "minSpan",
    "span",
    "transparent",
}
_OF_ROW = _OF_PANEL | {"description", "fieldConfig", "links", "targets", "transformations"}
_OF_TARGET = {"interval", "intervalFactor", "metric", "query", "step", "target"}
_OF_VARIABLE = {"auto", "auto_count", "auto_min", "options", "tagValuesQuery", "tagsQuery", "useTags"}
_ALL = "$__all"
_OF_LINK = {"asDropdown", "tooltip"}


def canonical(dashboard: G.Dashboard) -> dict[str, object]:
    """The JSON object of a dashboard, fit for Grafana's file provisioning and for review."""
    raw: dict[str, Any] = _ordered(json.loads(json.dumps(dashboard, cls=DashboardEncoder)))
    _drop(raw, _OF_DASHBOARD)
    raw["schemaVersion"] = SCHEMA_VERSION
    for panel in _panels(raw["panels"]):
        _panel(panel)
    for variable in raw["templating"]["list"]:
        _drop(variable, _OF_VARIABLE)
        chosen = variable["current"]["value"]
        variable["current"] = {"text": "All" if chosen == _ALL else chosen, "value": chosen}
        if variable["type"] == "query":
            variable["datasource"] = dict(DATASOURCE)
    for annotation in raw["annotations"]["list"]:
        annotation["datasource"] = dict(DATASOURCE)
    for link in raw["links"]:
        _drop(link, _OF_LINK)
    ordered: dict[str, object] = _ordered(raw)
    return ordered


def _panels(panels: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for panel in panels:
        yield panel
        yield from panel.get("panels", [])


def _panel(panel: dict[str, Any]) -> None:
    if panel["type"] == "row":
        _drop(panel, _OF_ROW)
        return
    _drop(panel, _OF_PANEL)
    panel["datasource"] = dict(DATASOURCE)
    for target in panel["targets"]:
        _drop(target, _OF_TARGET)
        target["datasource"] = dict(DATASOURCE)
    _without_empty(panel, {"links", "transformations"})
    defaults = panel["fieldConfig"]["defaults"]
    _without_empty(defaults, {"links", "mappings"})
    _custom(defaults["custom"])


def _custom(custom: dict[str, Any]) -> None:
    _drop(custom, {"displayMode"})
    _without_empty(custom, {"axisLabel", "stacking"})
    if custom.get("scaleDistribution", {}).get("type") == "linear":
        custom["scaleDistribution"] = {"type": "linear"}


def _without_empty(data: dict[str, Any], keys: set[str]) -> None:
    _drop(data, {key for key in keys if not data.get(key)})


def _drop(data: dict[str, Any], keys: set[str]) -> None:
    for key in keys & data.keys():
        del data[key]


def _ordered(data: Any) -> Any:  # noqa: ANN401 - any JSON value
    """The same value with sorted keys and without nulls."""
    if isinstance(data, dict):
        return {key: _ordered(data[key]) for key in sorted(data) if data[key] is not None}
    if isinstance(data, list):
        return [_ordered(item) for item in data]
    return data
