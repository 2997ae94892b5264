"""Our Prometheus: an object of the operator, so that the real operator judges in tests exactly what ships.

It selects what carries our ``part-of`` label in its own namespace and nothing else. Each replica scrapes and evaluates
everything itself; Alertmanager removes the doubles, for replicas send equal alerts.
Reference: https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.Prometheus.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vitals.rendered import Rendered, ServerEntry

from .charts import Image
from .component_group import Manifest
from .labels import PART_OF, labels
from .namespaces import ALERTING
from .pods import disruption_budget, pod_security, service, spread
from .programs import PROMETHEUS
from .remote_write import FOLDER as SECRETS
from .secret_files import SecretFiles
from .storage import claim

NAME = "prometheus"
PORT = 9090
ALERTMANAGER_PORT = "metrics"
FULL = 0.8
"""Share of the disk that samples may fill: compaction needs room beside them."""
_DISK = re.compile(r"(\d+)([MG])i")
_MEBI = {"M": 1, "G": 1024}


@dataclass(frozen=True, slots=True)
class Leaving:
    """What leaves the cluster, and as whose.

    Attributes:
        cluster: What the cluster is called where several are one view; None where it is the only one.
        remote_write: The endpoints, as the object names them.
        files: The secret files with which it signs in there; None where it does not.
    """

    cluster: str | None = None
    remote_write: Sequence[Mapping[str, Any]] = ()
    files: SecretFiles | None = None


def prometheus(
    rendered: Rendered, size: ServerEntry, image: Image, leaving: Leaving, storage_class: str
) -> list[Manifest]:
    """Prometheus with its rights, its Service and its disruption budget.

    Args:
        rendered: The environment.
        size: What each replica is given.
        image: Of the program.
        leaving: What it sends elsewhere.
        storage_class: Of its volumes.
    """
    operator = rendered.operator
    return [
        *_rights(operator.namespace),
        service(NAME, operator.namespace, PROMETHEUS, {"metrics": PORT}),
        disruption_budget(NAME, operator.namespace, PROMETHEUS),
        _server(rendered, size, image, leaving, storage_class),
    ]


def _server(rendered: Rendered, size: ServerEntry, image: Image, leaving: Leaving, storage_class: str) -> Manifest:
    operator = rendered.operator
    external = {"environment": rendered.model.environment.name}
    return {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "Prometheus",
        "metadata": {
            "name": NAME,
            "namespace": operator.namespace,
            "labels": labels(NAME, "metrics", image.version),
        },
        "spec": {
            "image": image.reference,
            "version": f"v{image.version}",
            "replicas": size.replicas,
            "podMetadata": {"labels": {**PART_OF, "app.kubernetes.io/component": "metrics"}},
            "serviceAccountName": NAME,
            "priorityClassName": ALERTING,
            "securityContext": pod_security(),
            "resources": resources(size),
            "topologySpreadConstraints": spread(PROMETHEUS),
            "externalLabels": {**external, **({"cluster": leaving.cluster} if leaving.cluster else {})},
            "prometheusExternalLabelName": "",
            **_remote(leaving),
            "ruleSelector": {"matchLabels": PART_OF},
            "serviceMonitorSelector": {"matchLabels": PART_OF},
            # As on one machine (vitals/kit/scrape/local.py): every target is asked for names without dots.
            "nameEscapingScheme": "Underscores",
            "enableFeatures": ["exemplar-storage"],
            "exemplars": {"maxSize": 100_000},
            "retention": operator.retention,
            "retentionSize": retention_size(size),
            "walCompression": True,
            "storage": {"volumeClaimTemplate": claim(size.disk, "metrics", storage_class)},
            "alerting": {
                "alertmanagers": [{"namespace": operator.namespace, "name": "alertmanager", "port": ALERTMANAGER_PORT}]
            },
        },
    }


def _remote(leaving: Leaving) -> dict[str, Any]:
    """What is only there where samples leave; a receiver tells replicas apart by the operator's own label for them."""
    found: dict[str, Any] = {}
    if leaving.remote_write:
        found["remoteWrite"] = list(leaving.remote_write)
    if leaving.files:
        found["volumes"] = [leaving.files.volume]
        found["volumeMounts"] = [leaving.files.mount(SECRETS)]
    return found


def resources(size: ServerEntry) -> dict[str, Any]:
    """CPU is kept free and not limited: a limit would delay scrapes and alerts just when there is most to do."""
    return {"requests": {"cpu": size.cpu, "memory": size.memory}, "limits": {"memory": size.memory}}


def retention_size(size: ServerEntry) -> str:
    """How much samples may take of the disk, as Prometheus writes it."""
    match = _DISK.fullmatch(size.disk)
    if match is None:  # pragma: no cover - the catalogue admits nothing else
        raise ValueError(f"{size.disk!r} is not a size of a disk")
    return f"{int(int(match[1]) * _MEBI[match[2]] * FULL)}MiB"


def _rights(namespace: str) -> list[Manifest]:
    """It reads what exists, to find its targets, and the metrics of nodes; it changes nothing."""
    meta = {"name": NAME, "labels": labels(NAME, "identity")}
    cluster_meta = {"name": f"vitals-{NAME}", "labels": labels(NAME, "identity")}
    return [
        {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {**meta, "namespace": namespace}},
        {
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "ClusterRole",
            "metadata": cluster_meta,
            "rules": [
                {"apiGroups": [""], "resources": ["nodes/metrics"], "verbs": ["get"]},
                {
                    "apiGroups": [""],
                    "resources": ["services", "endpoints", "pods"],
                    "verbs": ["get", "list", "watch"],
                },
                {
                    "apiGroups": ["discovery.k8s.io"],
                    "resources": ["endpointslices"],
                    "verbs": ["get", "list", "watch"],
                },
            ],
        },
        {
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "ClusterRoleBinding",
            "metadata": cluster_meta,
            "roleRef": {
                "apiGroup": "rbac.authorization.k8s.io",
                "kind": "ClusterRole",
                "name": cluster_meta["name"],
            },
            "subjects": [{"kind": "ServiceAccount", "name": NAME, "namespace": namespace}],
        },
    ]
