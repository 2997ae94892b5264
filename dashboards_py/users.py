"""User experience: are people satisfied, and which of them are not?

Satisfaction leads, because it is one number for how the service feels. Cohorts follow, since a small group that waits
does not move the whole; then those who fare worst of all.
"""

from __future__ import annotations

from vitals.kit.dashboards import chart_annotations, links, variables
from vitals.kit.dashboards.context import DashboardContext
from vitals.kit.dashboards.dashboard import DashboardDefinition
from vitals.kit.dashboards.layout import Row, Section
from vitals.kit.dashboards.queries import exemplars
from vitals.kit.dashboards.theme import Colour
from vitals.kit.dashboards.views import now, over_time
from vitals.model.signals import api, users

_ALL = 1.0


def dashboard(context: DashboardContext) -> DashboardDefinition:
    """The dashboard of the people who use one service."""
    return DashboardDefinition(
        uid=links.USERS.uid,
        title=links.USERS.title,
        question="Are users satisfied, and which of them are not?",
        sections=(
            Section("", _first_screen(context)),
            Section("Slowest users and cohorts", _worst(context)),
        ),
        variables=(variables.datasource(), variables.service(context, users.REQUESTS)),
        annotations=chart_annotations.of_service(context),
        links=links.dashboard_links(context, links.USERS),
    )


def _first_screen(context: DashboardContext) -> tuple[Row, ...]:
    if not context.signal(users.SATISFACTION.id):
        return ()
    return (
        Row(4, (now(context, users.SATISFACTION), now(context, api.ACTIVE_USERS), now(context, users.REQUESTS))),
        Row(
            8,
            (
                over_time(context, users.SATISFACTION, colour=Colour.GOOD, top=_ALL),
                over_time(context, users.SATISFACTION_BY_COHORT, top=_ALL),
                over_time(context, users.TIME_P95_BY_COHORT, exemplars("user_response_time_seconds")),
            ),
        ),
    )


def _worst(context: DashboardContext) -> tuple[Row, ...]:
    return (
        Row(
            8,
            (
                over_time(context, users.SLOWEST),
                over_time(context, users.TIME_MEAN_BY_COHORT),
                over_time(context, users.REQUESTS_BY_COHORT),
            ),
        ),
    )
