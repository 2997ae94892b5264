"""System resources: which machine, disk, container or server is used up, or soon will be?

Every panel shows the worst of the chosen machines, so the dashboard is the same for one machine and for hundreds. What
an environment does not have, such as containers on one machine, is left out.
"""

from __future__ import annotations

from grafanalib import core as G  # noqa: N812 - the name that grafanalib's own documentation uses

from vitals.kit.dashboards import chart_annotations, links, variables
from vitals.kit.dashboards.context import DashboardContext
from vitals.kit.dashboards.dashboard import DashboardDefinition
from vitals.kit.dashboards.layout import Row, Section
from vitals.kit.dashboards.panel_metadata import metadata_of
from vitals.kit.dashboards.panels import chart
from vitals.kit.dashboards.queries import worst_machines, worst_services
from vitals.kit.dashboards.theme import Colour
from vitals.model.conventions import SERVICE
from vitals.model.signals import Signal, cluster, forecast, system, volumes

_CONTAINER = "{{namespace}} {{pod}} {{container}}"
_CLAIM = "{{namespace}} {{persistentvolumeclaim}}"


def dashboard(context: DashboardContext) -> DashboardDefinition:
    """The dashboard of machines, and of the cluster where there is one."""
    return DashboardDefinition(
        uid=links.SYSTEM.uid,
        title=links.SYSTEM.title,
        question="Which machine, disk, container or server is used up, or soon will be?",
        sections=(
            Section("", (_row(context, system.CPU, system.MEMORY, system.SPACE_USED, full=True),)),
            Section(
                "CPU and memory",
                (_row(context, system.LOAD, system.OOM_KILLS),),
            ),
            Section(
                "Disks",
                (
                    Row(8, (_time_left(context), *_row(context, system.SPACE_FREE, system.READ_ONLY).panels)),
                    _row(context, system.DISK_BUSY, system.DISK_BYTES),
                ),
            ),
            Section("Network", (_row(context, system.RECEIVED, system.SENT, system.NETWORK_ERRORS),)),
            Section(
                "Containers",
                (
                    _cluster_row(context, _CONTAINER, cluster.CONTAINER_MEMORY, cluster.THROTTLED),
                    Row(
                        8,
                        (
                            _of_cluster(context, cluster.RESTARTS, "{{namespace}} {{pod}}"),
                            _of_cluster(context, cluster.MISSING_REPLICAS, "{{namespace}} {{deployment}}"),
                        ),
                    ),
                ),
            ),
            Section(
                "Volumes",
                (
                    _cluster_row(context, _CLAIM, volumes.USED, volumes.INODES_USED),
                    _cluster_row(context, _CLAIM, forecast.VOLUME_TIME_LEFT, volumes.FREE, volumes.WAITING),
                ),
            ),
            Section("Redis", (_cluster_row(context, "{{instance}}", cluster.REDIS_MEMORY, cluster.EVICTIONS),)),
            Section(
                "Firestore (measured by Google)",
                (
                    _cluster_row(
                        context,
                        "{{database_id}}",
                        cluster.FIRESTORE_REQUESTS,
                        cluster.FIRESTORE_FAILING,
                        cluster.FIRESTORE_P95,
                        cluster.FIRESTORE_CONNECTIONS,
                    ),
                ),
            ),
        ),
        variables=(variables.datasource(), *([variables.machine()] if context.signal(system.MEMORY.id) else [])),
        annotations=(chart_annotations.deploys({}), chart_annotations.firing(context, {})),
        links=links.dashboard_links(context, links.SYSTEM),
    )


def _row(context: DashboardContext, *signals: Signal, full: bool = False) -> Row:
    return Row(8, tuple(_of_machines(context, signal, top=1.0 if full else None) for signal in signals))


def _of_machines(context: DashboardContext, signal: Signal, top: float | None) -> G.TimeSeries | None:
    """A signal of the chosen machines; a click narrows the dashboard to one of them."""
    if not context.signal(signal.id):
        return None
    legend = " ".join(f"{{{{{label}}}}}" for label in signal.labels if label != SERVICE)
    narrow = links.to_machines(context, "${__field.labels.instance}")
    return chart(metadata_of(context, signal), worst_machines(signal, legend), top=top, links=[narrow])


def _time_left(context: DashboardContext) -> G.TimeSeries | None:
    """Both slopes in one panel: the steep one of the last hour pages, the patient one of six hours is for planning."""
    soon, later = forecast.SIGNALS
    if not context.signal(soon.id):
        return None
    where = "{{instance}} {{mountpoint}}"
    queries = (worst_machines(soon, f"{where} by the last hour"), worst_machines(later, f"{where} by six hours"))
    return chart(metadata_of(context, soon, later), *queries)


def _cluster_row(context: DashboardContext, legend: str, *signals: Signal) -> Row:
    return Row(8, tuple(_of_cluster(context, signal, legend) for signal in signals))


def _of_cluster(context: DashboardContext, signal: Signal, legend: str) -> G.TimeSeries | None:
    if not context.signal(signal.id):
        return None
    colour = Colour.BAD if signal is cluster.FIRESTORE_FAILING else None
    return chart(metadata_of(context, signal), worst_services(signal, legend), colour=colour)
