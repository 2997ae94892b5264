"""Network policies, made of the table of connections: in our namespaces nothing passes that is not in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .component_group import Manifest
from .connections import Connection
from .labels import labels
from .places import Nodes, Place, Pods


def network_policies(table: Iterable[Connection], closed: Sequence[str], opened: Sequence[str] = ()) -> list[Manifest]:
    """A policy for each program of ours, and one for each closed namespace that shuts what has none.

    Args:
        table: Who talks to whom.
        closed: Namespaces in which nothing else passes.
        opened: Namespaces that others use, too; a policy there names a program of ours and no other pod.
    """
    lines = tuple(table)
    every = [place for line in lines for place in (*line.sources, *line.targets)]
    found = {
        (one.namespace, one.name): one
        for one in every
        if isinstance(one, Pods) and one.ours and (one.namespace in closed or (one.namespace in opened and one.labels))
    }
    for namespace in closed:
        found.setdefault((namespace, "default"), Pods("default", {}, namespace))
    return [_policy(found[key], lines) for key in sorted(found)]


def _policy(pods: Pods, table: Sequence[Connection]) -> Manifest:
    """What the pods of one program may do; a direction of which the table says nothing stays shut."""
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": pods.name, "namespace": pods.namespace, "labels": labels(pods.name, "network")},
        "spec": {
            "podSelector": {"matchLabels": dict(pods.labels)},
            "policyTypes": ["Ingress", "Egress"],
            "ingress": [_rule("from", line.sources, line) for line in table if pods in line.targets],
            "egress": [_rule("to", line.targets, line) for line in table if pods in line.sources],
        },
    }


def _rule(side: str, others: Sequence[Place], line: Connection) -> dict[str, object]:
    """One rule; the other end is left out where one of its places can only be named by ports."""
    ports = [{"port": port, "protocol": "TCP"} for port in line.ports]
    ports += [{"port": port, "protocol": "UDP"} for port in line.udp]
    named = [place for place in others if not isinstance(place, Nodes)]
    peers = {side: [peer for place in named for peer in place.peers()]} if len(named) == len(others) else {}
    return {**peers, **({"ports": ports} if ports else {})}
