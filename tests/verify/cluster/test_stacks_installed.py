"""Every object that the Pulumi program registers is judged by a cluster, each stack by an empty one of its own.

The real engine puts it there; nothing here says what the objects should be.
"""

from __future__ import annotations

import kubernetes_validate
import pytest
import yaml

from tests.verify.cluster.delivered import Delivered
from tests.verify.cluster.generated import OPERATOR_API, Generated, eventually, read_generated, reconciled
from tests.verify.cluster.test_objects_accepted import holds
from vitals.verify.cluster.api import ApiServer

pytestmark = pytest.mark.cluster

OLDEST = "1.33"
"""Oldest minor version that a GKE channel with standard support offers
(https://cloud.google.com/kubernetes-engine/docs/release-notes, available minor versions of Regular and Stable)."""
GROUPS_OF_OTHERS = {OPERATOR_API, "keda.sh/v1alpha1", "gateway.networking.k8s.io/v1"}


def test_every_object_is_taken_and_kept(delivered: Delivered) -> None:
    """As previewed, strictly, with nothing dropped; secrets are compared by their keys only."""
    planned, done = delivered.runs
    assert set(planned.changes.values()) == {"create"}
    assert planned.changes == done.changes

    for sent in delivered.served:
        stored = delivered.stored(sent)
        assert stored is not None
        if "stringData" in sent:
            assert set(stored["data"]) == set(sent["stringData"])
            sent = {key: value for key, value in sent.items() if key != "stringData"}  # noqa: PLW2901
        assert holds(stored, sent), sent["metadata"]["name"]


def test_admission_lets_every_pod_in(delivered: Delivered) -> None:
    """Pods of our Deployments and of the operator's StatefulSets exist under the Pod Security level of their namespace.

    They stay unplaced, for there is no node; a pod that admission refuses would not be there at all.
    """
    owners = {"Deployment": ("Deployment", ""), "Prometheus": ("StatefulSet", "prometheus-")}
    owners |= {"Alertmanager": ("StatefulSet", "alertmanager-")}
    awaited = {
        (kind, f"{prefix}{one['metadata']['name']}", one["metadata"]["namespace"]): one["spec"].get("replicas", 1)
        for owner, (kind, prefix) in owners.items()
        for one in delivered.objects
        if one["kind"] == owner
    }
    assert len(awaited) >= 2
    eventually(lambda: {key: created(delivered.api, *key) for key in awaited} == awaited)


def created(api: ApiServer, kind: str, name: str, namespace: str) -> int:
    """How many pods of a Deployment or StatefulSet exist."""
    found = api.get("apps/v1", kind, name, namespace) or {}
    return int(found.get("status", {}).get("replicas", 0))


@pytest.fixture(scope="module")
def generated(delivered: Delivered) -> Generated:
    """What the operator makes of the shipped Alertmanager, and of Prometheus where it is ours, once it is done."""
    names = {kind: name for kind in ("Prometheus", "Alertmanager") for name in delivered.of(kind)}
    files = len(delivered.of("PrometheusRule"))
    jobs = len(delivered.of("ServiceMonitor"))

    def complete() -> Generated | None:
        if not all(reconciled(delivered.api, kind, delivered.namespace, name) for kind, name in names.items()):
            return None
        found = read_generated(
            delivered.api, delivered.namespace, prometheus=names.get("Prometheus"), alertmanager=names["Alertmanager"]
        )
        return found if (len(found.jobs), len(found.rule_files)) == (jobs, files) else None

    return eventually(complete)


def test_the_shipped_prometheus_selects_every_monitor_and_rule(delivered: Delivered, generated: Generated) -> None:
    """Our own labels are enough: nothing that ships is passed over by the selectors that ship with it."""
    namespace = delivered.namespace
    monitors, rules = delivered.of("ServiceMonitor"), delivered.of("PrometheusRule")
    groups = {group["name"]: group for rule in rules.values() for group in rule["spec"]["groups"]}

    assert set(generated.jobs) == {f"serviceMonitor/{namespace}/{name}/0" for name in monitors}
    assert generated.groups == groups


def test_alerts_leave_for_the_shipped_alertmanager(delivered: Delivered, generated: Generated) -> None:
    """The evaluator sends to the Service that the program made, and Alertmanager has our routes and receivers."""
    if delivered.rendered.managed:
        (receiver,) = delivered.only("OperatorConfig")["rules"]["alerting"]["alertmanagers"]
        name, port = receiver["name"], receiver["port"]
    else:
        (sent_to,) = yaml.safe_load(generated.prometheus)["alerting"]["alertmanagers"]
        keeping = [rule for rule in sent_to["relabel_configs"] if rule.get("action") == "keep"]
        kept = {rule["source_labels"][0]: rule["regex"] for rule in keeping}
        name, port = kept["__meta_kubernetes_service_name"], kept["__meta_kubernetes_endpoint_port_name"]
    service = delivered.of("Service")[name]

    assert port in {one["name"] for one in service["spec"]["ports"]}
    assert yaml.safe_load(generated.alertmanager) == yaml.safe_load(delivered.rendered.alertmanager)


def test_core_objects_fit_the_oldest_kubernetes_of_gke(delivered: Delivered) -> None:
    """Every object of Kubernetes' own kinds, closed: a field that came later is an unknown one."""
    checked = set()
    for manifest in delivered.served:
        if manifest["apiVersion"] in GROUPS_OF_OTHERS:
            continue
        kubernetes_validate.validate(manifest, OLDEST, strict=True)
        checked.add(manifest["kind"])

    assert {"Namespace", "ConfigMap", "Service", "NetworkPolicy", "PodDisruptionBudget"} <= checked
