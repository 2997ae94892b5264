"""The Kubernetes half: everything that runs on the cluster, wherever the cluster is.

The order is that of what needs what: ground, definitions, operator, then what the operators read.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import pulumi_kubernetes as kubernetes

from vitals.rendered import Rendered

from ..cluster import Cluster, OnGoogle
from ..settings import Settings
from ..workloads import Workload
from .charts import Charts, read_charts
from .component_group import Manifest
from .install import STACK, install
from .install_context import InstallContext

__all__ = ["monitoring", "planned", "read_charts", "spoken_of"]


def monitoring(
    settings: Settings, rendered: Rendered, accounts: Sequence[Workload], charts: Charts, cluster: Cluster
) -> None:
    """Install the stack on a cluster.

    Args:
        settings: The stack's settings.
        rendered: What is applied.
        accounts: Service accounts to create, with the secret files that each mounts.
        charts: Which versions are installed, with which values.
        cluster: Where.
    """
    install(InstallContext(settings, rendered, {account.name: account for account in accounts}, charts, cluster))


def planned(
    settings: Settings, rendered: Rendered, accounts: Sequence[Workload], charts: Charts, google: OnGoogle | None
) -> list[Manifest]:
    """Every object and Helm release that :func:`monitoring` would register; nothing is registered.

    Args:
        settings: The stack's settings.
        rendered: What would be applied.
        accounts: Service accounts that would be created.
        charts: Which versions would be installed.
        google: What would be around the cluster.
    """
    notes: list[Manifest] = []
    nowhere = Cluster(cast("kubernetes.Provider", None), google)
    install(InstallContext(settings, rendered, {one.name: one for one in accounts}, charts, nowhere, notes))
    return notes


def spoken_of(charts: Charts) -> Sequence[str]:
    """The kinds of objects of which kube-state-metrics speaks, as alerts and dashboards need it."""
    kinds: Sequence[str] = charts.values[STACK]["kube-state-metrics"]["collectors"]
    return kinds
