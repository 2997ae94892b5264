"""Background tasks: do they fail, do they wait, or do they pile up?

Length and wait stand together: a long queue that moves is busy, a long wait is what people feel.
"""

from __future__ import annotations

from vitals.kit.dashboards import chart_annotations, links, variables
from vitals.kit.dashboards.context import DashboardContext
from vitals.kit.dashboards.dashboard import DashboardDefinition
from vitals.kit.dashboards.layout import Row, Section
from vitals.kit.dashboards.queries import exemplars
from vitals.kit.dashboards.views import now, over_time
from vitals.model.signals import tasks


def dashboard(context: DashboardContext) -> DashboardDefinition:
    """The dashboard of the queues whose tasks one service does."""
    return DashboardDefinition(
        uid=links.TASKS.uid,
        title=links.TASKS.title,
        question="Do tasks fail, do they wait, or do they pile up?",
        sections=(
            Section("", _first_screen(context)),
            Section("Backlog", (Row(7, (over_time(context, tasks.LENGTH), over_time(context, tasks.FILLED))),)),
            Section("Task time", _time(context)),
        ),
        variables=(variables.datasource(), variables.service(context, tasks.LENGTH)),
        annotations=chart_annotations.of_service(context),
        links=links.dashboard_links(context, links.TASKS),
    )


def _first_screen(context: DashboardContext) -> tuple[Row, ...]:
    return (
        Row(4, tuple(now(context, signal) for signal in (tasks.FAILURES, tasks.WAIT_P95, tasks.LENGTH))),
        Row(
            8,
            (
                over_time(context, tasks.OUTCOMES),
                over_time(context, tasks.FAILURES),
                over_time(context, tasks.WAIT_P95),
            ),
        ),
    )


def _time(context: DashboardContext) -> tuple[Row, ...]:
    return (
        Row(
            8,
            (
                over_time(context, tasks.TIME_P95, exemplars("task_duration_seconds")),
                over_time(context, tasks.TIME_MEAN),
                over_time(context, tasks.DONE),
            ),
        ),
    )
