"""Every object that the Pulumi program registers is judged by a cluster, each stack by an empty one of its own.

The program runs on the real engine and hands its objects over; nothing here says what they should be.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import kubernetes_validate
import pytest
import yaml

from tests.cluster.generated import OPERATOR_API, Generated, eventually, read_generated, reconciled
from tests.cluster.running_cluster import RunningCluster
from tests.cluster.test_objects_accepted import holds
from tests.infra.monitoring.installed import Installed, install
from tests.infra.settings.stack_files import STACKS
from vitals.cluster.api import ApiServer
from vitals.tools import find

pytestmark = pytest.mark.cluster

NOT_TO_BE_HAD = {
    ("secrets-store.csi.x-k8s.io/v1", "SecretProviderClass"),
    ("networking.gke.io/v1", "HealthCheckPolicy"),
}
"""Kinds of Google's that no Go module carries a CRD of; nothing here judges them."""
OLDEST = "1.33"
"""Oldest minor version that a GKE channel with standard support offers
(https://cloud.google.com/kubernetes-engine/docs/release-notes, available minor versions of Regular and Stable)."""
GROUPS_OF_OTHERS = {OPERATOR_API, "keda.sh/v1alpha1", "gateway.networking.k8s.io/v1"}


@dataclass(frozen=True)
class Delivered:
    """A stack on its cluster.

    Attributes:
        installed: What the program registered.
        stored: What the API server made of each object, in the same order; None for kinds that it does not serve.
        api: The API server.
    """

    installed: Installed
    stored: tuple[dict[str, Any] | None, ...]
    api: ApiServer

    @property
    def namespace(self) -> str:
        """Where the stack is."""
        return self.installed.rendered.operator.namespace


@pytest.fixture(scope="module", params=STACKS)
def delivered(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Delivered]:
    """Each stack in turn, applied object by object in the order in which the engine registered them."""
    folder = tmp_path_factory.mktemp(request.param)
    cluster = RunningCluster(folder / "run", folder / "said.log")
    try:
        engine = folder / "engine"
        engine.mkdir()
        installed = install(request.param, engine, find("pulumi"))
        with ApiServer.of(cluster.wait().kubeconfig) as api:
            stored = tuple(api.apply(one) if served(one) else None for one in installed.objects)
            yield Delivered(installed, stored, api)
        assert cluster.stop() == 0, cluster.said()
    finally:
        cluster.kill()


def served(manifest: Mapping[str, Any]) -> bool:
    """Whether the API server should know an object's kind."""
    return (manifest["apiVersion"], manifest["kind"]) not in NOT_TO_BE_HAD


def test_every_object_is_taken_and_kept(delivered: Delivered) -> None:
    """In the order of registration, strictly, with nothing dropped; secrets are compared by their keys only."""
    for sent, stored in zip(delivered.installed.objects, delivered.stored, strict=True):
        if stored is None:
            continue
        if "stringData" in sent:
            assert set(stored["data"]) == set(sent["stringData"])
            sent = {key: value for key, value in sent.items() if key != "stringData"}  # noqa: PLW2901
        assert holds(stored, dict(sent)), sent["metadata"]["name"]


def test_admission_lets_every_pod_in(delivered: Delivered) -> None:
    """Pods of our Deployments and of the operator's StatefulSets exist under the Pod Security level of their namespace.

    They stay unplaced, for there is no node; a pod that admission refuses would not be there at all.
    """
    owners = {"Deployment": ("Deployment", ""), "Prometheus": ("StatefulSet", "prometheus-")}
    owners |= {"Alertmanager": ("StatefulSet", "alertmanager-")}
    awaited = {
        (kind, f"{prefix}{one['metadata']['name']}", one["metadata"]["namespace"]): one["spec"].get("replicas", 1)
        for owner, (kind, prefix) in owners.items()
        for one in delivered.installed.objects
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
    """What the operator makes of the shipped Prometheus and Alertmanager, once it is done with them."""
    names = {kind: delivered.installed.only(kind)["metadata"]["name"] for kind in ("Prometheus", "Alertmanager")}
    files = len(delivered.installed.of("PrometheusRule"))
    jobs = len(delivered.installed.of("ServiceMonitor"))

    def complete() -> Generated | None:
        if not all(reconciled(delivered.api, kind, delivered.namespace, name) for kind, name in names.items()):
            return None
        found = read_generated(
            delivered.api, delivered.namespace, prometheus=names["Prometheus"], alertmanager=names["Alertmanager"]
        )
        return found if (len(found.jobs), len(found.rule_files)) == (jobs, files) else None

    return eventually(complete)


def test_the_shipped_prometheus_selects_every_monitor_and_rule(delivered: Delivered, generated: Generated) -> None:
    """Our own labels are enough: nothing that ships is passed over by the selectors that ship with it."""
    namespace = delivered.namespace
    monitors, rules = delivered.installed.of("ServiceMonitor"), delivered.installed.of("PrometheusRule")
    groups = {group["name"]: group for rule in rules.values() for group in rule["spec"]["groups"]}

    assert set(generated.jobs) == {f"serviceMonitor/{namespace}/{name}/0" for name in monitors}
    assert generated.groups == groups


def test_alerts_leave_for_the_shipped_alertmanager(delivered: Delivered, generated: Generated) -> None:
    """Prometheus sends to the Service that the program made, and Alertmanager has our routes and receivers."""
    (sent_to,) = yaml.safe_load(generated.prometheus)["alerting"]["alertmanagers"]
    kept = {
        rule["source_labels"][0]: rule["regex"] for rule in sent_to["relabel_configs"] if rule.get("action") == "keep"
    }
    service = delivered.installed.of("Service")[kept["__meta_kubernetes_service_name"]]

    assert kept["__meta_kubernetes_endpoint_port_name"] in {port["name"] for port in service["spec"]["ports"]}
    assert yaml.safe_load(generated.alertmanager) == yaml.safe_load(delivered.installed.rendered.alertmanager)


def test_core_objects_fit_the_oldest_kubernetes_of_gke(delivered: Delivered) -> None:
    """Every object of Kubernetes' own kinds, closed: a field that came later is an unknown one."""
    checked = set()
    for manifest in delivered.installed.objects:
        if manifest["apiVersion"] in GROUPS_OF_OTHERS or not served(manifest):
            continue
        kubernetes_validate.validate(dict(manifest), OLDEST, strict=True)
        checked.add(manifest["kind"])

    assert {"Namespace", "ConfigMap", "Service", "NetworkPolicy", "PodDisruptionBudget"} <= checked
