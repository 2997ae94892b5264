"""The data source is the dashboard's variable everywhere, so one dashboard works with any Prometheus."""

from __future__ import annotations

from vitals.kit.dashboards.lint.problem import DashboardsJson, Found, panels
from vitals.kit.dashboards.theme import DATASOURCE
from vitals.model.promql import Vocabulary


def check(dashboards: DashboardsJson, _: Vocabulary) -> Found:
    """Find panels, queries, annotations and variables that name another data source or none."""
    for uid, dashboard in dashboards.items():
        for panel in panels(dashboard):
            for asking in (panel, *panel.get("targets", [])):
                if asking.get("datasource") != DATASOURCE:
                    yield uid, panel["title"], f"the data source is {asking.get('datasource')!r}, not the variable."
        queried = [variable for variable in dashboard["templating"]["list"] if variable["type"] == "query"]
        for asking in (*dashboard["annotations"]["list"], *queried):
            if asking.get("datasource") != DATASOURCE:
                yield uid, "", f"{asking['name']!r} asks {asking.get('datasource')!r}, not the variable."
