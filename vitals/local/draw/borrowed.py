"""Panels that show what another panel of their dashboard asks, by Grafana's data source ``-- Dashboard --``."""

from collections.abc import Mapping
from typing import Any

_DASHBOARD = "-- Dashboard --"


def with_queries(panel: Mapping[str, Any], by_id: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Any]:
    """A panel with the queries of the panels that it names in place of their names.

    Args:
        panel: Its JSON.
        by_id: Every panel of the dashboard.
    """
    targets = panel.get("targets") or ()
    if not any("panelId" in one for one in targets):
        return panel
    found: list[Mapping[str, Any]] = []
    for one in targets:
        source = one.get("datasource") or panel.get("datasource")
        uid = source.get("uid") if isinstance(source, Mapping) else source
        other = by_id.get(str(one.get("panelId"))) if uid == _DASHBOARD else None
        asked = other.get("targets") or () if other else [one]
        found += [{**each, "datasource": each.get("datasource") or (other or {}).get("datasource")} for each in asked]
    return {**panel, "targets": found}
