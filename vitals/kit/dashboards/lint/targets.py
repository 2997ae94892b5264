"""A panel asks something: at least one query that is drawn, each with its own letter and a name for its series."""

from __future__ import annotations

from vitals.kit.dashboards.lint.problem import DashboardsJson, Found, all_panels
from vitals.model.promql import Vocabulary


def check(dashboards: DashboardsJson, _: Vocabulary) -> Found:
    """Find panels without a visible query, and queries without name or letter."""
    for uid, panel in all_panels(dashboards):
        targets = panel.get("targets", [])
        if not any(target.get("expr") and not target.get("hide") for target in targets):
            yield uid, panel["title"], "no query is drawn; give it one, or remove the panel."
        if len({target.get("refId") for target in targets}) < len(targets):
            yield uid, panel["title"], "two queries share a refId, and Grafana would run only one."
        if not all(target.get("legendFormat") for target in targets):
            yield uid, panel["title"], "a query has no legendFormat, so its series would be named by raw labels."
