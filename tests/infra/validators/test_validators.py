"""The validators find the faults that they are there for: each is shown one, and its fix."""

from __future__ import annotations

from typing import Any

import pytest

from tests.infra.validators import downloads, priorities
from tests.infra.validators.network import Actor, Attempt, DataPlane, allowed
from tests.infra.validators.rights import Account, Ask, may

NODE = Actor("node", "10.10.0.5", node=True)
SERVER = Actor("API server", "172.16.10.2")
HERE = Actor("prometheus", "10.12.0.9", "monitoring", {"app": "prometheus"})
THERE = Actor("api", "10.12.1.7", "wellness", {"app": "api"})
BOTH = tuple(DataPlane)


def _policy(egress: dict[str, Any], namespace: str = "monitoring") -> dict[str, Any]:
    return {
        "metadata": {"name": "one", "namespace": namespace},
        "spec": {"podSelector": {}, "policyTypes": ["Ingress", "Egress"], "ingress": [], "egress": [egress]},
    }


@pytest.mark.parametrize(
    ("rule", "target", "planes"),
    [
        ({"to": [{"ipBlock": {"cidr": "10.0.0.0/8"}}]}, NODE, (DataPlane.PLAIN,)),
        ({"to": [{"ipBlock": {"cidr": "10.0.0.0/8"}}]}, THERE, (DataPlane.PLAIN,)),
        ({"to": [{"ipBlock": {"cidr": "172.16.0.0/12"}}]}, SERVER, BOTH),
        ({"to": [{"ipBlock": {"cidr": "172.16.0.0/12", "except": ["172.16.10.0/28"]}}]}, SERVER, ()),
        ({"to": [{"namespaceSelector": {}}]}, NODE, ()),
        ({"to": [{"namespaceSelector": {}}]}, SERVER, ()),
        ({"to": [{"namespaceSelector": {}}]}, THERE, BOTH),
        ({"to": [{"podSelector": {}}]}, THERE, ()),
        ({"ports": [{"port": 10250}]}, NODE, BOTH),
        ({"ports": [{"port": 9100}]}, NODE, ()),
        ({"ports": [{"port": 10250, "protocol": "UDP"}]}, NODE, ()),
        ({}, NODE, BOTH),
    ],
)
def test_a_rule_means_what_each_data_plane_makes_of_it(
    rule: dict[str, Any], target: Actor, planes: tuple[DataPlane, ...]
) -> None:
    """Cilium's ipBlock matches neither pods nor nodes, and no selector matches a node anywhere."""
    assert tuple(one for one in DataPlane if allowed([_policy(rule)], Attempt(HERE, target, 10250), one)) == planes


def test_both_ends_must_agree_and_who_has_no_policy_is_open() -> None:
    """What the source may send can still be refused by the target."""
    open_to_all = _policy({})

    assert allowed([open_to_all], Attempt(HERE, THERE, 80), DataPlane.PLAIN)
    assert not allowed([open_to_all, _policy({}, "wellness")], Attempt(HERE, THERE, 80), DataPlane.PLAIN)
    assert allowed([], Attempt(THERE, HERE, 80), DataPlane.PLAIN)
    assert not allowed([open_to_all], Attempt(THERE, HERE, 80), DataPlane.PLAIN)


def test_a_role_grants_in_its_namespace_and_nowhere_else() -> None:
    """A sidecar that asks for all namespaces with a Role of one is refused for ever."""
    meta = {"name": "dashboards", "namespace": "monitoring"}
    objects = [
        {
            "kind": "Role",
            "metadata": meta,
            "rules": [{"apiGroups": [""], "resources": ["configmaps"], "verbs": ["list"]}],
        },
        {
            "kind": "RoleBinding",
            "metadata": meta,
            "roleRef": {"kind": "Role", "name": "dashboards"},
            "subjects": [{"kind": "ServiceAccount", "name": "grafana", "namespace": "monitoring"}],
        },
    ]
    grafana = Account("grafana", "monitoring")

    assert may(objects, grafana, Ask("list", "", "configmaps", "monitoring"))
    assert not may(objects, grafana, Ask("list", "", "configmaps"))
    assert not may(objects, grafana, Ask("list", "", "secrets", "monitoring"))
    assert not may(objects, grafana, Ask("watch", "", "configmaps", "monitoring"))
    assert not may(objects, Account("grafana", "elsewhere"), Ask("list", "", "configmaps", "monitoring"))


def test_a_critical_class_needs_its_quota() -> None:
    """With the quota it is admitted, and a class of ours needs none."""
    quota = {
        "kind": "ResourceQuota",
        "metadata": {"name": "critical", "namespace": "vitals-nodes"},
        "spec": {
            "hard": {"pods": "1000"},
            "scopeSelector": {
                "matchExpressions": [
                    {"scopeName": "PriorityClass", "operator": "In", "values": ["system-node-critical"]}
                ]
            },
        },
    }
    ours = {"kind": "PriorityClass", "metadata": {"name": "vitals"}}
    critical = [("node-exporter", "vitals-nodes", "system-node-critical")]

    assert [*priorities.refused(critical, [ours])]
    assert [*priorities.refused(critical, [quota])] == []
    assert [*priorities.refused([("node-exporter", "vitals-nodes", "vitals")], [ours])] == []
    assert [*priorities.refused([("node-exporter", "vitals-nodes", "vitals")], [])]
    assert [*priorities.refused([("grafana", "monitoring", "")], [ours])]


PINNED = {
    "preinstall": "some-datasource@1.4.0",
    "preinstall_async": True,
    "preinstall_auto_update": False,
    "disable_plugins": ",".join(downloads.FETCHED_BY_GRAFANA),
}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"preinstall": "some-datasource"}, "no version"),
        ({"preinstall": "some-datasource@latest"}, "no version"),
        ({"preinstall_sync": "some-datasource@1.4.0"}, "before Grafana starts"),
        ({"preinstall_async": False}, "before Grafana starts"),
        ({"preinstall_auto_update": True}, "the newest"),
        ({"disable_plugins": ""}, "grafana-lokiexplore-app"),
    ],
)
def test_plugins_are_pinned_and_never_waited_for(changed: dict[str, Any], said: str) -> None:
    """Each way in which a plugin can change or delay Grafana is found."""
    assert [*downloads.of_grafana(PINNED)] == []
    assert said in " ".join(downloads.of_grafana({**PINNED, **changed}))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"image": "docker.io/grafana/grafana:latest"}, "another one tomorrow"),
        ({"image": "docker.io/grafana/grafana"}, "another one tomorrow"),
        ({"env": [{"name": "GF_INSTALL_PLUGINS", "value": "clock"}]}, "waits for plugins"),
        ({"env": [{"name": "GF_PLUGINS_PREINSTALL_SYNC", "valueFrom": {"configMapKeyRef": {}}}]}, "waits for plugins"),
        ({"args": ["-c", "curl -o /data/dashboard.json https://dashboards.example/1"]}, "fetches something by curl"),
    ],
)
def test_containers_are_pinned_and_fetch_nothing(changed: dict[str, Any], said: str) -> None:
    """A tag that moves, a variable, or a command of a container."""
    container = {"name": "grafana", "image": "docker.io/grafana/grafana:13.2.0"}

    assert [*downloads.of_containers([container])] == []
    assert said in " ".join(downloads.of_containers([{**container, **changed}]))
