"""Where Google collects: what it must find is there under the right label, and may be reached by it alone."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import yaml

from infra.monitoring.back_end import OF_GOOGLE
from infra.monitoring.labels import JOB
from tests.infra.monitoring.installed import Installed

pytestmark = pytest.mark.engine

STACK = "kube-prometheus-stack"
BY_CHARTS: tuple[tuple[str, tuple[str, ...], int], ...] = (
    (STACK, ("prometheus-node-exporter", "podLabels"), 9100),
    (STACK, ("kube-state-metrics", "podLabels"), 8080),
    ("prometheus-stackdriver-exporter", ("customLabels",), 9255),
    ("keda", ("podLabels", "keda"), 8080),
)
"""Chart, the value that becomes labels of its exporter's pods, and the port there; read from the charts' templates."""
PORT_OF_THE_OPERATOR = "web"
"""How the operator names the port of an Alertmanager's pods that says nothing else."""
EVALUATOR = {"app.kubernetes.io/name": "rule-evaluator"}
COLLECTOR = {"app.kubernetes.io/name": "collector"}


def _exporters(installed: Installed) -> Iterator[tuple[Mapping[str, str], set[str | int]]]:
    """Labels and ports of the pods of every exporter that runs: those of charts, of the operator, and ours."""
    for chart, path, port in BY_CHARTS:
        labels: Any = installed.releases[chart]["values"]
        for key in path:
            labels = labels[key]
        yield labels, {port}
    server = installed.only("Alertmanager")["spec"]
    assert "portName" not in server
    yield server["podMetadata"]["labels"], {PORT_OF_THE_OPERATOR}
    for template in installed.pod_templates:
        ports = {port["name"] for container in template["spec"]["containers"] for port in container.get("ports", ())}
        yield template["metadata"]["labels"], ports


def test_every_monitoring_finds_the_pods_of_its_exporter(managed: Installed) -> None:
    """Exactly one kind of pod has the label and the port; what Google runs under the same name has not."""
    exporters = list(_exporters(managed))
    monitorings = managed.of("ClusterPodMonitoring")

    assert monitorings.keys() > managed.services
    for name, one in monitorings.items():
        (endpoint,) = one["spec"]["endpoints"]
        wanted = one["spec"]["selector"]["matchLabels"]
        assert [mapped["from"] for mapped in one["spec"]["targetLabels"]["fromPod"]] == list(wanted)
        if name in managed.services:
            assert wanted == {"app.kubernetes.io/name": name}
            continue
        assert wanted == {JOB: name}
        found = [ports for labels, ports in exporters if wanted.items() <= labels.items()]
        assert len(found) == 1, name
        assert endpoint["port"] in found[0], name


def test_collectors_reach_every_exporter(managed: Installed) -> None:
    """Each exporter lets Google's collectors in at its port; a shut door would look like an exporter that died."""
    ports = {"alertmanager": 9093, "kube-state-metrics": 8080, "stackdriver-exporter": 9255, "keda-operator": 8080}
    ports |= {"collector": 8888} | ({"redis-exporter": 9121} if managed.rendered.scrapes("redis") else {})
    assert ports
    for name, port in ports.items():
        assert _may_ask(managed, name, port, COLLECTOR) == set(OF_GOOGLE), name


def test_alerts_reach_our_alertmanager(managed: Installed) -> None:
    """The evaluator gets a Service and a port that exist, and gets in there and nowhere else."""
    (alertmanager,) = managed.only("OperatorConfig")["rules"]["alerting"]["alertmanagers"]
    service = managed.of("Service")[alertmanager["name"]]
    (port,) = [one for one in service["spec"]["ports"] if one["name"] == alertmanager["port"]]
    open_to_it = [name for name in managed.of("NetworkPolicy") if json.dumps(EVALUATOR) in _hears(managed, name)]

    assert service["metadata"]["namespace"] == alertmanager["namespace"]
    assert _may_ask(managed, "alertmanager", int(port["targetPort"]), EVALUATOR) == set(OF_GOOGLE)
    assert open_to_it == ["alertmanager"]


