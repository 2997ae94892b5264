"""A network that is there, of this project or of the host project of a Shared VPC: found, checked, and used.

Ranges, routes and NAT are its owner's. What GKE asks of it is asked before anything is made.
References: https://cloud.google.com/kubernetes-engine/docs/how-to/cluster-shared-vpc.
"""

from __future__ import annotations

import ipaddress

import pulumi
from pulumi_gcp import compute

from vitals.errors import VitalsError

from ..settings import ExistingNetwork
from .network import PlacedNetwork, webhook_rule
from .project_check import reason_of


def find_network(wanted: ExistingNetwork, *, project: str, region: str, opts: pulumi.InvokeOptions) -> PlacedNetwork:
    """Ask Google for the subnetwork, and refuse one that GKE would refuse.

    Args:
        wanted: Which.
        project: The stack's own project, which has it unless another is named.
        region: Where the cluster will be.
        opts: With the provider that reaches the project.

    Raises:
        VitalsError: There is no such subnetwork, it may not be seen, it is of another network, or lacks a range.
    """
    owner = wanted.project or project
    said = f"vitals:google.existingNetwork.subnetwork is {wanted.subnetwork!r} in {region} of {owner}"
    try:
        found = compute.get_subnetwork(name=wanted.subnetwork, project=owner, region=region, opts=opts)
    except Exception as error:
        raise VitalsError(
            f"{said}, and Google does not show it: {reason_of(error)}. Nothing was created. See which may be used with "
            f"`gcloud container subnets list-usable --project {project} --network-project {owner}`, or ask its owner "
            "for the role roles/compute.networkUser."
        ) from None
    network = str(found.network).rpartition("/")[2]
    ranges = {one.range_name: ipaddress.IPv4Network(one.ip_cidr_range) for one in found.secondary_ip_ranges}
    problems = []
    if network != wanted.network:
        problems.append(f"{said}, which is a part of the network {network!r} and not of {wanted.network!r}.")
    for key, name in (("pods", wanted.pods), ("services", wanted.services)):
        if name not in ranges:
            known = ", ".join(f"{one} ({cidr})" for one, cidr in sorted(ranges.items())) or "none"
            problems.append(
                f"vitals:google.existingNetwork.{key} is {name!r}, and the subnetwork has no such secondary range "
                f"(there are: {known}), so GKE would refuse the cluster."
            )
    control_plane = ipaddress.IPv4Network(wanted.control_plane)
    taken = {"its own range": ipaddress.IPv4Network(found.ip_cidr_range), **ranges}
    problems += [
        f"vitals:google.existingNetwork.controlPlane {control_plane} lies in {name} {cidr} of the subnetwork, so GKE "
        "would refuse it. Ask the network's owner for a free /28."
        for name, cidr in sorted(taken.items())
        if cidr.overlaps(control_plane)
    ]
    if problems:
        raise VitalsError("\n".join([*problems, "Nothing was created."]))
    return PlacedNetwork(
        network=f"projects/{owner}/global/networks/{wanted.network}",
        subnetwork=f"projects/{owner}/regions/{region}/subnetworks/{wanted.subnetwork}",
        pods=wanted.pods,
        services=wanted.services,
        control_plane=wanted.control_plane,
    )


class WebhookRule(pulumi.ComponentResource):
    """The rule by which the API server reaches webhooks and metrics on the nodes, in the project of the network."""

    def __init__(
        self,
        name: str,
        wanted: ExistingNetwork,
        placed: PlacedNetwork,
        *,
        project: str,
        nodes: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Make the rule.

        Args:
            name: Of the component.
            wanted: The network.
            placed: Where it is.
            project: The stack's own project, whose network it is unless another is named.
            nodes: E-mail of the nodes' service account, which the rule names.
            opts: Of the component.
        """
        super().__init__("vitals:gcp:WebhookRule", name, None, opts)
        opts = pulumi.ResourceOptions(parent=self)
        webhook_rule(name, placed, nodes=nodes, project=wanted.project or project, opts=opts)
        self.register_outputs({})
