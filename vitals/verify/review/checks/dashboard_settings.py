"""An edit in the browser is lost with the next deployment, and an old schema is not what Grafana shows."""

from __future__ import annotations

from collections.abc import Iterator

from vitals.verify.review.check import ReviewCheck
from vitals.verify.review.defect import Found, Gravity
from vitals.verify.review.scope import Scope

_CURRENT = 42
"""The schema of the classic format since Grafana 12; older ones are migrated on each load."""
_GRAPH = frozenset(
    {"graph", "singlestat", "grafana-piechart-panel", "table-old", "grafana-worldmap-panel", "heatmap-old"}
)
"""Panels in Angular, which Grafana 12 no longer shows."""


def _find(scope: Scope) -> Iterator[Found]:
    for dashboard in scope.dashboards:
        if dashboard.content.get("editable", True) is not False and scope.model is not None:
            yield Found(
                dashboard.at,
                "It can be edited in the browser: what is changed there is lost with the next deployment.",
                "Set editable to false.",
            )
        version = dashboard.content.get("schemaVersion")
        if isinstance(version, int) and version < _CURRENT:
            yield Found(
                dashboard.at.inside("schemaVersion"),
                f"Its schema is {version}; Grafana migrates it to {_CURRENT} on each load, and the file is not what "
                "is shown.",
                "Load it into a current Grafana and export it.",
            )
        for panel in dashboard.panels:
            if panel.type in _GRAPH:
                yield Found(
                    panel.at.inside("type"),
                    f"Panels of type {panel.type!r} are written in Angular, which Grafana 12 does not run any more.",
                    "Take its successor: timeseries, stat, piechart, table, geomap or heatmap.",
                    Gravity.WARNING,
                )


DASHBOARD_SETTINGS = ReviewCheck(
    "dashboard-settings",
    "dashboards that are editable, of an old schema, or with panels that are gone",
    Gravity.NOTE,
    _find,
)
