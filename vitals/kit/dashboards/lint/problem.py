"""A problem as a value, and how rules walk through dashboards."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from vitals.model.promql import Vocabulary

DashboardJson = Mapping[str, Any]
DashboardsJson = Mapping[str, DashboardJson]
Panel = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a dashboard.

    Attributes:
        rule: Name of the rule.
        dashboard: Uid of the dashboard.
        panel: Title of the panel; empty for the dashboard itself.
        text: What is wrong and what to do.
    """

    rule: str
    dashboard: str
    panel: str
    text: str


Found = Iterator[tuple[str, str, str]]
"""What a rule yields: uid of the dashboard, title of the panel, text."""
Rule = Callable[[DashboardsJson, Vocabulary], Found]


def panels(dashboard: DashboardJson) -> Iterator[Panel]:
    """Every panel that shows something, those inside closed rows included."""
    for panel in dashboard["panels"]:
        if panel["type"] != "row":
            yield panel
        yield from panel.get("panels", [])


def all_panels(dashboards: DashboardsJson) -> Iterator[tuple[str, Panel]]:
    """Every panel of every dashboard, with the uid of its dashboard."""
    return ((uid, panel) for uid, dashboard in dashboards.items() for panel in panels(dashboard))


def charts(dashboards: DashboardsJson) -> Iterator[tuple[str, Panel]]:
    """Every panel that shows time."""
    return ((uid, panel) for uid, panel in all_panels(dashboards) if panel["type"] == "timeseries")
