"""All dashboards of an environment, and the one check that no single dashboard can make: that names are unique."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

from grafanalib import core as G  # noqa: N812 - the name that grafanalib's own documentation uses

from vitals.errors import VitalsError
from vitals.kit.dashboards.context import DashboardContext
from vitals.kit.dashboards.dashboard import DashboardDefinition
from vitals.kit.dashboards.layout import Section

MakesDashboard = Callable[[DashboardContext], DashboardDefinition]
"""One function per dashboard; a dashboard without any panel, because nothing has what it shows, is left out."""


def build(makers: Iterable[MakesDashboard], context: DashboardContext) -> dict[str, dict[str, object]]:
    """Every dashboard that has something to show, by its uid, as a classic Grafana dashboard.

    Raises:
        VitalsError: Two dashboards share a uid, or two panels of a dashboard share an id.
    """
    dashboards = [make(context) for make in makers]
    return assemble([dashboard for dashboard in dashboards if any(map(_panels, dashboard.sections))], context)


def assemble(dashboards: Iterable[DashboardDefinition], context: DashboardContext) -> dict[str, dict[str, object]]:
    """The JSON of given dashboards by uid.

    Raises:
        VitalsError: Two dashboards share a uid, or two panels of a dashboard share an id.
    """
    found: dict[str, dict[str, object]] = {}
    titles: dict[str, str] = {}
    for dashboard in dashboards:
        if dashboard.uid in titles:
            raise VitalsError(
                f"The dashboards {titles[dashboard.uid]!r} and {dashboard.title!r} have the same uid "
                f"{dashboard.uid!r}, so one would "
                "overwrite the other and links to it would lead to the wrong dashboard. Give one of them another uid."
            )
        titles[dashboard.uid] = dashboard.title
        _check_ids(dashboard)
        found[dashboard.uid] = dashboard.to_json(context)
    return found


def _check_ids(dashboard: DashboardDefinition) -> None:
    panels = [panel for section in dashboard.sections for panel in _panels(section)]
    for panel_id, count in Counter(panel.id for panel in panels).items():
        if count > 1:
            names = " and ".join(repr(panel.title) for panel in panels if panel.id == panel_id)
            raise VitalsError(
                f"Dashboard {dashboard.uid!r}: the panels {names} have the same id {panel_id}, so links of alerts "
                "would open "
                "the wrong one. Show each signal once, or give the second panel an id of its own with panel_id()."
            )


def _panels(section: Section) -> list[G.Panel]:
    return [panel for row in section.rows for panel in row.panels if panel is not None]
