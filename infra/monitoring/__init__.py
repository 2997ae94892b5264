"""The Kubernetes half: everything that runs on the cluster, wherever the cluster is."""

from __future__ import annotations

from collections.abc import Sequence

from infra.cluster import Cluster
from infra.rendered import Rendered
from infra.settings import Settings
from infra.workloads import Workload


def monitoring(settings: Settings, rendered: Rendered, accounts: Sequence[Workload], cluster: Cluster) -> None:
    """Install the stack on a cluster.

    Args:
        settings: The stack's settings.
        rendered: What is applied.
        accounts: Service accounts to create, with the secret files that each mounts.
        cluster: Where.
    """
