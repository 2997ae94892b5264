"""A network of the cluster's own: nodes without public addresses, out through NAT, in from the control plane alone."""

from __future__ import annotations

import pulumi
from pulumi_gcp import compute

from ..settings import Google

PODS = "pods"
SERVICES = "services"
WEBHOOK_PORTS = ("6443", "8443", "9443", "10250")
"""Where the API server calls KEDA's metrics, admission webhooks and the operator's; GKE opens only the last one."""


class Network(pulumi.ComponentResource):
    """A VPC-native network with one subnetwork.

    Attributes:
        network: The network's id.
        subnetwork: The subnetwork's id; its secondary ranges are called :data:`PODS` and :data:`SERVICES`.
    """

    network: pulumi.Output[str]
    subnetwork: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        google: Google,
        *,
        nodes: pulumi.Input[str],
        protected: bool,
        after: pulumi.Resource,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Make the network.

        Args:
            name: Of the component, and of the network.
            google: Region and ranges.
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
            region=google.region,
            network=network.id,
            ip_cidr_range=google.network.nodes,
            secondary_ip_ranges=[
                {"range_name": PODS, "ip_cidr_range": google.network.pods},
                {"range_name": SERVICES, "ip_cidr_range": google.network.services},
            ],
            private_ip_google_access=True,
            opts=keep,
        )
        router = compute.Router(name, name=name, region=google.region, network=network.id, opts=child)
        compute.RouterNat(
            name,
            name=name,
            region=google.region,
            router=router.name,
            nat_ip_allocate_option="AUTO_ONLY",
            source_subnetwork_ip_ranges_to_nat="LIST_OF_SUBNETWORKS",
            subnetworks=[{"name": subnetwork.id, "source_ip_ranges_to_nats": ["ALL_IP_RANGES"]}],
            enable_dynamic_port_allocation=True,
            enable_endpoint_independent_mapping=False,
            log_config={"enable": True, "filter": "ERRORS_ONLY"},
            opts=child,
        )
        compute.Firewall(
            f"{name}-webhooks",
            name=f"{name}-webhooks",
            description="The API server calls webhooks and aggregated APIs on the nodes.",
            network=network.id,
            direction="INGRESS",
            source_ranges=[google.network.control_plane],
            target_service_accounts=[nodes],
            allows=[{"protocol": "tcp", "ports": list(WEBHOOK_PORTS)}],
            opts=child,
        )
        self.network = network.id
        self.subnetwork = subnetwork.id
        self.register_outputs({"network": self.network, "subnetwork": self.subnetwork})
