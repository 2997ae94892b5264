"""The Kubernetes half: everything that runs on the cluster, wherever the cluster is.

The order is that of what needs what: ground, definitions, operator, then what the operators read.
"""

from __future__ import annotations

from collections.abc import Sequence

from vitals.rendered import Rendered

from ..cluster import Cluster
from ..settings import Settings
from ..workloads import Workload
from .charts import Charts, read_charts
from .install import install
from .install_context import InstallContext

__all__ = ["monitoring", "read_charts"]


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
