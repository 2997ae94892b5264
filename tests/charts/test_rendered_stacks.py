"""What the charts make of every stack, on the oldest and the newest minor: it comes up and it can do its work."""

from __future__ import annotations

import configparser
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from infra.monitoring.connections import Neighbours, connections
from infra.monitoring.places import Pods
from tests.charts.rendering import ChartCluster, ChartWorkload, Manifest
from tests.infra.engine.marks import LEFT_BY_THE_SDK
from tests.infra.validators import downloads, priorities
from tests.infra.validators.rights import Account, Ask, granted, may

pytestmark = [pytest.mark.charts, *LEFT_BY_THE_SDK]

BY_THE_OPERATOR = {"prometheus": 9090, "alertmanager": 9093}
"""Pods that the operator makes of our objects, which no chart shows, and the port on which they answer."""
OF_GROUP = {
    "daemonsets": "apps",
    "deployments": "apps",
    "horizontalpodautoscalers": "autoscaling",
    "jobs": "batch",
    "replicasets": "apps",
    "statefulsets": "apps",
}
"""API groups of what kube-state-metrics lists; the core group for all else."""
OPERATED = ("prometheuses", "alertmanagers", "prometheusrules", "servicemonitors", "podmonitors", "scrapeconfigs")
MONITORING = "monitoring.coreos.com"


def _workload(cluster: ChartCluster, name: str) -> ChartWorkload:
    return next(one for one in cluster.workloads if one.name == name)


def _account(workload: ChartWorkload) -> Account:
    return Account(workload.template["spec"]["serviceAccountName"], workload.namespace)


def _refused(cluster: ChartCluster, account: Account, asked: list[Ask]) -> list[str]:
    assert asked
    return [str(ask) for ask in asked if not may(cluster.objects, account, ask)]


def _argument(workload: ChartWorkload, name: str) -> str:
    said = [str(word) for one in workload.containers for word in one.get("args") or ()]
    return next(word.partition("=")[2] for word in said if word.startswith(f"--{name}="))


def test_every_pod_is_admitted_with_its_priority(cluster: ChartCluster) -> None:
    """Critical classes need a quota in their namespace, and no pod of the stack is without a class."""
    pods = [(one.name, one.namespace, one.template["spec"].get("priorityClassName", "")) for one in cluster.workloads]

    assert len(pods) > 5
    assert [*priorities.refused(pods, cluster.objects)] == []


def test_nothing_is_fetched_that_is_not_pinned_or_waited_for(cluster: ChartCluster) -> None:
    """Images, commands and variables of every container, and Grafana's configuration as it reads it."""
    containers = [container for one in cluster.workloads for container in one.containers]
    (config,) = [
        one["data"]["grafana.ini"] for one in cluster.objects if one["kind"] == "ConfigMap" and _has(one, "grafana.ini")
    ]
    ini = configparser.RawConfigParser()
    ini.read_string(config)

    assert [*downloads.of_containers(containers)] == []
    assert [*downloads.of_grafana(dict(ini["plugins"]))] == []


def _has(config_map: Manifest, key: str) -> bool:
    return key in (config_map.get("data") or {})


def test_grafanas_sidecar_may_read_what_it_searches(cluster: ChartCluster) -> None:
    """Variables name kind and namespace, and its account may list and watch exactly those."""
    grafana = _workload(cluster, "grafana")
    (sidecar,) = [one for one in grafana.containers if "-sc-" in one["name"]]
    env = {one["name"]: one.get("value", "") for one in sidecar["env"]}
    kinds = {"configmap": ["configmaps"], "secret": ["secrets"], "both": ["configmaps", "secrets"]}[env["RESOURCE"]]
    places = ["" if one == "ALL" else one for one in env.get("NAMESPACE", grafana.namespace).split(",")]
    asked = [Ask(verb, "", kind, place) for verb in ("list", "watch") for kind in kinds for place in places]
    dashboards = [
        one
        for one in cluster.objects
        if one["kind"] == "ConfigMap" and one["metadata"].get("labels", {}).get(env["LABEL"]) == env["LABEL_VALUE"]
    ]

    assert dashboards
    assert {one["metadata"]["namespace"] for one in dashboards} <= set(places)
    assert _refused(cluster, _account(grafana), asked) == []
    assert {kind for rule in granted(cluster.objects, _account(grafana)) for kind in rule["resources"]} == {*kinds}


def test_kube_state_metrics_may_list_what_its_arguments_name(cluster: ChartCluster) -> None:
    """Each kind of its argument, in every namespace."""
    state = _workload(cluster, "kube-state-metrics")
    kinds = _argument(state, "resources").split(",")
    asked = [Ask(verb, OF_GROUP.get(kind, ""), kind) for kind in kinds for verb in ("list", "watch")]

    assert _refused(cluster, _account(state), asked) == []


def test_the_operator_may_make_servers_of_our_objects(cluster: ChartCluster) -> None:
    """It reads its own kinds, writes their state, and makes what each server needs."""
    operator = _workload(cluster, "kube-prometheus-stack-operator")
    asked = [Ask(verb, MONITORING, kind) for kind in OPERATED for verb in ("list", "watch")]
    asked += [Ask("update", MONITORING, f"{kind}/status") for kind in ("prometheuses", "alertmanagers")]
    asked += [Ask(verb, "apps", "statefulsets") for verb in ("list", "watch", "create", "update", "delete")]
    asked += [Ask(verb, "", kind) for kind in ("secrets", "configmaps") for verb in ("list", "create", "update")]
    asked += [Ask(verb, "", "services") for verb in ("get", "create", "update")]
    asked += [Ask("list", "", "namespaces"), Ask("watch", "", "namespaces")]
    if cluster.installed.rendered.scrapes_kubelets:
        assert _argument(operator, "kubelet-service") == "kube-system/kube-prometheus-stack-kubelet"
        asked += [Ask("list", "", "nodes"), Ask("create", "", "endpoints")]

    assert _refused(cluster, _account(operator), asked) == []


