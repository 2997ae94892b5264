"""What a cluster says of its nodes: all of it where they are ours, next to nothing where Google runs them.

On Standard the default node pool is removed, and every node is one of a pool that a stack file names or that GKE makes
within given limits. On Autopilot shielded nodes, Workload Identity and these add-ons are always there, and the API
refuses callers who ask for them; only the nodes' account is ours to choose.
Reference: https://cloud.google.com/kubernetes-engine/docs/resources/autopilot-standard-feature-comparison.
"""

from __future__ import annotations

from typing import Any

import pulumi
from pulumi_gcp import container

from ..settings import AutoProvisioning, GkeSettings

SCOPES = ("https://www.googleapis.com/auth/cloud-platform",)
"""Of the nodes; what they may do is said by the roles of their account."""


def on_standard(project: str, settings: GkeSettings, nodes: pulumi.Input[str]) -> dict[str, Any]:
    """Arguments of a cluster with nodes of ours.

    Args:
        project: The project's id.
        settings: Of the cluster.
        nodes: E-mail of the nodes' service account.
    """
    return {
        "remove_default_node_pool": True,
        "initial_node_count": 1,
        "node_config": {"service_account": nodes},
        "cluster_autoscaling": _auto_provisioning(settings.auto_provisioning, nodes),
        "enable_shielded_nodes": True,
        "workload_identity_config": {"workload_pool": f"{project}.svc.id.goog"},
        "addons_config": {
            "dns_cache_config": {"enabled": True},
            "gce_persistent_disk_csi_driver_config": {"enabled": True},
        },
    }


def on_autopilot(nodes: pulumi.Input[str]) -> dict[str, Any]:
    """Arguments of a cluster whose nodes Google makes as pods ask for them.

    Args:
        nodes: E-mail of the nodes' service account.
    """
    defaults = {"service_account": nodes, "oauth_scopes": list(SCOPES)}
    return {"enable_autopilot": True, "cluster_autoscaling": {"auto_provisioning_defaults": defaults}}


def _auto_provisioning(
    most: AutoProvisioning | None, nodes: pulumi.Input[str]
) -> container.ClusterClusterAutoscalingArgsDict | None:
    if most is None:
        return None
    return {
        "enabled": True,
        "resource_limits": [
            {"resource_type": "cpu", "maximum": most.most_cpu},
            {"resource_type": "memory", "maximum": most.most_memory_gb},
        ],
        "auto_provisioning_defaults": {
            "service_account": nodes,
            "oauth_scopes": list(SCOPES),
            "management": {"auto_repair": True, "auto_upgrade": True},
            "shielded_instance_config": {"enable_secure_boot": True, "enable_integrity_monitoring": True},
        },
    }
