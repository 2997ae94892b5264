"""What other managers really leave in a cluster: shapes of objects as Helm, Flux, Argo CD and OLM apply them.

Names are ours; labels, annotations, flags and images are those of the charts and bundles that people install.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Manifest = dict[str, Any]

HELM = {
    "labels": {"app.kubernetes.io/managed-by": "Helm"},
    "annotations": {"meta.helm.sh/release-name": "kps", "meta.helm.sh/release-namespace": "observability"},
}
"""What Helm writes on everything of a release, and goes by when another one wants it."""
FLUX = {"labels": {"helm.toolkit.fluxcd.io/name": "kps", "helm.toolkit.fluxcd.io/namespace": "flux-system"}}
ARGO = {"annotations": {"argocd.argoproj.io/tracking-id": "platform-monitoring:apps/Deployment:observability/operator"}}
OLM = {"labels": {"olm.managed": "true", "operators.coreos.com/keda.openshift-keda": ""}}
KUBECTL: Mapping[str, Any] = {"managedFields": [{"manager": "kubectl-client-side-apply", "operation": "Update"}]}


def about(name: str, namespace: str | None, by: Mapping[str, Any]) -> Manifest:
    """The metadata of an object that a manager applied."""
    return {"name": name, **({"namespace": namespace} if namespace else {}), **by}


def workload(
    kind: str,
    name: str,
    *,
    image: str,
    namespace: str = "observability",
    labels: Mapping[str, str] | None = None,
    args: Sequence[str] = (),
    by: Mapping[str, Any] = HELM,
    more: Sequence[Mapping[str, Any]] = (),
    **container: Any,  # noqa: ANN401 - as Kubernetes writes it
) -> Manifest:
    """A Deployment, StatefulSet or DaemonSet of one pod template.

    Args:
        kind: Which of the three.
        name: Its name.
        image: Of its first container.
        namespace: Where it is.
        labels: Of its pods.
        args: Of its first container.
        by: What its manager wrote.
        more: Further containers.
        container: Further fields of the first container.
    """
    labels = dict(labels or {"app.kubernetes.io/name": name})
    containers = [{"name": "main", "image": image, "args": list(args), **container}, *more]
    template = {"metadata": {"labels": labels}, "spec": {"containers": containers}}
    return {
        "apiVersion": "apps/v1",
        "kind": kind,
        "metadata": about(name, namespace, by),
        "spec": {"selector": {"matchLabels": labels}, "template": template},
    }


def operator(*args: str, **changes: Any) -> Manifest:  # noqa: ANN401 - of workload()
    """The operator of kube-prometheus-stack, in a release of another name."""
    flags = ["--kubelet-service=kube-system/kps-kubelet", "--log-level=info", *args]
    image = "quay.io/prometheus-operator/prometheus-operator:v0.93.1"
    return workload("Deployment", "kps-operator", **{"image": image, "args": flags, **changes})


def node_exporter(**changes: Any) -> Manifest:  # noqa: ANN401 - of workload()
    """A node exporter; in its node's network a port of the container is one of the node."""
    ports = [{"name": "http-metrics", "containerPort": 9100, "hostPort": 9100}]
    labels = {"app.kubernetes.io/name": "prometheus-node-exporter", "app.kubernetes.io/instance": "kps"}
    usual = {"image": "quay.io/prometheus/node-exporter:v1.9.1", "labels": labels, "ports": ports}
    return workload("DaemonSet", "kps-prometheus-node-exporter", **{**usual, **changes})


def kube_state_metrics(*args: str, **changes: Any) -> Manifest:  # noqa: ANN401 - of workload()
    """kube-state-metrics as the stack's chart brings it."""
    labels = {"app.kubernetes.io/name": "kube-state-metrics", "app.kubernetes.io/instance": "kps"}
    image = "registry.k8s.io/kube-state-metrics/kube-state-metrics:v2.17.0"
    usual = {"image": image, "labels": labels, "args": ["--port=8080", *args]}
    return workload("Deployment", "kps-kube-state-metrics", **{**usual, **changes})


