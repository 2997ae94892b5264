"""The cluster: Standard, private, reached by its DNS endpoint.

Google's own collection is off but for the system components, which nothing else sees, unless it is what collects for
this environment: two stacks that scrape the same pods would be paid twice. The default node pool is removed; every
node is one of a pool that a stack file names.
"""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
from pulumi_gcp import container

from infra.gcp.network import PODS, SERVICES, Network
from infra.settings import AuthorizedNetwork, AutoProvisioning, Google, Maintenance

SECRETS_REREAD = "120s"
"""How soon a new version of a secret is in the mounted file; Alertmanager reads the file for every notification."""


class Gke(pulumi.ComponentResource):
    """The control plane.

    Attributes:
        cluster: The cluster.
    """

    cluster: container.Cluster

    def __init__(
        self,
        name: str,
        google: Google,
        *,
        network: Network,
        nodes: pulumi.Input[str],
        protected: bool,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Make the cluster.

        Args:
            name: Of the component, and of the cluster.
            google: The project's settings.
            network: Where its nodes are.
            nodes: E-mail of the nodes' service account.
            protected: Whether neither the engine nor Google lets it be deleted.
            opts: Of the component.
        """
        super().__init__("vitals:gcp:Gke", name, None, opts)
        settings = google.cluster
        self.cluster = container.Cluster(
            name,
            name=name,
            location=settings.location,
            deletion_protection=protected,
            release_channel={"channel": settings.release_channel},
            maintenance_policy=_maintenance(settings.maintenance),
            network=network.network,
            subnetwork=network.subnetwork,
            networking_mode="VPC_NATIVE",
            datapath_provider="ADVANCED_DATAPATH",
            ip_allocation_policy={"cluster_secondary_range_name": PODS, "services_secondary_range_name": SERVICES},
            private_cluster_config={
                "enable_private_nodes": True,
                "enable_private_endpoint": True,
                "master_ipv4_cidr_block": google.network.control_plane,
            },
            control_plane_endpoints_config={"dns_endpoint_config": {"allow_external_traffic": True}},
            master_authorized_networks_config=_authorized(google.authorized_networks),
            remove_default_node_pool=True,
            initial_node_count=1,
            node_config={"service_account": nodes},
            cluster_autoscaling=_auto_provisioning(settings.auto_provisioning, nodes),
            enable_shielded_nodes=True,
            workload_identity_config={"workload_pool": f"{google.project}.svc.id.goog"},
            rbac_binding_config={
                "enable_insecure_binding_system_authenticated": False,
                "enable_insecure_binding_system_unauthenticated": False,
            },
            security_posture_config={"mode": "BASIC"},
            secret_manager_config={
                "enabled": True,
                "rotation_config": {"enabled": True, "rotation_interval": SECRETS_REREAD},
            },
            gateway_api_config={"channel": "CHANNEL_STANDARD"},
            addons_config={
                "dns_cache_config": {"enabled": True},
                "gce_persistent_disk_csi_driver_config": {"enabled": True},
            },
            monitoring_config={
                "enable_components": ["SYSTEM_COMPONENTS"],
                "managed_prometheus": {"enabled": False},
            },
            logging_config={"enable_components": ["SYSTEM_COMPONENTS", "WORKLOADS"]},
            cost_management_config={"enabled": True},
            opts=pulumi.ResourceOptions(
                parent=self,
                protect=protected,
                # Of the default pool, which exists for minutes only: a change must not replace the cluster.
                ignore_changes=["nodeConfig", "initialNodeCount"],
            ),
        )
        self.register_outputs({"cluster": self.cluster.name})


def _authorized(networks: Sequence[AuthorizedNetwork]) -> container.ClusterMasterAuthorizedNetworksConfigArgsDict:
    """Who may use the private address; people and pipelines come by the DNS endpoint, where IAM decides."""
    return {
        "cidr_blocks": [{"cidr_block": network.range, "display_name": network.name} for network in networks],
        "gcp_public_cidrs_access_enabled": False,
    }


def _maintenance(window: Maintenance | None) -> container.ClusterMaintenancePolicyArgsDict | None:
    if window is None:
        return None
    return {
        "recurring_window": {
            "start_time": window.written(window.start),
            "end_time": window.written(window.end),
            "recurrence": window.recurrence,
        }
    }


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
            "oauth_scopes": ["https://www.googleapis.com/auth/cloud-platform"],
            "management": {"auto_repair": True, "auto_upgrade": True},
            "shielded_instance_config": {"enable_secure_boot": True, "enable_integrity_monitoring": True},
        },
    }
