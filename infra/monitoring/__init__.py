"""The Kubernetes half: everything that runs on the cluster, wherever the cluster is.

The order is that of what needs what: ground, definitions, operator, then what the operators read.
"""

from __future__ import annotations

from collections.abc import Sequence

from infra.cluster import Cluster
from infra.monitoring.install import Site, install
from infra.rendered import Rendered
from infra.settings import Settings
from infra.workloads import Workload

__all__ = ["monitoring"]


def monitoring(settings: Settings, rendered: Rendered, accounts: Sequence[Workload], cluster: Cluster) -> None:
    """Install the stack on a cluster.

    Args:
        settings: The stack's settings.
        rendered: What is applied.
        accounts: Service accounts to create, with the secret files that each mounts.
        cluster: Where.

    Raises:
        VitalsError: A chart or image is not pinned, or its values cannot be read; nothing was registered.
    """
    install(Site(settings, rendered, {account.name: account for account in accounts}, cluster))
