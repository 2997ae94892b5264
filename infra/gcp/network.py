"""A network of the cluster's own: nodes without public addresses, out through NAT, in from the control plane alone."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
from pulumi_gcp import compute

from ..settings import Ranges

PODS = "pods"
SERVICES = "services"
WEBHOOK_PORTS = ("6443", "8443", "9443", "10250")
"""Where the API server calls KEDA's metrics, admission webhooks and the operator's; GKE opens only the last one."""


@dataclass(frozen=True, slots=True)
class PlacedNetwork:
    """Where a cluster's nodes are.

    Attributes:
        network: The network's id.
        subnetwork: The subnetwork's id.
        pods: Name of its secondary range for pods.
        services: Name of its secondary range for services.
        control_plane: The range that Google peers.
    """

    network: pulumi.Input[str]
    subnetwork: pulumi.Input[str]
    pods: str
    services: str
    control_plane: str


class Network(pulumi.ComponentResource):
    """A VPC-native network with one subnetwork.

    Attributes:
        placed: Where nodes go in it.
    """

    placed: PlacedNetwork

    def __init__(
        self,
        name: str,
        region: str,
        ranges: Ranges,
        *,
        nodes: pulumi.Input[str],
        protected: bool,
        after: pulumi.Resource,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Make the network.

        Args:
            name: Of the component, and of the network.
            region: Its region.
            ranges: Its address ranges.
            nodes: E-mail of the nodes' service account, which the firewall rule names.
            protected: Whether the engine refuses to delete network and subnetwork.
            after: What must exist before.
            opts: Of the component.
        """
        super().__init__("vitals:gcp:Network", name, None, opts)
        keep = pulumi.ResourceOptions(parent=self, protect=protected, depends_on=[after])
        child = pulumi.ResourceOptions(parent=self)
        network = compute.Network(name, name=name, auto_create_subnetworks=False, routing_mode="REGIONAL", opts=keep)
        subnetwork = compute.Subnetwork(
            name,
            name=name,
            region=region,
            network=network.id,
            ip_cidr_range=ranges.nodes,
            secondary_ip_ranges=[
                {"range_name": PODS, "ip_cidr_range": ranges.pods},
                {"range_name": SERVICES, "ip_cidr_range": ranges.services},
            ],
            private_ip_google_access=True,
            opts=keep,
        )
        router = compute.Router(name, name=name, region=region, network=network.id, opts=child)
        compute.RouterNat(
            name,
            name=name,
            region=region,
            router=router.name,
            nat_ip_allocate_option="AUTO_ONLY",
            source_subnetwork_ip_ranges_to_nat="LIST_OF_SUBNETWORKS",
            subnetworks=[{"name": subnetwork.id, "source_ip_ranges_to_nats": ["ALL_IP_RANGES"]}],
            enable_dynamic_port_allocation=True,
            enable_endpoint_independent_mapping=False,
            log_config={"enable": True, "filter": "ERRORS_ONLY"},
            opts=child,
        )
        self.placed = PlacedNetwork(network.id, subnetwork.id, PODS, SERVICES, ranges.control_plane)
        webhook_rule(name, self.placed, nodes=nodes, opts=child)
        self.register_outputs({"network": network.id, "subnetwork": subnetwork.id})


def webhook_rule(
    name: str,
    placed: PlacedNetwork,
    *,
    nodes: pulumi.Input[str],
    project: str | None = None,
    opts: pulumi.ResourceOptions,
) -> None:
    """Let the API server reach webhooks and metrics on the nodes.

    Args:
        name: Of the network's component.
        placed: Where the nodes are.
        nodes: E-mail of their service account, which the rule names.
        project: Whose network it is, where that is not the stack's own project.
        opts: Of the rule.
    """
    compute.Firewall(
        f"{name}-webhooks",
        name=f"{name}-webhooks",
        project=project,
        description="The API server calls webhooks and aggregated APIs on the nodes.",
        network=placed.network,
        direction="INGRESS",
        source_ranges=[placed.control_plane],
        target_service_accounts=[nodes],
        allows=[{"protocol": "tcp", "ports": list(WEBHOOK_PORTS)}],
        opts=opts,
    )
