"""What a stack makes beside the parts of others: by their labels, in their namespaces, and nothing that shuts them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
import yaml

from infra.monitoring.places import PRIVATE
from infra.monitoring.shared_ingress import people_come_from
from infra.settings import GrafanaIngress
from tests.infra.existing.comparing import settings_of, wanted
from tests.infra.validators.network import Actor, Attempt, DataPlane, allowed

GRAFANA: dict[str, Any] = {"namespace": "observability", "labels": {"app.kubernetes.io/name": "grafana"}}
NODE = {"namespace": "observability", "labels": {"app": "their-node-exporter"}, "port": 9796}
KEDA: dict[str, Any] = {"namespace": "scaling", "labels": {"app": "keda-operator"}}
SHARED = {"namespaces": ["monitoring", "wellness"]}
PROMETHEUS = {"app.kubernetes.io/name": "prometheus", "app.kubernetes.io/part-of": "vitals"}
MIMIR = {"url": "https://mimir.example.com:8443/api/v1/push", "headers": {"X-Scope-OrgID": "wellness"}}


def _made(**changes: object) -> dict[tuple[str, str, str], Mapping[str, Any]]:
    """Objects by kind, namespace and name."""
    objects = wanted(settings_of(**changes)).objects
    return {(one["kind"], one["metadata"].get("namespace", ""), one["metadata"]["name"]): one for one in objects}


def _policies(**changes: object) -> list[Mapping[str, Any]]:
    return [one for (kind, _, _), one in _made(**changes).items() if kind == "NetworkPolicy"]


def _pod(namespace: str, labels: Mapping[str, str]) -> Actor:
    return Actor("a pod", "10.12.0.7", namespace, labels)


@pytest.mark.parametrize("plane", DataPlane)
def test_parts_of_others_get_through(plane: DataPlane) -> None:
    """Their Grafana and their KEDA reach our servers from where they are, and ours reaches their node exporter."""
    policies = _policies(existing={"grafana": GRAFANA, "nodeExporter": NODE, "keda": KEDA})
    prometheus = _pod("monitoring", PROMETHEUS)
    grafana, keda = (_pod(one["namespace"], one["labels"]) for one in (GRAFANA, KEDA))
    node = Actor("a node", "10.10.0.5", node=True)

    needed = [Attempt(grafana, prometheus, 9090), Attempt(keda, prometheus, 9090), Attempt(prometheus, node, 9796)]
    assert [str(one) for one in needed if not allowed(policies, one, plane)] == []
    shop = _pod("observability", {"app": "shop"})
    assert not allowed(policies, Attempt(shop, prometheus, 9090), plane)


@pytest.mark.parametrize("plane", DataPlane)
def test_a_shared_namespace_is_not_shut(plane: DataPlane) -> None:
    """What others run there is reached as before; our own programs are as closed as ever, and still ask for names."""
    policies = _policies(existing=SHARED)
    another = _pod("shop", {"app": "shop"})
    theirs = _pod(
        "monitoring", {"app.kubernetes.io/name": "prometheus", "app.kubernetes.io/part-of": "kube-prometheus"}
    )
    dns = _pod("kube-system", {"k8s-app": "kube-dns"})

    assert allowed(policies, Attempt(another, theirs, 9090), plane)
    assert allowed(policies, Attempt(another, _pod("wellness", {"app": "gateway"}), 8080), plane)
    ours = _pod("monitoring", PROMETHEUS)
    assert not allowed(policies, Attempt(another, ours, 9090), plane)
    assert allowed(policies, Attempt(ours, dns, 53, "UDP"), plane)


def test_their_exporters_are_found_where_they_are() -> None:
    """The Service by which a monitor finds them lists pods in their namespace, by their labels and port."""
    service = _made(existing={"nodeExporter": NODE})["Service", "observability", "scrape-node"]

    assert service["spec"]["selector"] == NODE["labels"]
    assert service["spec"]["ports"] == [{"name": "metrics", "port": 9796, "targetPort": 9796}]
    assert service["metadata"]["labels"]["app.kubernetes.io/name"] == "node"


def test_dashboards_go_to_their_grafana() -> None:
    """Each with the label that its sidecar looks for, reading a data source whose uid is ours alone."""
    labelled = {**GRAFANA, "dashboardLabel": "dash", "dashboardValue": "yes"}
    made = _made(existing={"grafana": labelled})
    found = {name: one for (kind, place, name), one in made.items() if (kind, place) == ("ConfigMap", "observability")}
    sources = yaml.safe_load(found.pop("vitals-data-sources")["data"]["vitals-data-sources.yaml"])

    assert len(found) > 5
    uids = {one["uid"] for one in sources["datasources"]}
    assert uids == {"vitals-prometheus", "vitals-alertmanager"}
    for one in found.values():
        assert one["metadata"]["labels"]["dash"] == "yes"
        (text,) = one["data"].values()
        variables = json.loads(text)["templating"]["list"]
        assert {one["current"]["value"] for one in variables if one["type"] == "datasource"} == {"vitals-prometheus"}
    assert ("Role", "monitoring", "grafana-dashboards") not in made


@pytest.mark.parametrize("plane", DataPlane)
def test_samples_leave_as_whose_they_are(plane: DataPlane) -> None:
    """With the name of the cluster, to the endpoint, signed in by a file; and no policy is in the way."""
    endpoint = {**MIMIR, "tokenFile": "mimir-token", "only": "service_slo.*"}
    changes: dict[str, Any] = {"clusterLabel": "eu-1", "remoteWrite": {"mimir": endpoint}}
    secrets = {**{key: one.get_secret_value() for key, one in settings_of().secrets.items()}, "mimir-token": "x"}
    made = _made(**changes, secrets=secrets)
    spec = made["Prometheus", "monitoring", "prometheus"]["spec"]

    assert spec["externalLabels"] == {"environment": "kind", "cluster": "eu-1"}
    (written,) = spec["remoteWrite"]
    assert written["url"] == MIMIR["url"]
    assert written["headers"] == MIMIR["headers"]
    assert written["writeRelabelConfigs"] == [
        {"action": "keep", "sourceLabels": ["__name__"], "regex": "service_slo.*"}
    ]
    folder, _, file = written["authorization"]["credentialsFile"].rpartition("/")
    (mount,) = spec["volumeMounts"]
    assert (mount["mountPath"], mount["readOnly"], file) == (folder, True, "mimir-token")
    assert ("Secret", "monitoring", "prometheus-files") in made
    policies = [one for (kind, _, _), one in made.items() if kind == "NetworkPolicy"]
    outside = Actor("Mimir", "203.0.113.7")
    assert allowed(policies, Attempt(_pod("monitoring", PROMETHEUS), outside, 8443), plane)
    assert not allowed(_policies(), Attempt(_pod("monitoring", PROMETHEUS), Actor("Mimir", "203.0.113.7"), 8444), plane)


def test_a_password_is_a_key_of_the_secret() -> None:
    """The operator reads user and password from one Secret."""
    signing_in = {**MIMIR, "basicAuth": {"user": "eu", "passwordFile": "mimir-password"}}
    secrets = {**{key: one.get_secret_value() for key, one in settings_of().secrets.items()}, "mimir-password": "x"}
    made = _made(clusterLabel="eu-1", remoteWrite={"mimir": signing_in}, secrets=secrets)
    (written,) = made["Prometheus", "monitoring", "prometheus"]["spec"]["remoteWrite"]

    assert {one["name"] for one in written["basicAuth"].values()} == {"prometheus-files"}
    keys = {one["key"] for one in written["basicAuth"].values()}
    assert keys == set(made["Secret", "monitoring", "prometheus-files"]["stringData"])


def test_every_volume_is_of_the_class_that_is_named() -> None:
    """None of ours is made beside it."""
    made = _made(storageClass="gp3")
    claims = [
        made[kind, "monitoring", kind.lower()]["spec"]["storage"]["volumeClaimTemplate"]["spec"]["storageClassName"]
        for kind in ("Prometheus", "Alertmanager")
    ]

    assert claims == ["gp3", "gp3"]
    (claim,) = made["StatefulSet", "monitoring", "foresight"]["spec"]["volumeClaimTemplates"]
    assert claim["spec"]["storageClassName"] == "gp3"
    assert "StorageClass" not in {kind for kind, _, _ in made}


def test_an_ingress_leads_to_grafana() -> None:
    """An Ingress of the class that is there, or a route of the Gateway that is there, and its pods may come in."""
    ingress = {
        "className": "nginx",
        "certificate": "grafana-tls",
        "annotations": {"cert-manager.io/cluster-issuer": "x"},
    }
    made = _made(grafanaIngress={"controller": ingress, "podsIn": "ingress-nginx"})
    spec = made["Ingress", "monitoring", "grafana"]["spec"]
    assert spec["ingressClassName"] == "nginx"
    assert spec["tls"] == [{"hosts": ["localhost"], "secretName": "grafana-tls"}]
    policies = [one for (kind, _, _), one in made.items() if kind == "NetworkPolicy"]
    grafana = _pod("monitoring", {"app.kubernetes.io/name": "grafana"})
    assert allowed(policies, Attempt(_pod("ingress-nginx", {"app": "x"}), grafana, 3000), DataPlane.PLAIN)
    assert not allowed(policies, Attempt(_pod("shop", {"app": "x"}), grafana, 3000), DataPlane.PLAIN)

    gateway = {"namespace": "gateways", "name": "shared", "listener": "https"}
    route = _made(grafanaIngress={"gateway": gateway})["HTTPRoute", "monitoring", "grafana"]["spec"]
    (parent,) = route["parentRefs"]
    assert (parent["namespace"], parent["name"], parent["sectionName"]) == ("gateways", "shared", "https")
    assert people_come_from(GrafanaIngress.model_validate({"gateway": gateway})) == PRIVATE
