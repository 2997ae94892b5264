"""Autoscaling: do replicas follow the load, what drives them, and what holds them back?

From the left: how many replicas there are beside their limits, and which metric asks for them. Below: what keeps the
autoscaler from following.
"""

from __future__ import annotations

from grafanalib import core as G  # noqa: N812 - the name that grafanalib's own documentation uses

from vitals.kit.dashboards import chart_annotations, links, variables
from vitals.kit.dashboards.context import DashboardContext
from vitals.kit.dashboards.dashboard import DashboardDefinition
from vitals.kit.dashboards.layout import Row, Section
from vitals.kit.dashboards.panel_metadata import metadata_of
from vitals.kit.dashboards.panels import chart
from vitals.kit.dashboards.queries import of_autoscalers, of_scaled_objects
from vitals.model.signals import Signal, meta, scaling
from vitals.model.signals.signal import panel_id

_NAME, _OBJECT = "{{horizontalpodautoscaler}}", "{{scaledObject}}"


def dashboard(context: DashboardContext) -> DashboardDefinition:
    """The dashboard of the autoscalers of a cluster."""
    return DashboardDefinition(
        uid=links.AUTOSCALING.uid,
        title=links.AUTOSCALING.title,
        question="Do replicas follow the load, what drives them, and what holds them back?",
        sections=(
            Section(
                "",
                (
                    Row(9, (_replicas(context), _of(context, scaling.DRIVERS, f"{_NAME} {{{{metric_name}}}}"))),
                    Row(
                        8,
                        (
                            _of(context, scaling.USED, top=1.0),
                            _of(context, scaling.FAILING, f"{_NAME} {{{{condition}}}}"),
                            _of(context, scaling.WAVES),
                        ),
                    ),
                ),
            ),
            Section(
                "Triggers",
                (
                    Row(
                        8,
                        (
                            _of_keda(context, scaling.TRIGGERS, f"{_OBJECT} {{{{scaler}}}}"),
                            _of_keda(context, meta.SCALER_ERRORS, _OBJECT),
                            _of_keda(context, scaling.PAUSED, _OBJECT),
                        ),
                    ),
                    Row(8, (_of(context, scaling.STEPS),)),
                ),
            ),
        ),
        variables=(variables.datasource(), variables.autoscaler(context)),
        annotations=(chart_annotations.deploys({}), chart_annotations.firing(context, {})),
        links=links.dashboard_links(context, links.AUTOSCALING),
    )


def _replicas(context: DashboardContext) -> G.TimeSeries | None:
    """What runs, what is wanted, and both limits in one picture."""
    shown = (
        (scaling.REPLICAS, _NAME),
        (scaling.WANTED, f"{_NAME} wanted"),
        (scaling.FEWEST, f"{_NAME} at least"),
        (scaling.MOST, f"{_NAME} at most"),
    )
    if not context.signal(scaling.REPLICAS.id):
        return None
    signals = tuple(signal for signal, _ in shown)
    return chart(metadata_of(context, *signals), *(of_autoscalers(signal, legend) for signal, legend in shown))


def _of(
    context: DashboardContext, signal: Signal, legend: str = _NAME, top: float | None = None
) -> G.TimeSeries | None:
    if not context.signal(signal.id):
        return None
    return chart(metadata_of(context, signal), of_autoscalers(signal, legend), top=top)


def _of_keda(context: DashboardContext, signal: Signal, legend: str) -> G.TimeSeries | None:
    """A signal of KEDA's; one that is at home on another dashboard has an id of its own here."""
    if not context.signal(signal.id):
        return None
    away = panel_id(f"scaling:{signal.id}") if signal.dashboard != links.AUTOSCALING.uid else 0
    return chart(metadata_of(context, signal, panel=away), of_scaled_objects(signal, legend))
