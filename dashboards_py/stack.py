"""Stack health: is the monitoring itself well? A dashboard that lies is worse than none.

From the left: does data come in, do rules run on it, and do people hear of it.
"""

from __future__ import annotations

from grafanalib import core as G  # noqa: N812 - the name that grafanalib's own documentation uses

from vitals.kit.dashboards import chart_annotations, links, variables
from vitals.kit.dashboards.context import DashboardContext
from vitals.kit.dashboards.dashboard import DashboardDefinition
from vitals.kit.dashboards.layout import Row, Section
from vitals.kit.dashboards.panel_metadata import metadata_of
from vitals.kit.dashboards.panels import chart
from vitals.kit.dashboards.queries import worst_services, worst_used
from vitals.model.signals import Signal, meta


def dashboard(context: DashboardContext) -> DashboardDefinition:
    """The dashboard of the monitoring itself."""
    return DashboardDefinition(
        uid=links.STACK.uid,
        title=links.STACK.title,
        question="Is the monitoring itself well: does data come in, do rules run, and are notifications delivered?",
        sections=(
            Section(
                "",
                (
                    Row(
                        8,
                        (
                            _of(context, meta.EXPORTER_UP, top=1.0),
                            _of(context, meta.RULES_FAILED),
                            _channels(context, meta.NOTIFICATIONS_FAILED, top=1.0),
                        ),
                    ),
                    Row(
                        8,
                        (
                            _of(context, meta.SCRAPE_TIME, top=1.0),
                            _of(context, meta.RULES_TIME),
                            _channels(context, meta.NOTIFICATIONS),
                        ),
                    ),
                    Row(
                        8,
                        (
                            _of(context, meta.SCRAPES_MISSED),
                            _of(context, meta.CONFIG_IN_USE),
                            _of(context, meta.ALERTS_DROPPED),
                        ),
                    ),
                ),
            ),
            Section(
                "Pictures after notifications",
                (
                    Row(
                        8,
                        (
                            _of(context, meta.PICTURES_FAILED, "{{channel}}", top=1.0),
                            _of(context, meta.PICTURES, "{{channel}}"),
                        ),
                    ),
                ),
            ),
            Section("Storage", (Row(8, (_of(context, meta.SERIES), _of(context, meta.SAMPLES))),)),
            Section(
                "Autoscaler and traces",
                (
                    Row(
                        8,
                        (
                            _of(context, meta.SCALER_ERRORS, "{{namespace}} {{scaledObject}}"),
                            _of(context, meta.SPANS_TAKEN),
                            _of(context, meta.SPANS_LOST),
                        ),
                    ),
                ),
            ),
        ),
        variables=(variables.datasource(),),
        annotations=(chart_annotations.deploys({}), chart_annotations.firing(context, {})),
        links=links.dashboard_links(context, links.STACK),
    )


def _of(
    context: DashboardContext, signal: Signal, legend: str = "{{service}}", top: float | None = None
) -> G.Panel | None:
    if not context.signal(signal.id):
        return None
    return chart(metadata_of(context, signal), worst_services(signal, legend), top=top)


def _channels(context: DashboardContext, signal: Signal, top: float | None = None) -> G.Panel | None:
    if not context.signal(signal.id):
        return None
    return chart(metadata_of(context, signal), worst_used(signal, meta.NOTIFICATIONS, "{{integration}}"), top=top)
