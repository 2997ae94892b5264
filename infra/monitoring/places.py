"""The ends of a connection, and how a NetworkPolicy names each so that every data plane understands the same.

A policy's ``ipBlock`` means different things: plain Kubernetes compares addresses, and GKE's Dataplane V2 (Cilium)
gives every pod and node of the cluster an identity, which no ``ipBlock`` matches. A ``namespaceSelector`` selects pods
that have a network of their own and never a node, nor a pod in a node's network. So pods are named by labels, what lies
outside the cluster by addresses, and nodes by nothing: a rule for them names ports and leaves out whose they are.
References: https://kubernetes.io/docs/concepts/services-networking/network-policies/ and
https://docs.cilium.io/en/stable/security/policy/language/#ip-cidr-based.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Peer = Mapping[str, Any]
"""One entry of ``from`` or ``to``."""


@dataclass(frozen=True, slots=True)
class Pods:
    """Pods of one namespace.

    Attributes:
        name: Of the program, for people and for its policy.
        labels: Their labels; every pod of the namespace where there are none.
        namespace: Its name.
        ours: Whether the stack makes them, and so a policy for them; others know themselves who may come.
    """

    name: str
    labels: Mapping[str, str] = field(hash=False)
    namespace: str
    ours: bool = True

    def peers(self) -> list[Peer]:
        """By namespace, and by labels where there are any."""
        place = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": self.namespace}}}
        return [{**place, **({"podSelector": {"matchLabels": dict(self.labels)}} if self.labels else {})}]


@dataclass(frozen=True, slots=True)
class EveryPod:
    """Every pod of the cluster that has a network of its own."""

    def peers(self) -> list[Peer]:
        """By an empty selector of namespaces."""
        return [{"namespaceSelector": {}}]


@dataclass(frozen=True, slots=True)
class Nodes:
    """The cluster's nodes, what runs on them, and pods in their network: no peer that every data plane would match."""


@dataclass(frozen=True, slots=True)
class IpRanges:
    """What lies outside the cluster.

    Attributes:
        name: For people.
        ranges: Where it is.
    """

    name: str
    ranges: Sequence[str]

    def peers(self) -> list[Peer]:
        """By its ranges."""
        return [{"ipBlock": {"cidr": cidr}} for cidr in self.ranges]


Place = Pods | EveryPod | Nodes | IpRanges

PRIVATE = IpRanges("private network", ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))
"""Where control planes of Google and databases beside the cluster have their addresses."""
GOOGLE_PROBES = IpRanges("Google's load balancers", ("35.191.0.0/16", "130.211.0.0/22"))
"""With their health checks (https://cloud.google.com/load-balancing/docs/health-check-concepts)."""
METADATA = IpRanges("metadata server", ("169.254.169.252/32", "169.254.169.254/32"))
"""GKE's, which hands out the credentials of Workload Identity."""
INTERNET = IpRanges("internet", ("0.0.0.0/0",))
NODES, EVERY_POD = Nodes(), EveryPod()

SYSTEM = "kube-system"
RESOLVERS: tuple[Place, ...] = (
    Pods("cluster DNS", {}, SYSTEM),
    IpRanges("NodeLocal DNSCache", ("169.254.20.10/32",)),
    IpRanges("Cloud DNS for GKE", ("169.254.169.254/32",)),
)
"""Who answers for names: kube-dns or CoreDNS, the cache on each node, or Google's resolver without either."""
KONNECTIVITY = Pods("konnectivity-agent", {"k8s-app": "konnectivity-agent"}, SYSTEM)
"""Through these pods Google's API server reaches aggregated APIs and webhooks: it is their address that arrives."""


def api_server(*, on_nodes: bool) -> tuple[Place, ...]:
    """Where the API server is asked, and from where it asks.

    Args:
        on_nodes: Whether it runs on a node of the cluster, as in a cluster that we run ourselves.
    """
    return (NODES,) if on_nodes else (PRIVATE,)


def calls_of_api_server(*, on_nodes: bool) -> tuple[Place, ...]:
    """From where the API server calls programs in the cluster: itself, or through the agents of its tunnel."""
    return (*api_server(on_nodes=on_nodes), KONNECTIVITY)
