"""The table of connections: what it names passes under every data plane, and nothing else of ours does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_network
from itertools import product
from typing import Any

import pytest

from infra import rendered
from infra.monitoring.connections import Connection, Neighbours, closed_namespaces, connections
from infra.monitoring.network_policies import network_policies
from infra.monitoring.places import EVERY_POD, INTERNET, NODES, EveryPod, IpRanges, Nodes, Place, Pods
from infra.settings import ExistingParts
from tests.infra.settings.stack_files import STACKS, config
from tests.infra.validators.network import Actor, Attempt, DataPlane, allowed

PLANES = pytest.mark.parametrize("plane", DataPlane)
EVERY_STACK = pytest.mark.parametrize("stack", STACKS)
NODE = Actor("a node", "10.10.0.5", node=True)
CONTROL_POD = Actor("a pod of a team", "10.12.9.9", "team", {"app.kubernetes.io/name": "shop"})
OUTSIDE_HOST = Actor("a host on the internet", "203.0.113.7")
ANY_PORT = 9000


def _table(stack: str) -> tuple[Connection, ...]:
    files = rendered.read(config(stack)["environment"])
    redis = config(stack).get("redisAddress")
    beside = Neighbours(
        587, int(redis.rpartition(":")[2]) if redis else None, "google" in config(stack), "loadTests" in config(stack)
    )
    return connections(files, beside)


def _policies(stack: str) -> list[Any]:
    return network_policies(
        _table(stack), closed_namespaces(rendered.read(config(stack)["environment"]), ExistingParts())
    )


def _actors(place: Place) -> list[Actor]:
    """Who really is at a place; addresses lie in the ranges that the stack files give their networks."""
    if isinstance(place, Pods):
        return [Actor(place.name, "10.12.0.7", place.namespace, place.labels)]
    if isinstance(place, EveryPod):
        return [CONTROL_POD]
    if isinstance(place, Nodes):
        return [NODE]
    if place is INTERNET:
        return [OUTSIDE_HOST]
    return [
        Actor(place.name, str(ip_network(cidr)[0]) if cidr.endswith("/32") else _inside(cidr)) for cidr in place.ranges
    ]


def _inside(cidr: str) -> str:
    return str(ip_network(cidr)[10])


def _attempts(line: Connection) -> Iterator[Attempt]:
    for source, target in product(line.sources, line.targets):
        for one, other in product(_actors(source), _actors(target)):
            if one == other and source != target:
                continue
            yield from (Attempt(one, other, port) for port in line.ports or (ANY_PORT,))
            yield from (Attempt(one, other, port, "UDP") for port in line.udp)


@PLANES
@EVERY_STACK
def test_every_connection_passes_under_every_data_plane(stack: str, plane: DataPlane) -> None:
    """Each line of the table, between each source and each target that it names."""
    policies = _policies(stack)
    tried = [attempt for line in _table(stack) for attempt in _attempts(line)]

    assert len(tried) > 40
    assert [str(one) for one in tried if not allowed(policies, one, plane)] == []


@EVERY_STACK
def test_programs_of_ours_talk_to_each_other_only_as_the_table_says(stack: str) -> None:
    """Every pair of programs on every port that occurs: what passes is one line of the table."""
    table, policies = _table(stack), _policies(stack)
    programs = {place for line in table for place in (*line.sources, *line.targets) if isinstance(place, Pods)}
    ours = [one for one in programs if one.labels and one.namespace in {p["metadata"]["namespace"] for p in policies}]
    ports = {port for line in table for port in line.ports}
    passing = [
        (one, other, port)
        for one, other, port in product(ours, ours, ports)
        if allowed(policies, Attempt(_actors(one)[0], _actors(other)[0], port), DataPlane.CILIUM)
    ]

    assert len(ours) > 4
    assert passing
    assert [one for one in passing if not _named(table, *one)] == []


def _named(table: tuple[Connection, ...], source: Pods, target: Pods, port: int) -> bool:
    """One line names both; or the API server is on a node, and so its ports are open at both ends."""
    lines = [line for line in table if port in (line.ports or (port,))]
    both = any(source in line.sources and {target, EVERY_POD} & set(line.targets) for line in lines)
    sent = any(source in line.sources and NODES in line.targets for line in lines)
    return both or (sent and any(target in line.targets and NODES in line.sources for line in lines))


@PLANES
@EVERY_STACK
def test_unneeded_connections_are_refused(stack: str, plane: DataPlane) -> None:
    """A pod of a team, the internet, and our own programs where they have no business."""
    policies = _policies(stack)
    ours = {one["metadata"]["name"]: one for one in policies}
    actor = {
        name: Actor(name, "10.12.0.7", one["metadata"]["namespace"], one["spec"]["podSelector"]["matchLabels"])
        for name, one in ours.items()
    }
    answering = actor.get("prometheus") or actor["query-frontend"]
    refused = [
        Attempt(CONTROL_POD, answering, 9090),
        Attempt(CONTROL_POD, actor["alertmanager"], 9093),
        Attempt(CONTROL_POD, actor["grafana"], 3000),
        Attempt(CONTROL_POD, actor["keda-operator"], 9666),
        Attempt(CONTROL_POD, actor["keda-operator"], 8080),
        Attempt(CONTROL_POD, actor["platform"], ANY_PORT),
        Attempt(OUTSIDE_HOST, answering, 9090),
        Attempt(OUTSIDE_HOST, actor["alertmanager"], 9093),
        Attempt(OUTSIDE_HOST, actor["platform"], 8000),
        Attempt(actor["platform"], actor["alertmanager"], 9093),
        Attempt(actor["platform"], answering, 9090),
        Attempt(actor["platform"], OUTSIDE_HOST, 25),
        Attempt(actor["platform"], CONTROL_POD, 5432),
        Attempt(actor["grafana"], actor["keda-operator"], 8080),
        Attempt(actor["grafana"], OUTSIDE_HOST, 80),
        Attempt(actor["kube-state-metrics"], OUTSIDE_HOST, 80),
        Attempt(actor["prometheus-operator"], CONTROL_POD, 80),
        Attempt(actor["alertmanager"], NODE, 10250),
        Attempt(actor["keda-operator"], actor["alertmanager"], 9093),
    ]

    assert [str(one) for one in refused if allowed(policies, one, plane)] == []


@EVERY_STACK
def test_each_closed_namespace_is_shut_but_for_names(stack: str) -> None:
    """A pod without a policy of its own hears nothing and asks for names only, of every resolver that GKE may have."""
    policies = _policies(stack)
    closed = closed_namespaces(rendered.read(config(stack)["environment"]), ExistingParts())
    resolvers = [
        Actor("kube-dns", "10.12.0.2", "kube-system", {"k8s-app": "kube-dns"}),
        Actor("NodeLocal DNSCache", "169.254.20.10"),
        Actor("Cloud DNS", "169.254.169.254"),
    ]

    assert set(closed) >= {"monitoring", "wellness"}
    for namespace in closed:
        pod = Actor("a new pod", "10.12.0.8", namespace, {"app": "new"})
        for plane, protocol in product(DataPlane, ("TCP", "UDP")):
            assert all(allowed(policies, Attempt(pod, one, 53, protocol), plane) for one in resolvers)
            assert not allowed(policies, Attempt(CONTROL_POD, pod, 8080, protocol), plane)
            assert not allowed(policies, Attempt(pod, OUTSIDE_HOST, 4444, protocol), plane)


def test_an_address_block_for_nodes_is_found() -> None:
    """The fault that this is for: under Cilium no address block lets Prometheus reach a kubelet."""
    table = _table("dev")
    wrong = [
        replace(one, targets=[IpRanges("nodes", ("10.0.0.0/8",))]) if NODES in one.targets else one for one in table
    ]
    policies = network_policies(wrong, ("monitoring",))
    (prometheus,) = {
        place for line in table for place in line.sources if isinstance(place, Pods) and place.name == "prometheus"
    }
    tried = Attempt(_actors(prometheus)[0], NODE, 10250)

    assert allowed(policies, tried, DataPlane.PLAIN)
    assert not allowed(policies, tried, DataPlane.CILIUM)
    assert allowed(_policies("dev"), tried, DataPlane.CILIUM)


def test_nodes_without_ports_are_refused() -> None:
    """Such a rule would open every address on every port."""
    with pytest.raises(ValueError, match="names ports"):
        Connection([EVERY_POD], [NODES], (), "Everything.")
