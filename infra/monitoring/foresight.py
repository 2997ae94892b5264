"""The foresight service: anomalies and forecasts of what the environment watches, in as many shards as a stack says.

A StatefulSet, because a shard keeps the past of its series on a volume of its own and must never run twice: a number
that two pods export is neither's. It asks one Prometheus and nothing else, so it has no right at all in the cluster.
"""

from __future__ import annotations

from typing import Any

from ..settings import Foresight
from .component_group import Manifest
from .labels import labels, selector
from .namespaces import service_account
from .pods import container_security, disruption_budget, pod_template, service
from .programs import FORECASTS
from .storage import claim

NAME = "foresight"
STATE = "/state"
_DISK = "1Gi"
"""Five weeks of minutes are 2 MB a series: room for five hundred."""
_INDEX = "apps.kubernetes.io/pod-index"
"""The number of a pod of a StatefulSet, as Kubernetes labels it since 1.28."""


def foresight(
    namespace: str, environment: str, prometheus: str, wanted: Foresight, storage_class: str
) -> list[Manifest]:
    """The service with its account, its Service and its disruption budget.

    Args:
        namespace: Where it runs.
        environment: Whose ``model.json`` says what is watched.
        prometheus: Base URL of what answers queries.
        wanted: With which image, and in how many shards.
        storage_class: Of its volumes.
    """
    template = pod_template(NAME, [_container(environment, prometheus, wanted)], component="metrics", job=NAME)
    return [
        service_account(NAME, namespace),
        service(NAME, namespace, selector(NAME), {"metrics": FORECASTS}, headless=True),
        disruption_budget(NAME, namespace, selector(NAME)),
        {
            "apiVersion": "apps/v1",
            "kind": "StatefulSet",
            "metadata": {"name": NAME, "namespace": namespace, "labels": labels(NAME, "metrics")},
            "spec": {
                "replicas": wanted.shards,
                "serviceName": NAME,
                "podManagementPolicy": "Parallel",  # shards know nothing of each other
                "selector": {"matchLabels": selector(NAME)},
                "template": template,
                "volumeClaimTemplates": [_claim(storage_class)],
            },
        },
    ]


def _claim(storage_class: str) -> dict[str, Any]:
    made = claim(_DISK, NAME, storage_class)
    return {"metadata": {"name": "state", **made["metadata"]}, "spec": made["spec"]}


def _container(environment: str, prometheus: str, wanted: Foresight) -> dict[str, Any]:
    return {
        "name": NAME,
        "image": wanted.image,
        "args": [
            *("foresight", "serve", "--env", environment, "--prometheus", prometheus, "--state", STATE),
            *("--host", "0.0.0.0", "--port", str(FORECASTS)),  # noqa: S104 - a pod of its own, behind a network policy
            f"--shard=$(SHARD)/{wanted.shards}",
        ],
        "env": [{"name": "SHARD", "valueFrom": {"fieldRef": {"fieldPath": f"metadata.labels['{_INDEX}']"}}}],
        "ports": [{"name": "metrics", "containerPort": FORECASTS}],
        "securityContext": container_security(),
        "resources": {"requests": {"cpu": "250m", "memory": "256Mi"}, "limits": {"memory": "512Mi"}},
        "readinessProbe": {"httpGet": {"path": "/-/ready", "port": FORECASTS}},
        "livenessProbe": {"httpGet": {"path": "/-/healthy", "port": FORECASTS}, "initialDelaySeconds": 30},
        "volumeMounts": [{"name": "state", "mountPath": STATE}],
    }
