"""The Google half of a stack file: project, network, cluster."""

from __future__ import annotations

import ipaddress
import itertools
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, StringConstraints, model_validator

from .fields import Location, Name, ObjectName, Project, Range, Region, SettingsSection

CONTROL_PLANE_PREFIX = 28
_ZONE = re.compile(r"-[a-z]$")


class Ranges(SettingsSection):
    """Private address ranges of the network; none may lie in another.

    Attributes:
        nodes: Of the subnetwork.
        pods: Secondary range; a node takes a /24 of it.
        services: Secondary range.
        control_plane: A /28 that Google peers; firewall rules for webhooks start there.
    """

    nodes: Range
    pods: Range
    services: Range
    control_plane: Range

    @model_validator(mode="after")
    def _apart(self) -> Ranges:
        named = {name: ipaddress.IPv4Network(text) for name, text in self}
        for (one, first), (other, second) in itertools.combinations(named.items(), 2):
            if first.overlaps(second):
                raise ValueError(f"{one} {first} and {other} {second} overlap, so GKE would refuse the network")
        if named["control_plane"].prefixlen != CONTROL_PLANE_PREFIX:
            raise ValueError(f"controlPlane {self.control_plane} must be a /{CONTROL_PLANE_PREFIX}, as GKE asks")
        return self


class ExistingNetwork(SettingsSection):
    """A network that is there, of this project or shared by another one; routes, NAT and ranges are its owner's.

    Attributes:
        project: The project that has it: the host project of a Shared VPC. This stack's own where none is named.
        network: Its name.
        subnetwork: The subnetwork for the nodes, in the stack's region.
        pods: The name of its secondary range for pods.
        services: The name of its secondary range for services.
        control_plane: A free /28 that Google peers.
        firewall: Whether we make the rule by which the API server reaches webhooks and metrics on the nodes. The
            network's owner makes it where we may not.
    """

    project: Project | None = None
    network: ObjectName
    subnetwork: ObjectName
    pods: ObjectName
    services: ObjectName
    control_plane: Range
    firewall: bool = True

    @model_validator(mode="after")
    def _as_gke_asks(self) -> ExistingNetwork:
        if ipaddress.IPv4Network(self.control_plane).prefixlen != CONTROL_PLANE_PREFIX:
            raise ValueError(f"controlPlane {self.control_plane} must be a /{CONTROL_PLANE_PREFIX}, as GKE asks")
        if self.pods == self.services:
            raise ValueError(f"pods and services are both {self.pods!r}; GKE takes a secondary range for each")
        return self


class ExistingGke(SettingsSection):
    """A GKE cluster that is there; nodes, network and upgrades are its owner's.

    Attributes:
        name: Its name.
        location: Its region or zone.
    """

    name: ObjectName
    location: Location


class NodePool(SettingsSection):
    """Nodes of one kind, added and removed by the cluster autoscaler.

    Attributes:
        machine_type: A Compute Engine machine type.
        fewest: Nodes per zone that always run.
        most: Nodes per zone at most.
        spot: Cheap nodes that Google may take away; not for production.
        disk_gb: Boot disk.
    """

    machine_type: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)+$")]
    fewest: Annotated[int, Field(ge=0)]
    most: Annotated[int, Field(ge=1, le=1000)]
    spot: bool = False
    disk_gb: Annotated[int, Field(ge=20, le=2000)] = 100

    @model_validator(mode="after")
    def _ordered(self) -> NodePool:
        if self.fewest > self.most:
            raise ValueError(f"fewest {self.fewest} is more than most {self.most}")
        return self


class AutoProvisioning(SettingsSection):
    """How much GKE may add in node pools of its own making when a pod fits on no pool."""

    most_cpu: Annotated[int, Field(ge=1)]
    most_memory_gb: Annotated[int, Field(ge=1)]


class Maintenance(SettingsSection):
    """When Google may upgrade: a window of at least four hours, repeated by an RFC 5545 rule."""

    start: AwareDatetime
    end: AwareDatetime
    recurrence: Annotated[str, StringConstraints(pattern=r"^FREQ=(DAILY|WEEKLY)(;[A-Z]+=[A-Z0-9,]+)*$")]

    @model_validator(mode="after")
    def _long_enough(self) -> Maintenance:
        if (self.end - self.start).total_seconds() < 4 * 3600:
            raise ValueError("the window is shorter than four hours, and GKE would refuse it")
        return self

    @staticmethod
    def written(moment: datetime) -> str:
        """A moment as the GKE API writes it."""
        return moment.isoformat().replace("+00:00", "Z")


