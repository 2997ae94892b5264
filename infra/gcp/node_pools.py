"""The nodes: one autoscaled pool for each that the stack file names."""

from __future__ import annotations

import pulumi
from pulumi_gcp import container

from ..settings import GkeSettings, NodePool


class NodePools(pulumi.ComponentResource):
    """All node pools. Google chooses their names, so that a changed pool is made before the old one is drained.

    Attributes:
        pools: In the order of the stack file.
    """

    pools: tuple[container.NodePool, ...]

    def __init__(
        self,
        name: str,
        gke: GkeSettings,
        *,
        cluster: container.Cluster,
        nodes: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Make the pools.

        Args:
            name: Of the component; each pool adds its own.
            gke: The cluster's settings.
            cluster: The cluster to which they belong.
            nodes: E-mail of their service account.
            opts: Of the component.
        """
        super().__init__("vitals:gcp:NodePools", name, None, opts)
        child = pulumi.ResourceOptions(parent=self, ignore_changes=["initialNodeCount"])
        self.pools = tuple(
            container.NodePool(
                f"{name}-{pool}",
                cluster=cluster.name,
                location=gke.location,
                initial_node_count=max(1, settings.fewest),
                autoscaling={
                    "min_node_count": settings.fewest,
                    "max_node_count": settings.most,
                    "location_policy": "ANY" if settings.spot else "BALANCED",
                },
                management={"auto_repair": True, "auto_upgrade": True},
                upgrade_settings={"max_surge": 1, "max_unavailable": 0},
                node_config=_node(settings, nodes),
                opts=child,
            )
            for pool, settings in gke.node_pools.items()
        )
        self.register_outputs({})


def _node(settings: NodePool, nodes: pulumi.Input[str]) -> container.NodePoolNodeConfigArgsDict:
    return {
        "machine_type": settings.machine_type,
        "spot": settings.spot,
        "disk_size_gb": settings.disk_gb,
        "disk_type": "pd-balanced",
        "image_type": "COS_CONTAINERD",
        "service_account": nodes,
        "oauth_scopes": ["https://www.googleapis.com/auth/cloud-platform"],
        "workload_metadata_config": {"mode": "GKE_METADATA"},
        "shielded_instance_config": {"enable_secure_boot": True, "enable_integrity_monitoring": True},
    }
