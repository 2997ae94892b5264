"""Anomalies and forecasts: what is other than its own past, and what will it be?

From the left: what is odd now, and how odd it is beside the rest. Below: the bounds of one service's signals, its
forecasts with how often they were right, and what runs out.
"""

from __future__ import annotations

from dataclasses import replace

from grafanalib import core as G  # noqa: N812 - the name that grafanalib's own documentation uses

from vitals.kit.dashboards import chart_annotations, links, variables
from vitals.kit.dashboards.context import DashboardContext
from vitals.kit.dashboards.dashboard import DashboardDefinition
from vitals.kit.dashboards.layout import Row, Section
from vitals.kit.dashboards.panel_metadata import metadata_of
from vitals.kit.dashboards.panels import chart
from vitals.kit.dashboards.queries import bounds, exemplars, forecast, of_service
from vitals.kit.dashboards.views import over_time
from vitals.model.signals import anomaly, api
from vitals.model.signals.signal import panel_id


def dashboard(context: DashboardContext) -> DashboardDefinition:
    """The dashboard of what the foresight service says of one service."""
    return DashboardDefinition(
        uid=links.ANOMALIES.uid,
        title=links.ANOMALIES.title,
        question="What is other than its own past, what will it be, and what runs out?",
        sections=(
            Section(
                "",
                (
                    Row(8, (over_time(context, anomaly.SCORE, top=1.0), over_time(context, anomaly.ACTIVE))),
                    Row(8, (over_time(context, anomaly.TYPES), over_time(context, anomaly.TIME_TO_LIMIT))),
                ),
            ),
            Section(
                "Bounds and forecasts",
                (
                    Row(8, tuple(_bounds(context, watched) for watched in anomaly.WATCHED[:3])),
                    Row(8, (_forecast(context),)),
                ),
            ),
        ),
        variables=(variables.datasource(), variables.service(context, api.TRAFFIC)),
        annotations=chart_annotations.of_service(context),
        links=links.dashboard_links(context, links.ANOMALIES),
    )


def _bounds(context: DashboardContext, watched: anomaly.Watched) -> G.TimeSeries | None:
    """A signal of the chosen service between its bounds, without the fixed ones of alerts: those stand at its home."""
    signal = watched.signal
    if not context.signal(signal.id) or not context.signal(anomaly.SCORE.id):
        return None
    metadata = metadata_of(context, signal, title=f"{signal.title} with bounds", panel=panel_id(f"anomaly:{signal.id}"))
    slow = (exemplars("api_response_time_seconds"),) if signal is api.LATENCY_P95 else ()
    return chart(replace(metadata, lines=()), of_service(signal, signal.title), *bounds(context, signal), *slow)


def _forecast(context: DashboardContext) -> G.TimeSeries | None:
    """Traffic beside what was forecast for it, moved to the time that was meant."""
    if not context.signal(api.TRAFFIC.id) or not context.signal(anomaly.SCORE.id):
        return None
    metadata = metadata_of(
        context, api.TRAFFIC, title="Requests and their forecast", panel=panel_id("anomaly:forecast:requests")
    )
    return chart(metadata, *forecast(api.TRAFFIC, "1h"))
