"""Components: which part of a service takes the time of its requests and tasks?"""

from __future__ import annotations

from vitals.kit.dashboards import chart_annotations, links, variables
from vitals.kit.dashboards.context import DashboardContext
from vitals.kit.dashboards.dashboard import DashboardDefinition
from vitals.kit.dashboards.layout import Row, Section
from vitals.kit.dashboards.queries import exemplars
from vitals.kit.dashboards.views import now, over_time
from vitals.model.signals import components


def dashboard(context: DashboardContext) -> DashboardDefinition:
    """The dashboard of the parts that one service is made of."""
    return DashboardDefinition(
        uid=links.COMPONENTS.uid,
        title=links.COMPONENTS.title,
        question="Which component of the service takes the time of its requests and tasks?",
        sections=(Section("", _first_screen(context)), Section("Calls and mean time", _detail(context))),
        variables=(variables.datasource(), variables.service(context, components.CALLS)),
        annotations=chart_annotations.of_service(context),
        links=links.dashboard_links(context, links.COMPONENTS),
    )


def _first_screen(context: DashboardContext) -> tuple[Row, ...]:
    return (
        Row(4, (now(context, components.TIME_P95),)),
        Row(
            9,
            (
                over_time(context, components.BUSY),
                over_time(context, components.TIME_P95, exemplars("component_duration_seconds")),
            ),
        ),
    )


def _detail(context: DashboardContext) -> tuple[Row, ...]:
    return (Row(8, (over_time(context, components.CALLS), over_time(context, components.TIME_MEAN))),)