def test_keda_may_read_scalers_and_write_autoscalers(cluster: ChartCluster) -> None:
    """It watches its own kinds, keeps an HPA for each, and reads the scale of what it scales."""
    operator = _workload(cluster, "keda-operator")
    asked = [Ask(verb, "keda.sh", "scaledobjects") for verb in ("list", "watch")]
    asked += [Ask("update", "keda.sh", "scaledobjects/status")]
    asked += [Ask(verb, "autoscaling", "horizontalpodautoscalers") for verb in ("list", "watch", "create", "update")]
    asked += [Ask("get", "apps", "deployments/scale"), Ask("list", "apps", "deployments")]

    assert _refused(cluster, _account(operator), asked) == []


def test_only_the_operator_reads_secrets_of_every_namespace(cluster: ChartCluster) -> None:
    """It writes the configuration of servers into them; no other part has a reason to read those secrets."""
    reads = [Ask(verb, "", "secrets") for verb in ("get", "list", "watch")]
    reading = {
        one.name
        for one in cluster.workloads
        if "serviceAccountName" in one.template["spec"]
        if any(may(cluster.objects, _account(one), ask) for ask in reads)
    }

    assert reading == {"kube-prometheus-stack-operator"}


def _neighbours(cluster: ChartCluster) -> Neighbours:
    settings = cluster.installed.settings
    redis = settings.redis_address
    return Neighbours(
        587,
        int(redis.rpartition(":")[2]) if redis else None,
        settings.google is not None,
        settings.load_tests is not None,
    )


def test_every_program_of_the_table_is_what_the_charts_make(cluster: ChartCluster) -> None:
    """Pods with its labels run in its namespace and listen on its ports: else a policy matches no pod."""
    own = {one["metadata"]["name"] for one in cluster.installed.objects if one["kind"] == "Namespace"}
    table = connections(cluster.installed.rendered, _neighbours(cluster))
    programs = {place for line in table for place in (*line.sources, *line.targets) if isinstance(place, Pods)}
    checked = []
    for place in sorted((one for one in programs if one.labels and one.namespace in own), key=lambda one: one.name):
        if place.name in BY_THE_OPERATOR:
            continue
        found = [
            one
            for one in cluster.workloads
            if one.namespace == place.namespace and place.labels.items() <= one.labels.items()
        ]
        heard = {port for line in table if place in line.targets for port in line.ports}
        assert len(found) == 1, place.name
        assert heard <= set(found[0].ports), place.name
        assert not found[0].template["spec"].get("hostNetwork"), place.name
        checked.append(place.name)

    assert len(checked) >= 5


def test_the_node_exporter_is_where_prometheus_looks_for_it(cluster: ChartCluster) -> None:
    """In its node's network, on the port of the table; where no node is watched, nothing needs a node."""
    host = {one.name: one for one in cluster.workloads if one.template["spec"].get("hostNetwork")}

    assert set(host) == ({"node-exporter"} if cluster.installed.rendered.scrapes("node") else set())
    for one in host.values():
        assert one.namespace == "vitals-nodes"
        assert 9100 in one.ports


def _monitors(cluster: ChartCluster) -> Iterator[tuple[str, Mapping[str, Any]]]:
    made_later = {"kubelet", "kubelet-volumes"}  # the operator keeps the Service of the kubelets
    platform = {one.name for one in cluster.installed.rendered.model.jobs if one.name.startswith("wellness-")}
    left_out = made_later | (set() if cluster.installed.settings.demo else platform)
    for one in cluster.objects:
        if one["kind"] == "ServiceMonitor" and one["metadata"]["name"] not in left_out:
            yield one["metadata"]["name"], one["spec"]


def test_every_monitor_finds_one_service_and_its_port_on_real_pods(cluster: ChartCluster) -> None:
    """The Service has the label and the named port, and behind it is a pod that listens there."""
    monitors = dict(_monitors(cluster))
    services = [one for one in cluster.objects if one["kind"] == "Service"]

    assert bool(monitors) == (not cluster.installed.rendered.managed)
    for name, spec in monitors.items():
        wanted = spec["selector"]["matchLabels"]
        found = [
            (one, port)
            for one in services
            if wanted.items() <= one["metadata"]["labels"].items()
            for port in one["spec"]["ports"]
            if port.get("name") == spec["endpoints"][0]["port"]
        ]
        assert len(found) == 1, name
        assert _listens(cluster, *found[0]), name


def _listens(cluster: ChartCluster, service: Manifest, port: Mapping[str, Any]) -> bool:
    selector, target = service["spec"]["selector"], port.get("targetPort", port["port"])
    target = target if isinstance(target, str) else int(target)
    operated = BY_THE_OPERATOR.get(selector.get("app.kubernetes.io/name", ""))
    return target == operated or any(
        target in one.ports
        for one in cluster.workloads
        if one.namespace == service["metadata"]["namespace"] and selector.items() <= one.labels.items()
    )