class GkeSettings(SettingsSection):
    """The cluster.

    Attributes:
        location: A region, or one zone of it: cheaper, without a promise for the control plane.
        release_channel: How early new Kubernetes versions come.
        autopilot: Whether Google runs the nodes, too. It says how many there are, so nothing here does.
        node_pools: By name, on a Standard cluster.
        auto_provisioning: Whether GKE may make node pools of its own on a Standard cluster.
        maintenance: When Google may upgrade; whenever it likes where nothing is said.
    """

    location: Location
    release_channel: Literal["RAPID", "REGULAR", "STABLE", "EXTENDED"]
    autopilot: bool = False
    node_pools: Mapping[Name, NodePool] = Field(default_factory=dict)
    auto_provisioning: AutoProvisioning | None = None
    maintenance: Maintenance | None = None

    @model_validator(mode="after")
    def _the_nodes_have_a_maker(self) -> GkeSettings:
        ours = [
            key
            for key, given in (("nodePools", self.node_pools), ("autoProvisioning", self.auto_provisioning))
            if given
        ]
        if self.autopilot and ours:
            raise ValueError(
                f"autopilot is true and {' and '.join(ours)} {'are' if len(ours) > 1 else 'is'} set, but on Autopilot "
                "Google makes the nodes. Remove one or the other"
            )
        if not self.autopilot and not self.node_pools:
            raise ValueError(
                "there is no node on which anything could run. Name a pool under nodePools, or set autopilot to true"
            )
        return self

    @model_validator(mode="after")
    def _autopilot_is_regional(self) -> GkeSettings:
        if self.autopilot and _ZONE.search(self.location):
            raise ValueError(f"location {self.location} is a zone, and an Autopilot cluster spans a region. Name one")
        return self


class AuthorizedNetwork(SettingsSection):
    """A network that may reach the control plane's private address beside the nodes themselves."""

    name: Name
    range: Range


class Google(SettingsSection):
    """Where in Google Cloud the stack is made.

    Attributes:
        project: An existing project, by its id.
        region: Of network, registry and database.
        network: Address ranges of a network that we make.
        existing_network: A network that is there, in which we make the cluster.
        cluster: A cluster that we make.
        existing_cluster: A cluster that is there, with whatever network it has.
        authorized_networks: Who else may reach the control plane by its address. People and pipelines come in by the
            cluster's DNS endpoint, for which IAM decides.
    """

    project: Project
    region: Region
    network: Ranges | None = None
    existing_network: ExistingNetwork | None = None
    cluster: GkeSettings | None = None
    existing_cluster: ExistingGke | None = None
    authorized_networks: tuple[AuthorizedNetwork, ...] = ()

    @property
    def made(self) -> GkeSettings:
        """The cluster that we make.

        Raises:
            ValueError: There is one already.
        """
        if self.cluster is None:
            raise ValueError("the cluster is there already, so there is nothing to make it of")
        return self.cluster

    @property
    def autopilot(self) -> bool:
        """Whether we make a cluster whose nodes are Google's; of one that is there, Google is asked."""
        return self.cluster is not None and self.cluster.autopilot

    @model_validator(mode="after")
    def _one_cluster(self) -> Google:
        if (self.cluster is None) == (self.existing_cluster is None):
            raise ValueError(
                "the cluster is either made (cluster) or there already (existingCluster). Set exactly one of the two"
            )
        networks = [
            key for key, given in (("network", self.network), ("existingNetwork", self.existing_network)) if given
        ]
        if self.existing_cluster and (networks or self.authorized_networks):
            more = ["authorizedNetworks"] if self.authorized_networks else []
            raise ValueError(
                f"existingCluster has its network already, so {' and '.join([*networks, *more])} would do nothing. "
                "Remove one or the other"
            )
        if self.cluster and len(networks) != 1:
            raise ValueError(
                "the cluster's network is either made (network) or there already (existingNetwork). Set exactly one of "
                "the two"
            )
        return self

    @model_validator(mode="after")
    def _one_region(self) -> Google:
        if self.cluster and _ZONE.sub("", self.cluster.location) != self.region:
            raise ValueError(f"cluster.location {self.cluster.location} is not in region {self.region}")
        return self