def sidecar(label: str, **variables: str) -> Manifest:
    """A sidecar of Grafana's chart that looks for ConfigMaps of a label."""
    env = [{"name": key, "value": value} for key, value in {"LABEL": label, **variables}.items()]
    return {"name": f"sidecar-{label.replace('_', '-')}", "image": "quay.io/kiwigrid/k8s-sidecar:1.30.10", "env": env}


SIDECARS = (sidecar("grafana_dashboard", LABEL_VALUE="1", NAMESPACE="ALL"), sidecar("grafana_datasource"))


def grafana(*sidecars: Manifest, **changes: Any) -> Manifest:  # noqa: ANN401 - of workload()
    """Grafana as its chart brings it."""
    labels = {"app.kubernetes.io/name": "grafana", "app.kubernetes.io/instance": "kps"}
    usual = {"image": "docker.io/grafana/grafana:12.1.0", "labels": labels, "more": sidecars or SIDECARS}
    return workload("Deployment", "kps-grafana", **{**usual, **changes})


def keda(**changes: Any) -> Manifest:  # noqa: ANN401 - of workload()
    """KEDA's operator as its chart brings it."""
    labels = {"app": "keda-operator", "app.kubernetes.io/name": "keda-operator"}
    args = ["--leader-elect", "--enable-prometheus-metrics=true", "--metrics-bind-address=:8080"]
    env = [{"name": "WATCH_NAMESPACE", "value": ""}]
    usual = {"image": "ghcr.io/kedacore/keda:2.17.2", "labels": labels, "args": args, "env": env, "namespace": "keda"}
    return workload("Deployment", "keda-operator", **{**usual, **changes})


def definition(
    name: str, fields: Mapping[str, Any] | None = None, *, by: Mapping[str, Any] = HELM, version: str = "v1"
) -> Manifest:
    """A definition; without fields it takes any.

    Args:
        name: ``<plural>.<group>``.
        fields: The properties of ``spec``.
        by: What its manager wrote.
        version: The version that it serves.
    """
    plural, _, group = name.partition(".")
    kinds = {"prometheuses": "Prometheus", "prometheusrules": "PrometheusRule", "servicemonitors": "ServiceMonitor"}
    kinds |= {"alertmanagers": "Alertmanager", "scaledobjects": "ScaledObject"}
    spec = {"x-kubernetes-preserve-unknown-fields": True} if fields is None else {"properties": fields}
    schema = {"openAPIV3Schema": {"type": "object", "properties": {"spec": {"type": "object", **spec}}}}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": about(name, None, by),
        "spec": {
            "group": group,
            "names": {"kind": kinds.get(plural, plural), "plural": plural},
            "versions": [{"name": version, "served": True, "schema": schema}],
        },
    }


DEFINITIONS = tuple(
    definition(f"{plural}.monitoring.coreos.com")
    for plural in ("alertmanagers", "prometheuses", "prometheusrules", "servicemonitors", "podmonitors", "probes")
)
OF_KEDA = tuple(
    definition(f"{plural}.keda.sh", by={}, version="v1alpha1") for plural in ("scaledobjects", "triggerauthentications")
)


def namespace(name: str, **labels: str) -> Manifest:
    """A namespace that a person made."""
    by = {"labels": {"kubernetes.io/metadata.name": name, **labels}, **KUBECTL}
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": about(name, None, by)}


def storage_class(name: str, provisioner: str, *, default: bool = False, policy: str = "Delete") -> Manifest:
    """A class of volumes of a cloud."""
    marked = {"annotations": {"storageclass.kubernetes.io/is-default-class": "true"}} if default else {}
    return {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": about(name, None, marked),
        "provisioner": provisioner,
        "reclaimPolicy": policy,
    }