def test_google_gets_in_by_program_and_not_by_namespace(managed: Installed) -> None:
    """Of its namespaces only the named pods are let in."""
    of_google = []
    for name, policy in managed.of("NetworkPolicy").items():
        for rule in policy["spec"]["ingress"]:
            for peer in rule["from"]:
                place = peer.get("namespaceSelector", {}).get("matchLabels", {}).get("kubernetes.io/metadata.name")
                of_google += [(name, peer["podSelector"]["matchLabels"])] if place in OF_GOOGLE else []

    assert of_google
    assert [one for one in of_google if one[1] not in (COLLECTOR, EVALUATOR)] == []


def test_the_front_end_may_read_metrics_and_nothing_else(managed: Installed) -> None:
    """It answers where a Prometheus of ours would, asked by Grafana and KEDA, with one role and no secret."""
    (account,) = [one for one in managed.accounts if one.name == "query-frontend"]
    server = managed.of("Deployment")["query-frontend"]["spec"]["template"]
    policy = managed.of("NetworkPolicy")["query-frontend"]["spec"]
    service = managed.of("Service")["prometheus"]["spec"]
    google = managed.settings.google

    assert (account.roles, account.secrets) == (("roles/monitoring.viewer",), ())
    assert server["spec"]["serviceAccountName"] == account.name
    assert google
    assert f"--query.project-id={google.project}" in server["spec"]["containers"][0]["args"]
    assert service["selector"].items() <= server["metadata"]["labels"].items()
    assert {port["port"] for rule in policy["ingress"] for port in rule["ports"]} == {9090}
    assert {port["port"] for rule in policy["egress"] for port in rule["ports"]} == {443, 80, 988}


def test_google_keeps_its_own_configuration(managed: Installed) -> None:
    """Our fields are patched into the object that GKE made, by force where it set others; it outlives the stack."""
    applied = managed.only("OperatorConfig")
    rendered = yaml.safe_load((managed.rendered.folder / "operatorconfig.yaml").read_text())

    assert applied["metadata"].pop("annotations") == {"pulumi.com/patchForce": "true"}
    assert applied == rendered
    assert "kubernetes:monitoring.googleapis.com/v1:OperatorConfigPatch" in managed.state


def test_only_what_is_watched_runs(installed: Installed) -> None:
    """No node exporter and no list of kubelets for an environment that asks neither."""
    values = installed.releases[STACK]["values"]

    assert values["nodeExporter"]["enabled"] is installed.rendered.scrapes("node")
    assert values["prometheusOperator"]["kubeletService"]["enabled"] is installed.rendered.scrapes_kubelets


def test_nothing_on_autopilot_needs_the_host(managed: Installed) -> None:
    """Autopilot refuses a pod that does, and whatever would be written to a namespace of Google's."""
    google = managed.settings.google
    assert google
    if not google.autopilot:
        assert managed.rendered.scrapes("node")
        return
    text = json.dumps([*managed.objects, *managed.releases.values()])
    places = {one["metadata"].get("namespace") for one in managed.objects}

    assert not [
        word for word in ("hostPath", "hostNetwork", "hostPID", "hostPort", "privileged") if f'"{word}"' in text
    ]
    assert managed.releases[STACK]["values"]["nodeExporter"] == {"enabled": False, "forceDeployDashboards": False}
    assert places == {None, "monitoring", "keda", "wellness", "gmp-public"}


def _hears(installed: Installed, policy: str) -> str:
    return json.dumps(installed.of("NetworkPolicy")[policy]["spec"]["ingress"])


def _may_ask(installed: Installed, policy: str, port: int, pods: Mapping[str, str]) -> set[str]:
    """In which namespaces pods of a label may ask the pods of a policy at a port."""
    return {
        peer["namespaceSelector"]["matchLabels"]["kubernetes.io/metadata.name"]
        for rule in installed.of("NetworkPolicy")[policy]["spec"]["ingress"]
        for peer in rule["from"]
        if port in [one["port"] for one in rule["ports"]]
        and peer.get("podSelector", {}).get("matchLabels") == dict(pods)
    }
