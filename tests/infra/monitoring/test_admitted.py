"""What is registered is let in by the cluster and may ask what its configuration makes it ask."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from infra.monitoring.namespaces import KEDA, NODES
from tests.infra.monitoring.installed import Installed
from tests.infra.validators import downloads, priorities
from tests.infra.validators.rights import Account, Ask, granted, may

pytestmark = pytest.mark.engine

STACK = "kube-prometheus-stack"
OF_VALUES: tuple[tuple[str, str, str, str], ...] = (
    (STACK, "prometheusOperator", "prometheus-operator", "monitoring"),
    (STACK, "grafana", "grafana", "monitoring"),
    (STACK, "kube-state-metrics", "kube-state-metrics", "monitoring"),
    (STACK, "prometheus-node-exporter", "node-exporter", NODES),
    ("prometheus-stackdriver-exporter", "", "stackdriver-exporter", "monitoring"),
    ("keda", "", "keda", KEDA),
)
"""Chart, the key of its values that makes pods (itself where empty), their name, and their namespace."""
SIDECAR = Account("grafana", "monitoring")
DISCOVERED = (("", "services"), ("", "endpoints"), ("", "pods"), ("discovery.k8s.io", "endpointslices"))
"""What service discovery of Prometheus lists and watches, by whichever of the two kinds of endpoints."""


def _pods(installed: Installed) -> Iterator[tuple[str, str, str]]:
    """Every workload with its namespace and its priority class, from objects and from values of charts."""
    for one in installed.objects:
        spec = one.get("spec", {})
        if one["kind"] in ("Prometheus", "Alertmanager"):
            yield one["kind"], one["metadata"]["namespace"], spec.get("priorityClassName", "")
        elif one["kind"] == "Deployment":
            pod = spec["template"]["spec"]
            yield one["metadata"]["name"], one["metadata"]["namespace"], pod.get("priorityClassName", "")
    for chart, key, name, namespace in OF_VALUES:
        if chart in installed.releases:
            values = installed.releases[chart]["values"]
            values = values[key] if key else values
            yield name, values.get("namespaceOverride", namespace), values.get("priorityClassName", "")


def test_every_pod_has_a_priority_that_is_admitted(installed: Installed) -> None:
    """A class that does not exist, or a critical one without its quota, keeps the whole release from coming up."""
    pods = [*_pods(installed)]

    assert len(pods) >= 6
    assert [*priorities.refused(pods, installed.objects)] == []


def _asked_by_sidecar(dashboards: Mapping[str, Any]) -> list[Ask]:
    """What Grafana's sidecar lists and watches: one or both kinds, in the namespaces that it searches."""
    kinds = {"configmap": ["configmaps"], "secret": ["secrets"], "both": ["configmaps", "secrets"]}
    places = ["" if one == "ALL" else one for one in str(dashboards.get("searchNamespace") or "monitoring").split(",")]
    return [
        Ask(verb, "", kind, place)
        for place in places
        for kind in kinds[str(dashboards["resource"])]
        for verb in ("get", "list", "watch")
    ]


def test_grafana_may_read_its_dashboards_and_no_secret(installed: Installed) -> None:
    """The sidecar is granted each request that its values make it send.

    A refused one shows no dashboard and no error.
    """
    values = installed.releases[STACK]["values"]["grafana"]
    dashboards = {one["metadata"]["namespace"] for one in installed.of("ConfigMap").values() if _is_dashboard(one)}
    binding = {
        "kind": "RoleBinding",
        "metadata": {"name": "grafana", "namespace": "monitoring"},
        "roleRef": {"kind": "Role", "name": values["rbac"]["useExistingRole"]},
        "subjects": [{"kind": "ServiceAccount", "name": "grafana", "namespace": "monitoring"}],
    }  # the chart binds the account to the role that its values name
    objects = [*installed.objects, binding]
    asked = _asked_by_sidecar(values["sidecar"]["dashboards"])

    assert values["rbac"]["namespaced"] is True
    assert dashboards == {ask.namespace for ask in asked}
    assert [str(ask) for ask in asked if not may(objects, SIDECAR, ask)] == []
    assert [rule["resources"] for rule in granted(objects, SIDECAR)] == [["configmaps"]]


def _is_dashboard(config_map: Mapping[str, Any]) -> bool:
    return "grafana_dashboard" in config_map["metadata"]["labels"]


def test_the_default_search_of_all_namespaces_is_found(prod: Installed) -> None:
    """The fault that this is for: the chart's default asks for every namespace, and a Role grants one."""
    dashboards = prod.releases[STACK]["values"]["grafana"]["sidecar"]["dashboards"]
    asked = _asked_by_sidecar({**dashboards, "searchNamespace": "ALL"})

    assert [ask for ask in asked if may(prod.objects, SIDECAR, ask)] == []


def test_prometheus_may_find_and_ask_its_targets(self_hosted: Installed) -> None:
    """It lists and watches what monitors select in every namespace, and gets the metrics of nodes."""
    account = Account("prometheus", "monitoring")
    monitors = self_hosted.of("ServiceMonitor").values()
    asked = [Ask(verb, *what) for what in DISCOVERED for verb in ("list", "watch")]
    asked += [Ask("get", "", "nodes/metrics")] if self_hosted.rendered.scrapes_kubelets else []

    assert all(one["spec"]["namespaceSelector"] == {"any": True} for one in monitors)
    assert [str(ask) for ask in asked if not may(self_hosted.objects, account, ask)] == []
    assert not may(self_hosted.objects, account, Ask("get", "", "secrets"))
    assert {verb for rule in granted(self_hosted.objects, account) for verb in rule["verbs"]} == {
        "get",
        "list",
        "watch",
    }


def test_nothing_is_fetched_that_is_not_pinned_or_waited_for(installed: Installed) -> None:
    """Grafana's plugins, and the images and commands of every pod of ours."""
    values = installed.releases[STACK]["values"]["grafana"]
    containers = [
        container
        for one in installed.of("Deployment").values()
        for field in ("initContainers", "containers")
        for container in one["spec"]["template"]["spec"].get(field) or ()
    ]
    containers += [{"name": one["kind"], "image": one["spec"]["image"]} for one in _servers(installed)]

    assert [*downloads.of_grafana(values["grafana.ini"]["plugins"])] == []
    assert not values["plugins"]
    assert not {"dashboards", "extraInitContainers"} & {key for key, value in values.items() if value}
    assert containers
    assert [*downloads.of_containers(containers)] == []


def _servers(installed: Installed) -> list[Mapping[str, Any]]:
    return [one for one in installed.objects if one["kind"] in ("Prometheus", "Alertmanager")]


def test_the_trace_source_has_its_plugin(installed: Installed) -> None:
    """Where a data source needs a plugin it is installed, and nowhere else."""
    values = installed.releases[STACK]["values"]["grafana"]
    sources = values["datasources"]["datasources.yaml"]["datasources"]
    bundled = {"prometheus", "alertmanager", "stackdriver"}
    wanted = {one["type"] for one in sources} - bundled
    preinstalled = [one for one in values["grafana.ini"]["plugins"]["preinstall"].split(",") if one]

    assert {one.partition("@")[0] for one in preinstalled} == wanted
    assert bool(wanted) == (installed.settings.google is not None)
