"""Overview: do users hurt anywhere, and where? A tile or line for each service, the worst ones where there are many."""

from __future__ import annotations

from grafanalib import core as G  # noqa: N812 - the name that grafanalib's own documentation uses

from vitals.kit.dashboards import chart_annotations, links, variables
from vitals.kit.dashboards.context import DashboardContext
from vitals.kit.dashboards.dashboard import DashboardDefinition
from vitals.kit.dashboards.layout import Row, Section
from vitals.kit.dashboards.panel_metadata import PanelMetadata, metadata_of
from vitals.kit.dashboards.panels import chart, stat, table
from vitals.kit.dashboards.queries import Query, worst_services
from vitals.kit.dashboards.theme import MOST_SERIES
from vitals.kit.dashboards.thresholds import OF_ALERTS, OF_BUDGET_LEFT, OF_SHARE_THAT_ANSWERS, Step
from vitals.model.catalog import Availability, Latency
from vitals.model.catalog.burn_windows import FAST
from vitals.model.conventions import ALERTNAME, OWNER, SERVICE, SEVERITY
from vitals.model.promql import call, max_by, sum_by
from vitals.model.signals import Direction, Signal, api, cache, database, meta, slo, system, targets, tasks, users
from vitals.model.signals.signal import panel_id
from vitals_telemetry.contract import Unit

_FEW = 3
"""More tiles of machines than this would be smaller than their text."""
_COLUMNS = {SERVICE: "Service", ALERTNAME: "Alert", SEVERITY: "Severity", OWNER: "Owner"}


def dashboard(context: DashboardContext) -> DashboardDefinition:
    """The dashboard that one looks at first."""
    objectives = [found for kind in (Availability, Latency) if (found := context.objective(kind))]
    fastest = FAST[0].long
    return DashboardDefinition(
        uid=links.OVERVIEW.uid,
        title=links.OVERVIEW.title,
        question="Do users hurt anywhere, and where?",
        sections=(
            Section(
                "",
                rows=(
                    Row(
                        5,
                        (
                            _alerts_by_service(context),
                            _tile(context, "replicas", targets.UP.id, steps=OF_SHARE_THAT_ANSWERS),
                            _tile(
                                context,
                                "budget",
                                *(slo.budget_left(objective).id for objective in objectives),
                                title="Error budget left",
                                steps=OF_BUDGET_LEFT,
                            ),
                            _tile(
                                context,
                                "burn",
                                *(slo.burn_rate(objective, fastest).id for objective in objectives),
                                title=f"Burn rate over {fastest}",
                            ),
                        ),
                    ),
                    Row(
                        8,
                        (
                            _over_time(context, "traffic", api.TRAFFIC),
                            _over_time(context, "errors", api.ERRORS),
                            _over_time(context, "latency", api.LATENCY_P95),
                        ),
                    ),
                    Row(5, _families(context)),
                    Row(5, _below(context)),
                    Row(7, (_list_of_alerts(context),)),
                ),
            ),
        ),
        variables=(variables.datasource(),),
        annotations=(chart_annotations.deploys({}), chart_annotations.firing(context, {})),
        links=links.dashboard_links(context, links.OVERVIEW),
    )


def _panel(key: str) -> int:
    return panel_id(f"overview:{key}")


def _families(context: DashboardContext) -> tuple[G.Stat | None, ...]:
    """What the services stand on, each tile with a way to its own dashboard."""
    return (
        _tile(context, "satisfaction", users.SATISFACTION.id, dashboard=links.USERS),
        _tile(context, "queries", database.TIME_P95.id, dashboard=links.DATABASE),
        _tile(context, "hits", cache.HITS.id, dashboard=links.CACHE),
        _tile(context, "queues", tasks.FILLED.id, dashboard=links.TASKS),
    )


def _below(context: DashboardContext) -> tuple[G.Stat | None, ...]:
    """The machines that all of it runs on, and whether the monitoring sees them."""
    return (
        _machines(context, "cpu", system.CPU),
        _machines(context, "memory", system.MEMORY),
        _machines(context, "disk", system.SPACE_USED, " {{mountpoint}}"),
        _monitoring(context),
    )


def _drill_down(context: DashboardContext, dashboard: links.Name = links.API) -> dict[str, object]:
    return links.drill_down(context, dashboard, "${__field.labels.service}")


def _tile(
    context: DashboardContext,
    key: str,
    *ids: str,
    title: str = "",
    steps: list[Step] | None = None,
    dashboard: links.Name = links.API,
) -> G.Stat | None:
    """A signal of every service now; several ids are signals that share a record, one for each kind of objective."""
    signals = [signal for signal in map(context.signal, ids) if signal]
    if not signals:
        return None
    query = worst_services(signals[0], " ".join(f"{{{{{label}}}}}" for label in signals[0].labels))
    metadata = metadata_of(context, *signals, title=title, panel=_panel(key))
    opens = [_drill_down(context, dashboard)]
    if signals[0].family == "slo":
        opens.append(_drill_down(context, links.SLO))
    return stat(metadata, query, steps=steps or (), links=opens)


def _over_time(context: DashboardContext, key: str, signal: Signal) -> G.TimeSeries | None:
    """A signal of every service over time."""
    if not context.signal(signal.id):
        return None
    return chart(metadata_of(context, signal, panel=_panel(key)), worst_services(signal), links=[_drill_down(context)])


def _machines(context: DashboardContext, key: str, signal: Signal, which: str = "") -> G.Stat | None:
    """How much of something the fullest machines use; a click opens that machine."""
    if not context.signal(signal.id):
        return None
    metadata = metadata_of(context, signal, panel=_panel(key))
    worst = Query(call("topk", _FEW, signal.select()), f"{{{{instance}}}}{which}")
    return stat(metadata, worst, links=[links.to_machines(context, "${__field.labels.instance}")])


def _monitoring(context: DashboardContext) -> G.Stat | None:
    """Whether the exporters and programs behind these panels answer at all."""
    signal = context.signal(meta.EXPORTER_UP.id)
    if not signal:
        return None
    metadata = metadata_of(context, signal, panel=_panel("parts"))
    return stat(metadata, worst_services(signal), steps=OF_SHARE_THAT_ANSWERS, links=[links.to_stack(context)])


def _alerts_by_service(context: DashboardContext) -> G.Stat:
    metadata = PanelMetadata(
        panel=_panel("alerts"),
        title="Firing alerts by service",
        description="Which service is in trouble? How many of its alerts fire; a quiet service shows zero.",
        unit=Unit.COUNT,
        direction=Direction.HIGHER_IS_WORSE,
        lines=(),
        no_value="No firing alerts",
    )
    by_service = sum_by((SERVICE,), chart_annotations.FIRING) | 0 * targets.UP.select()
    query = Query(call("topk", MOST_SERIES, by_service), "{{service}}")
    return stat(metadata, query, steps=OF_ALERTS, links=[_drill_down(context)])


def _list_of_alerts(context: DashboardContext) -> G.Table:
    metadata = PanelMetadata(
        panel=_panel("alert-list"),
        title="Firing alerts",
        description="Which alerts fire, how urgent are they, who owns them? A click opens runbook or dashboard.",
        unit=Unit.COUNT,
        direction=Direction.HIGHER_IS_WORSE,
        lines=(),
        no_value="No firing alerts",
    )
    clicks = {
        "Alert": links.runbook(context, "${__value.text}"),
        "Service": links.drill_down(context, links.API, "${__value.text}"),
    }
    query = Query(max_by(tuple(_COLUMNS), chart_annotations.FIRING), "{{alertname}}")
    return table(metadata, query, columns=_COLUMNS, links=clicks)
