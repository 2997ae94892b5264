"""Who may talk to whom: in our namespaces nothing passes that is not named here.

Prometheus asks every pod of the cluster and is asked by few; Grafana and the Google exporters go out by HTTPS only.
Reference: https://kubernetes.io/docs/concepts/services-networking/network-policies/.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from infra.monitoring.labels import labels
from infra.monitoring.namespaces import KEDA
from infra.monitoring.part import Manifest

Peer = Mapping[str, Any]

PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
"""Where control planes and nodes have their addresses."""
GOOGLE_PROBES = ("35.191.0.0/16", "130.211.0.0/22")
"""Google's load balancers and their health checks (https://cloud.google.com/load-balancing/docs/health-check-concepts)."""
METADATA = ("169.254.169.252/32", "169.254.169.254/32")
"""GKE's metadata server, which hands out the credentials of Workload Identity."""
NODE_LOCAL_DNS = "169.254.20.10/32"

HTTPS = 443
API_SERVER = (443, 6443)
METADATA_PORTS = (80, 988)


@dataclass(frozen=True, slots=True)
class Talk:
    """One direction of one policy: whoever is at the other end, on these ports; every port where none is named."""

    peers: Sequence[Peer]
    ports: Sequence[int] = ()
    udp: Sequence[int] = ()

    def rule(self, side: str) -> dict[str, Any]:
        """As a NetworkPolicy writes it; ``side`` is ``from`` or ``to``."""
        ports = [{"port": p, "protocol": "TCP"} for p in self.ports] + [
            {"port": p, "protocol": "UDP"} for p in self.udp
        ]
        return {side: list(self.peers), **({"ports": ports} if ports else {})}


@dataclass(frozen=True, slots=True)
class Traffic:
    """What the pods of one program may do.

    Attributes:
        name: Of the policy.
        pods: Labels of the pods; all of the namespace where empty.
        hears: Who may ask them.
        asks: Whom they may ask.
    """

    name: str
    pods: Mapping[str, str]
    hears: Sequence[Talk] = field(default=())
    asks: Sequence[Talk] = field(default=())

    def policy(self, namespace: str) -> Manifest:
        """The NetworkPolicy; a direction of which nothing is said stays shut by the default."""
        return {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "NetworkPolicy",
            "metadata": {"name": self.name, "namespace": namespace, "labels": labels(self.name, "network")},
            "spec": {
                "podSelector": {"matchLabels": dict(self.pods)},
                "policyTypes": ["Ingress", "Egress"],
                "ingress": [talk.rule("from") for talk in self.hears],
                "egress": [talk.rule("to") for talk in self.asks],
            },
        }


def pods(wanted: Mapping[str, str], namespace: str) -> Peer:
    """Pods by their labels, in one namespace."""
    return {**in_namespace(namespace), "podSelector": {"matchLabels": dict(wanted)}}


def in_namespace(namespace: str) -> Peer:
    """Every pod of a namespace."""
    return {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": namespace}}}


def addresses(ranges: Iterable[str]) -> list[Peer]:
    """Whoever has an address in one of some ranges."""
    return [{"ipBlock": {"cidr": cidr}} for cidr in ranges]


ANYWHERE: Sequence[Peer] = ({"ipBlock": {"cidr": "0.0.0.0/0"}},)
EVERY_POD: Sequence[Peer] = ({"namespaceSelector": {}},)
TO_API_SERVER = Talk(addresses(PRIVATE), API_SERVER)
TO_THE_INTERNET = Talk(ANYWHERE, (HTTPS,))
TO_METADATA = Talk(addresses(METADATA), METADATA_PORTS)


def shut(namespace: str) -> Manifest:
    """Nothing in, and out only to ask for names: what a pod without a policy of its own may do."""
    resolvers = [in_namespace("kube-system"), *addresses([NODE_LOCAL_DNS])]
    return Traffic("default", {}, asks=[Talk(resolvers, (53,), udp=(53,))]).policy(namespace)


def of_keda(monitoring: str, scrapers: Sequence[Peer]) -> list[Manifest]:
    """KEDA: the API server asks two of its programs, and one of them asks Prometheus.

    Args:
        monitoring: The namespace of whoever answers queries.
        scrapers: Who asks for its metrics.
    """
    operator, metrics, webhooks = (
        {"app": name} for name in ("keda-operator", "keda-operator-metrics-apiserver", "keda-admission-webhooks")
    )
    prometheus = Talk([in_namespace(monitoring)], (9090,))
    return [
        shut(KEDA),
        Traffic(
            "keda-operator",
            operator,
            hears=[Talk(scrapers, (8080,)), Talk([pods(metrics, KEDA)], (9666,))],
            asks=[TO_API_SERVER, prometheus],
        ).policy(KEDA),
        Traffic(
            "keda-metrics-apiserver",
            metrics,
            hears=[Talk(addresses(PRIVATE), (6443,))],
            asks=[TO_API_SERVER, Talk([pods(operator, KEDA)], (9666,))],
        ).policy(KEDA),
        Traffic("keda-webhooks", webhooks, hears=[Talk(addresses(PRIVATE), (9443,))], asks=[TO_API_SERVER]).policy(
            KEDA
        ),
    ]
