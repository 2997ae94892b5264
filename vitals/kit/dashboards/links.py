"""Links between dashboards. Each carries the time and the chosen values, so a reader need not find the place again."""

from __future__ import annotations

from typing import Any, NamedTuple

from grafanalib import core as G  # noqa: N812 - the name that grafanalib's own documentation uses

from vitals.kit.dashboards.context import DashboardContext
from vitals.model.conventions import DashboardUid


class Name(NamedTuple):
    """How a dashboard is called: ``uid`` in links, for ever; ``title`` on screen."""

    uid: str
    title: str


OVERVIEW = Name(DashboardUid.OVERVIEW.value, "Overview")
API = Name(DashboardUid.API.value, "API performance")
SLO = Name(DashboardUid.SLO.value, "SLO and error budgets")
USERS = Name(DashboardUid.USERS.value, "User experience")
DATABASE = Name(DashboardUid.DATABASE.value, "Database")
CACHE = Name(DashboardUid.CACHE.value, "Cache")
TASKS = Name(DashboardUid.TASKS.value, "Background tasks")
COMPONENTS = Name(DashboardUid.COMPONENTS.value, "Components")
SYSTEM = Name(DashboardUid.SYSTEM.value, "System resources")
AUTOSCALING = Name(DashboardUid.AUTOSCALING.value, "Autoscaling")
ANOMALIES = Name(DashboardUid.ANOMALIES.value, "Anomalies and forecasts")
STACK = Name(DashboardUid.STACK.value, "Stack health")
HOMES = (API, SLO, USERS, DATABASE, CACHE, TASKS, COMPONENTS, SYSTEM, AUTOSCALING, ANOMALIES, STACK)
"""The dashboards where signals are at home, in the order in which trouble is followed down."""

_KEPT = "${datasource:queryparam}&${__url_time_range}"


def dashboard_address(context: DashboardContext, dashboard: Name) -> str:
    """The address of a dashboard, without time or variables."""
    return f"{context.dashboards_url}/d/{dashboard.uid}/{dashboard.uid}"


def drill_down(context: DashboardContext, dashboard: Name, service: str) -> dict[str, Any]:
    """A link from a value to a dashboard of its service.

    Args:
        context: Where dashboards are.
        dashboard: Where it leads.
        service: How Grafana names the service there, such as ``${__field.labels.service}``.
    """
    address = f"{dashboard_address(context, dashboard)}?var-service={service}&{_KEPT}"
    link: dict[str, Any] = G.DataLink(title=f"Open {dashboard.title} of the service", linkUrl=address).to_json_data()
    return link


def to_machines(context: DashboardContext, machine: str = "$__all") -> dict[str, Any]:
    """A link from a value to the dashboard of machines; ``machine`` is how Grafana names the one to show there."""
    address = f"{dashboard_address(context, SYSTEM)}?var-instance={machine}&{_KEPT}"
    link: dict[str, Any] = G.DataLink(title="Open the machine", linkUrl=address).to_json_data()
    return link


def to_stack(context: DashboardContext) -> dict[str, Any]:
    """A link from a value to the dashboard of the monitoring itself."""
    address = f"{dashboard_address(context, STACK)}?{_KEPT}"
    link: dict[str, Any] = G.DataLink(title="Open the stack's health", linkUrl=address).to_json_data()
    return link


def runbook(context: DashboardContext, alert: str) -> dict[str, Any]:
    """A link to the runbook of an alert; ``alert`` is how Grafana names it there."""
    link: dict[str, Any] = G.DataLink(
        title="Open the runbook", linkUrl=f"{context.runbooks_url}/{alert}"
    ).to_json_data()
    return link


def dashboard_links(context: DashboardContext, here: Name) -> tuple[G.DashboardLink, ...]:
    """Links at the top of a dashboard to the overview and to every other dashboard that has something to show."""
    found = [OVERVIEW, *(dashboard for dashboard in HOMES if context.has_dashboard(dashboard.uid))]
    return tuple(dashboard_link(context, dashboard) for dashboard in found if dashboard != here)


def dashboard_link(context: DashboardContext, dashboard: Name) -> G.DashboardLink:
    """A link at the top of a dashboard to another one, with time and variables."""
    return G.DashboardLink(
        title=dashboard.title,
        type="link",
        uri=dashboard_address(context, dashboard),
        icon="dashboard",
        keepTime=True,
        includeVars=True,
    )
