"""A cluster in which another manager installed everything first: a real API server holds it, the real engine meets it.

Objects lie there as Helm, and the operator's bundle, apply them. There is no node, so none of them runs; what they say
of themselves is all that the program may go by.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from infra.existing.inventory import OF_KEDA, OF_OPERATOR
from infra.monitoring import spoken_of
from infra.workloads import GRAFANA_ADMIN_FILE
from tests.infra.existing import made_by_others as others
from tests.infra.existing.comparing import charts
from tests.verify.cluster.delivered import Delivered, deliver, helm_owns
from tests.verify.cluster.generated import eventually, read_generated, reconciled
from vitals.verify.cluster.api import ApiServer

pytestmark = pytest.mark.cluster

NAMESPACES = ("observability", "keda", "monitoring", "wellness")
RUNNING = (
    others.operator(),
    others.node_exporter(),
    others.kube_state_metrics("--resources=" + ",".join(spoken_of(charts()))),
    others.grafana(),
    others.keda(),
)
EXISTING: dict[str, Any] = {
    "namespaces": ["monitoring", "wellness"],
    "prometheusOperator": {"namespace": "observability"},
    "nodeExporter": {"namespace": "observability", "labels": {"app.kubernetes.io/name": "prometheus-node-exporter"}},
    "kubeStateMetrics": {"namespace": "observability", "labels": {"app.kubernetes.io/name": "kube-state-metrics"}},
    "grafana": {"namespace": "observability", "labels": {"app.kubernetes.io/name": "grafana"}},
    "keda": {"namespace": "keda", "labels": {"app": "keda-operator"}},
}
REMOTE = {"mimir": {"url": "http://mimir.metrics.svc:8080/api/v1/push", "headers": {"X-Scope-OrgID": "wellness"}}}


def others_came_first(api: ApiServer) -> None:
    """Everything by releases of other names, a class of a cloud, and another team's objects in our namespaces."""
    for name in NAMESPACES:
        api.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}, manager="kubectl-create")
    for manifest in (*RUNNING, others.storage_class("gp3", "ebs.csi.aws.com", policy="Retain")):
        api.create(manifest, manager="helm")
    for name in OF_OPERATOR:
        helm_owns(api, "apiextensions.k8s.io/v1", "CustomResourceDefinition", name, "kps", "observability")
    for name in OF_KEDA:
        helm_owns(api, "apiextensions.k8s.io/v1", "CustomResourceDefinition", name, "their-keda", "keda")


@pytest.fixture(scope="module")
def beside_others(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Delivered]:
    """The stack on that cluster, with every part declared, a class of volumes, a name and a place for samples."""
    changes = {"existing": EXISTING, "storageClass": "gp3", "clusterLabel": "eu-1", "remoteWrite": REMOTE}
    folder, without = tmp_path_factory.mktemp("beside"), [GRAFANA_ADMIN_FILE]
    with deliver("kind", folder, others_came_first, without, **changes) as stack:
        yield stack


def test_a_stack_that_declares_too_little_is_refused_and_nothing_is_created(beside_others: Delivered) -> None:
    """Every undeclared part is in one message, with who manages it and what to write; no object came of it."""
    before = len(beside_others.api.listed("v1", "ConfigMap"))
    engine = beside_others.engine
    engine.edit({"vitals:existing": {"grafana": EXISTING["grafana"]}})

    with pytest.raises(Exception, match="The cluster has a Prometheus operator already") as raised:
        engine.preview()
    engine.edit({"vitals:existing": EXISTING})

    message = str(raised.value)
    for part in ("prometheusOperator", "nodeExporter", "kubeStateMetrics", "keda"):
        assert f"vitals:existing.{part}.namespace'" in message
    assert "the Helm release kps in namespace observability" in message
    assert "Nothing was created." in message
    assert len(beside_others.api.listed("v1", "ConfigMap")) == before


def test_only_what_is_ours_is_installed(beside_others: Delivered) -> None:
    """No chart, no namespace, no class of volumes; servers, rules, monitors, scalers and dashboards are there."""
    planned, done = beside_others.runs
    assert set(planned.changes.values()) == {"create"}
    assert planned.changes == done.changes

    assert not beside_others.cluster.releases
    kinds = {one["kind"] for one in beside_others.objects}
    assert {"Prometheus", "Alertmanager", "PrometheusRule", "ServiceMonitor", "ScaledObject", "ConfigMap"} <= kinds
    assert not kinds & {"Namespace", "StorageClass"}
    for sent in beside_others.served:
        assert beside_others.stored(sent) is not None, sent["metadata"]["name"]


def test_what_others_made_is_as_it_was(beside_others: Delivered) -> None:
    """No field of theirs has a manager of ours, and no policy of ours speaks of their pods."""
    for manifest in RUNNING:
        stored = beside_others.stored(manifest)
        assert stored
        managers = {one["manager"] for one in stored["metadata"]["managedFields"]}
        assert not [one for one in managers if one.startswith("pulumi")]
    policies = beside_others.of("NetworkPolicy")
    assert policies
    for name, policy in policies.items():
        assert policy["spec"]["podSelector"]["matchLabels"], name
        assert policy["metadata"]["namespace"] == "monitoring"


def test_the_operator_takes_our_servers(beside_others: Delivered) -> None:
    """It makes of the object a Prometheus that writes where the stack file says, under the name of the cluster."""
    api, namespace = beside_others.api, beside_others.namespace
    eventually(lambda: reconciled(api, "Prometheus", namespace, "prometheus"))
    made = eventually(lambda: read_generated(api, namespace, prometheus="prometheus", alertmanager="alertmanager"))

    assert "url: http://mimir.metrics.svc:8080/api/v1/push" in made.prometheus
    assert "X-Scope-OrgID: wellness" in made.prometheus
    assert "cluster: eu-1" in made.prometheus
    (claim,) = api.get("apps/v1", "StatefulSet", "prometheus-prometheus", namespace)["spec"]["volumeClaimTemplates"]  # type: ignore[index]
    assert claim["spec"]["storageClassName"] == "gp3"


def test_pods_of_the_operator_are_found_and_not_those_of_others(beside_others: Delivered) -> None:
    """Service and policy of each server select what the operator really makes of it, and need our own label for it."""
    api, namespace = beside_others.api, beside_others.namespace
    for name in ("prometheus", "alertmanager"):
        made = eventually(partial(api.get, "apps/v1", "StatefulSet", f"{name}-{name}", namespace))
        labels = made["spec"]["template"]["metadata"]["labels"]
        for kind, selector in (("Service", "selector"), ("NetworkPolicy", "podSelector")):
            spec = beside_others.of(kind)[name]["spec"][selector]
            wanted_labels = spec.get("matchLabels", spec)
            assert wanted_labels.items() <= labels.items()
            assert wanted_labels["app.kubernetes.io/part-of"] == "vitals"


def test_a_second_update_has_nothing_to_do(beside_others: Delivered) -> None:
    """What the stack made itself is not taken for that of others."""
    assert not beside_others.engine.up().changes
