"""API performance: response time and error rate of one service, whole and by endpoint.

Rate and errors stand left, duration right. The first screen shows whether users are affected; below are the panels that
alerts link to, and closed at the end what helps to find a cause. Whether the promise holds is the question of another
dashboard.
"""

from __future__ import annotations

from grafanalib import core as G  # noqa: N812 - the name that grafanalib's own documentation uses

from vitals.kit.dashboards import chart_annotations, links, variables
from vitals.kit.dashboards.context import DashboardContext
from vitals.kit.dashboards.dashboard import DashboardDefinition
from vitals.kit.dashboards.layout import Row, Section
from vitals.kit.dashboards.panel_metadata import metadata_of
from vitals.kit.dashboards.panels import stat
from vitals.kit.dashboards.queries import SERVICE, exemplars, of_service, target
from vitals.kit.dashboards.theme import Colour
from vitals.kit.dashboards.thresholds import OF_BUDGET_LEFT
from vitals.kit.dashboards.views import over_time
from vitals.model.catalog import Availability, Latency, Slo
from vitals.model.signals import api, arrival, outage, recorded, slo, targets
from vitals.model.signals.signal import panel_id


def dashboard(context: DashboardContext) -> DashboardDefinition:
    """The dashboard of one service that serves HTTP."""
    return DashboardDefinition(
        uid=links.API.uid,
        title=links.API.title,
        question="How fast does the service answer, and how often does it fail, as a whole and by endpoint?",
        sections=(
            Section("", _first_screen(context)),
            Section("Availability now", _served(context)),
            Section("Response time in detail", _detail(context), collapsed=True),
        ),
        variables=(variables.datasource(), variables.service(context, api.TRAFFIC)),
        annotations=chart_annotations.of_service(context),
        links=links.dashboard_links(context, links.API),
    )


def _first_screen(context: DashboardContext) -> tuple[Row, ...]:
    failing = target(context, Availability)
    waiting = target(context, Latency)
    behind = exemplars("api_response_time_seconds")
    return (
        Row(
            4,
            (
                _budget(context, Availability),
                _budget(context, Latency),
                _users(context),
            ),
        ),
        Row(
            8,
            (
                over_time(context, api.TRAFFIC, colour=Colour.TRAFFIC),
                over_time(context, api.ERRORS, *failing, colour=Colour.BAD),
                over_time(context, api.LATENCY_P95, *waiting, behind, colour=Colour.TIME),
            ),
        ),
        Row(
            8,
            (
                over_time(context, api.TRAFFIC_BY_ENDPOINT),
                over_time(context, api.ERRORS_BY_ENDPOINT),
                over_time(context, api.LATENCY_P95_BY_ENDPOINT, *waiting),
            ),
        ),
    )


def _served(context: DashboardContext) -> tuple[Row, ...]:
    return (
        Row(
            8,
            (
                over_time(context, outage.FAILING, colour=Colour.BAD, top=1.0),
                over_time(context, targets.UP, colour=Colour.GOOD, top=1.0),
                over_time(context, api.IN_FLIGHT, colour=Colour.TRAFFIC),
            ),
        ),
        Row(
            8,
            (
                over_time(context, arrival.ANSWERED, of_service(arrival.USUAL, "usual"), colour=Colour.TRAFFIC),
                over_time(context, outage.GIVEN_UP, colour=Colour.BAD),
                *(_recorded(context, kind) for kind in (Availability, Latency)),
            ),
        ),
    )


def _recorded(context: DashboardContext, kind: type[Slo]) -> G.TimeSeries | None:
    objective = context.objective(kind)
    return over_time(context, recorded.recorded(objective), colour=Colour.GOOD, top=1.0) if objective else None


def _detail(context: DashboardContext) -> tuple[Row, ...]:
    waiting = target(context, Latency)
    slowest, mean = (over_time(context, signal, *waiting) for signal in (api.LATENCY_MAX, api.LATENCY_MEAN))
    return (Row(8, (slowest, mean)),)


def _budget(context: DashboardContext, kind: type[Slo]) -> G.Stat | None:
    """The budget that is left; a click opens the dashboard where it is at home."""
    objective = context.objective(kind)
    if not objective:
        return None
    signal = slo.budget_left(objective)
    metadata = metadata_of(context, signal, panel=panel_id(f"api:{signal.id}"))
    opens = links.drill_down(context, links.SLO, SERVICE)
    return stat(metadata, of_service(signal, "{{service}}"), steps=OF_BUDGET_LEFT, links=[opens])


def _users(context: DashboardContext) -> G.Stat | None:
    signal = context.signal(api.ACTIVE_USERS.id)
    return stat(metadata_of(context, signal), of_service(signal, "{{service}}")) if signal else None
