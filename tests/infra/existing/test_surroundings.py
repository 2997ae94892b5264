"""Definitions, namespaces, volumes, ingress and single objects of others: each is used as declared or refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from infra.existing.owners import manager
from tests.infra.existing import made_by_others as others
from tests.infra.existing.comparing import compared, refused

CRDS = {"prometheusOperatorCrds": True}
OURS_BY_HELM = {
    "labels": {"app.kubernetes.io/managed-by": "Helm"},
    "annotations": {
        "meta.helm.sh/release-name": "prometheus-operator-crds",
        "meta.helm.sh/release-namespace": "monitoring",
    },
}


def test_definitions_of_others_are_refused_until_they_are_declared() -> None:
    """Helm would stop at them with half of the stack made; the message names their manager."""
    message = refused(*(others.definition(one["metadata"]["name"], by=others.FLUX) for one in others.DEFINITIONS))

    assert "managed by the Flux HelmRelease kps" in message
    assert "--path 'vitals:existing.prometheusOperatorCrds' true" in message


def test_definitions_that_a_destroyed_stack_left_are_adopted() -> None:
    """Helm keeps them on purpose, and a release of the same name takes them up again."""
    assert compared(others.definition("prometheuses.monitoring.coreos.com", by=OURS_BY_HELM)) == []


def test_half_of_the_definitions_is_refused() -> None:
    """Charts that only need monitors bring those alone: neither ours nor theirs could be installed as it is."""
    message = refused(others.definition("servicemonitors.monitoring.coreos.com", by=others.ARGO))

    assert "alertmanagers.monitoring.coreos.com, prometheuses.monitoring.coreos.com" in message
    assert "managed by the Argo CD application platform-monitoring" in message
    assert "Have their manager install all of them" in message
    declared = refused(others.definition("servicemonitors.monitoring.coreos.com"), existing=CRDS)
    assert "the cluster lacks alertmanagers.monitoring.coreos.com" in declared


def test_definitions_without_a_program_are_refused() -> None:
    """KEDA was uninstalled and its definitions stayed: ours could not be installed, and nothing would scale."""
    assert "no KEDA that would act on them" in refused(others.definition("scaledobjects.keda.sh"))


@pytest.mark.parametrize(
    ("old", "expected"),
    [
        (
            others.definition("prometheuses.monitoring.coreos.com", {"image": {}}),
            "does not know spec.alerting, spec.enableFeatures",
        ),
        (others.definition("prometheuses.monitoring.coreos.com", version="v1alpha1"), "serves monitoring.coreos.com/"),
    ],
    ids=["fields", "version"],
)
def test_definitions_that_are_too_old_are_refused(old: Mapping[str, Any], expected: str) -> None:
    """A field that they do not know would be refused when the operator is already there, or dropped in silence."""
    others_of_today = [one for one in others.DEFINITIONS if one["metadata"]["name"] != old["metadata"]["name"]]
    message = refused(old, *others_of_today, existing=CRDS)

    assert "The definition of Prometheus" in message or "the definition of Prometheus" in message
    assert expected in message
    assert "Have its manager upgrade it" in message


def test_external_metrics_have_one_answer() -> None:
    """Another adapter would be pushed aside, and what scales by it would stop."""
    service = {"apiVersion": "apiregistration.k8s.io/v1", "kind": "APIService"}
    adapter = {
        **service,
        "metadata": others.about("v1beta1.external.metrics.k8s.io", None, others.HELM),
        "spec": {"service": {"name": "datadog-cluster-agent-metrics-api", "namespace": "datadog"}},
    }

    assert "answered by the Service datadog/datadog-cluster-agent-metrics-api" in refused(adapter)


def test_a_lost_state_is_noticed() -> None:
    """The cluster holds the stack, and the state does not: each object would be made again, until one is refused."""
    ours = others.namespace("monitoring", **{"app.kubernetes.io/managed-by": "vitals"})

    message = refused(ours, in_state=False)

    assert "namespace monitoring" in message
    assert "knows none of them: it was lost" in message
    assert "pulumi stack import --stack kind --file" in message
    assert compared(ours) == []
    assert compared(in_state=False) == []


def test_a_namespace_of_others_is_declared() -> None:
    """Both in one run, in a list that grows; a declared one that is not there is a mistake."""
    there = [others.namespace("monitoring"), others.namespace("wellness")]
    message = refused(*there)

    assert "(managed by the field manager kubectl-client-side-apply)" in message
    assert "--path 'vitals:existing.namespaces[0]' monitoring" in message
    assert "--path 'vitals:existing.namespaces[1]' wellness" in message
    assert compared(*there, existing={"namespaces": ["monitoring", "wellness"]}) == []
    assert "has no such namespace" in refused(existing={"namespaces": ["shop"]})


def test_objects_of_others_are_not_run_into() -> None:
    """One in a shared namespace, and one of the whole cluster: the update would have stopped at either."""
    service = {"apiVersion": "v1", "kind": "Service", "metadata": others.about("prometheus", "monitoring", others.HELM)}
    priority = {
        "apiVersion": "scheduling.k8s.io/v1",
        "kind": "PriorityClass",
        "metadata": others.about("vitals", None, {}),
    }
    message = refused(others.namespace("monitoring"), service, priority, existing={"namespaces": ["monitoring"]})

    assert "Service monitoring/prometheus (managed by the Helm release kps in namespace observability)" in message
    assert "PriorityClass vitals (managed by an unknown manager)" in message


def test_a_release_of_the_same_name_is_not_run_into() -> None:
    """It is the name that people give it; where a part of ours is left to install, Helm would refuse the second one."""
    same = {"meta.helm.sh/release-name": "kube-prometheus-stack", "meta.helm.sh/release-namespace": "monitoring"}
    there = others.node_exporter(by={"annotations": same})
    node = {"namespace": "observability", "labels": {"app.kubernetes.io/name": "prometheus-node-exporter"}}

    assert "A Helm release called kube-prometheus-stack" in refused(there, existing={"nodeExporter": node})
    assert compared(others.node_exporter(), existing={"nodeExporter": node}) == []


def test_a_class_of_volumes_is_one_that_the_cluster_has() -> None:
    """On a cloud nothing makes the volumes of kind; a name that is not there is refused with those that are."""
    cloud = [
        others.storage_class("gp2", "kubernetes.io/aws-ebs"),
        others.storage_class("gp3", "ebs.csi.aws.com", default=True, policy="Retain"),
    ]
    assert "config set --stack kind vitals:storageClass gp3" in refused(*cloud, storage=False)
    message = refused(*cloud, storage=False, storageClass="fast")
    assert "vitals:storageClass is 'fast', which the cluster does not have" in message
    assert "gp2 (kubernetes.io/aws-ebs), gp3 (ebs.csi.aws.com)" in message
    assert compared(*cloud, storage=False, storageClass="gp3") == []
    (warning,) = compared(*cloud, storage=False, storageClass="gp2")
    assert "are deleted with their claims" in warning
    assert "its classes are: none" in refused(storage=False)


def _gateway(*listeners: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "Gateway",
        "metadata": others.about("shared", "gateways", others.HELM),
        "spec": {"listeners": list(listeners)},
    }


SHARED = {"gateway": {"namespace": "gateways", "name": "shared"}}
FROM_ALL = {"namespaces": {"from": "All"}}
LOCALHOST = {"name": "https", "hostname": "localhost", "allowedRoutes": FROM_ALL}


def _selected(label: str) -> dict[str, Any]:
    chosen = {"from": "Selector", "selector": {"matchLabels": {"kubernetes.io/metadata.name": label}}}
    return {"name": "https", "allowedRoutes": {"namespaces": chosen}}


@pytest.mark.parametrize(
    ("listeners", "taken"),
    [
        ([LOCALHOST], True),
        ([_selected("monitoring")], True),
        ([_selected("shop")], False),
        ([{"name": "https"}], False),
        ([{"name": "https", "allowedRoutes": {"namespaces": {"from": "None"}}}], False),
        ([{**LOCALHOST, "hostname": "*.wellness.example"}], False),
        ([{"name": "http"}, LOCALHOST], True),
    ],
    ids=["all", "by label", "by another label", "its own namespace", "none", "another host", "one of two"],
)
def test_a_route_is_attached_to_a_gateway_that_takes_it(listeners: list[dict[str, Any]], *, taken: bool) -> None:
    """A controller says so only afterwards, in the status of a route."""
    if taken:
        assert compared(_gateway(*listeners), grafanaIngress=SHARED) == []
    else:
        assert "No listener of the Gateway gateways/shared" in refused(_gateway(*listeners), grafanaIngress=SHARED)


def test_an_ingress_that_is_not_there_is_refused() -> None:
    """Neither a Gateway nor a class of Ingresses is made up."""
    assert "there is no such Gateway" in refused(grafanaIngress=SHARED)
    message = refused(grafanaIngress={"controller": {"className": "nginx"}})
    assert "'nginx', which the cluster does not have (there are: none)" in message
    nginx = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "IngressClass",
        "metadata": others.about("nginx", None, others.HELM),
    }
    assert compared(nginx, grafanaIngress={"controller": {"className": "nginx"}}) == []


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        (others.HELM, "the Helm release kps in namespace observability"),
        ({**others.HELM, **others.FLUX}, "the Flux HelmRelease kps"),
        (others.ARGO, "the Argo CD application platform-monitoring"),
        (others.OLM, "the Operator Lifecycle Manager for keda in openshift-keda"),
        ({"labels": {"app.kubernetes.io/managed-by": "cluster-version-operator"}}, "cluster-version-operator"),
        (others.KUBECTL, "the field manager kubectl-client-side-apply"),
        ({}, "an unknown manager"),
    ],
)
def test_a_manager_is_known_by_what_it_leaves(by: Mapping[str, Any], expected: str) -> None:
    """The one above is named: Flux undoes what is done to its Helm release."""
    assert manager({"metadata": others.about("x", None, by)}) == expected
