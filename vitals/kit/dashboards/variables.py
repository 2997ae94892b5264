"""The choices at the top of a dashboard: the data source everywhere, the service where a dashboard shows one."""

from __future__ import annotations

from grafanalib import core as G  # noqa: N812 - the name that grafanalib's own documentation uses

from vitals.kit.dashboards.context import DashboardContext
from vitals.model.conventions import INSTANCE, SERVICE
from vitals.model.signals import Signal, scaling, signals_of, system, targets

ON_TIME_CHANGE = 2
"""The choices are asked for again when the shown time changes."""


def datasource() -> G.Template:
    """Which Prometheus is asked."""
    return G.Template(
        name="datasource", label="Data source", type="datasource", query="prometheus", default="prometheus"
    )


def machine() -> G.Template:
    """Which machine is shown: all of them, until a reader or a link of an alert chooses one."""
    return G.Template(
        name=INSTANCE,
        label="Machine",
        query=f"label_values({system.MEMORY.record}, instance)",
        default="$__all",
        includeAll=True,
        allValue=".*",
        refresh=ON_TIME_CHANGE,
    )


def autoscaler(context: DashboardContext) -> G.Template:
    """Which autoscaler is shown: all of them, until a reader chooses one. Kubernetes knows more of them than KEDA."""
    of_kubernetes = context.signal(scaling.REPLICAS.id)
    record = of_kubernetes.record if of_kubernetes else scaling.TRIGGERS.record
    label = "horizontalpodautoscaler" if of_kubernetes else "scaledObject"
    return G.Template(
        name="autoscaler",
        label="Autoscaler",
        query=f"label_values({record}, {label})",
        default="$__all",
        includeAll=True,
        allValue=".*",
        refresh=ON_TIME_CHANGE,
    )


def service(context: DashboardContext, signal: Signal) -> G.Template:
    """Which service is shown: those that record a signal, or all where none does."""
    listed = context.signal(signal.id) or targets.UP
    names = (entry.name for entry in context.services if listed.record in {found.record for found in signals_of(entry)})
    return G.Template(
        name=SERVICE,
        label="Service",
        query=f"label_values({listed.record}, service)",
        default=next(names),
        refresh=ON_TIME_CHANGE,
    )
