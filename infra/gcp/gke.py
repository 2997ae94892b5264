"""The cluster: private, reached by its DNS endpoint, with nodes of ours (Standard) or of Google's (Autopilot).

Google's own collection is off but for the system components, which nothing else sees, unless it is what collects for
this environment: two stacks that scrape the same pods would be paid twice.
"""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
from pulumi_gcp import container

from ..settings import AuthorizedNetwork, Google, Maintenance
from .network import PlacedNetwork
from .node_management import on_autopilot, on_standard

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
        network: PlacedNetwork,
        nodes: pulumi.Input[str],
        managed: bool,
        protected: bool,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Make the cluster.

        Args:
            name: Of the component, and of the cluster.
            google: The project's settings.
            network: Where its nodes are.
            nodes: E-mail of the nodes' service account.
            managed: Whether Google's managed Prometheus collects here.
            protected: Whether neither the engine nor Google lets it be deleted.
            opts: Of the component.
        """
        super().__init__("vitals:gcp:Gke", name, None, opts)
        settings = google.made
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
            ip_allocation_policy={
                "cluster_secondary_range_name": network.pods,
                "services_secondary_range_name": network.services,
            },
            private_cluster_config={
                "enable_private_nodes": True,
                "enable_private_endpoint": True,
                "master_ipv4_cidr_block": network.control_plane,
            },
            control_plane_endpoints_config={"dns_endpoint_config": {"allow_external_traffic": True}},
            master_authorized_networks_config=_authorized(google.authorized_networks),
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
            monitoring_config={
                "enable_components": ["SYSTEM_COMPONENTS"],
                "managed_prometheus": _managed_prometheus(managed=managed),
            },
            logging_config={"enable_components": ["SYSTEM_COMPONENTS", "WORKLOADS"]},
            cost_management_config={"enabled": True},
            opts=pulumi.ResourceOptions(
                parent=self,
                protect=protected,
                # Of the default pool of Standard, which exists for minutes: a change must not replace the cluster.
                ignore_changes=["nodeConfig", "initialNodeCount"],
            ),
            **(on_autopilot(nodes) if settings.autopilot else on_standard(google.project, settings, nodes)),
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


def _managed_prometheus(*, managed: bool) -> container.ClusterMonitoringConfigManagedPrometheusArgsDict:
    """Where it collects, it collects what we name and nothing by itself."""
    return {"enabled": True, "auto_monitoring_config": {"scope": "NONE"}} if managed else {"enabled": False}
