"""The objects of the loop: the demo's Deployment and Service, the shipped ScaledObject, and who serves which metrics.

Nothing of the ScaledObject is replaced but the address of Prometheus, which is another one here.
"""

from __future__ import annotations

import copy
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vitals.errors import VitalsError
from vitals.rendered import Rendered, names

SCALED_KIND = ("keda.sh/v1alpha1", "ScaledObject")
PRE_STOP_S = 5
"""Seconds between a replica's leaving the endpoints and its SIGTERM: who routes to it has heard of it by then."""
_CPU_REQUEST = "200m"  # as infra gives the demo on a cluster
_IN = "default"


@dataclass(frozen=True, kw_only=True)
class Shipped:
    """What ships for one service.

    Attributes:
        service: Its name, which is that of its Deployment and of its ScaledObject.
        scaled_object: The ScaledObject, as rendered.
    """

    service: str
    scaled_object: Mapping[str, Any]

    @property
    def namespace(self) -> str:
        """Where it runs."""
        return str(self.scaled_object["metadata"]["namespace"])

    @property
    def lowest(self) -> int:
        """Replicas that always run."""
        return int(self.scaled_object["spec"]["minReplicaCount"])

    @property
    def threshold(self) -> float:
        """Requests per second for which one replica is kept."""
        return float(self._requests["metadata"]["threshold"])

    @property
    def query(self) -> str:
        """What KEDA asks Prometheus for the rate of requests."""
        return str(self._requests["metadata"]["query"])

    @property
    def forecast_query(self) -> str | None:
        """What KEDA asks Prometheus for the rate of requests that is to come; None where it asks nothing such."""
        named = (one for one in self.scaled_object["spec"]["triggers"] if one.get("name") == "requests-forecast")
        return next((str(one["metadata"]["query"]) for one in named), None)

    @property
    def _requests(self) -> Mapping[str, Any]:
        return next(one for one in self.scaled_object["spec"]["triggers"] if one.get("name") == "requests")

    def asking(self, prometheus_url: str) -> dict[str, Any]:
        """The ScaledObject, with the address of the Prometheus that is asked here and no other change."""
        changed = copy.deepcopy(dict(self.scaled_object))
        for trigger in changed["spec"]["triggers"]:
            if "serverAddress" in trigger["metadata"]:
                trigger["metadata"]["serverAddress"] = prometheus_url
        return changed


def shipped(rendered: Rendered, service: str) -> Shipped:
    """Read what an environment ships for a service that is scaled on its requests.

    Raises:
        VitalsError: It ships no scaler for it, or one that asks nothing about requests.
    """
    found = rendered.folder / names.SCALERS / f"{service}.yaml"
    if not found.is_file():
        raise VitalsError(
            f"{found} does not exist: the environment {rendered.name!r} scales no service {service!r}, so there is "
            "nothing to drill. Name an environment that has scalers with --environment."
        )
    one = Shipped(service=service, scaled_object=rendered.parsed(f"{names.SCALERS}/{service}.yaml"))
    if not any(trigger.get("name") == "requests" for trigger in one.scaled_object["spec"]["triggers"]):
        raise VitalsError(
            f"{found} has no trigger called 'requests', and requests are what the drill sends, so nothing would scale. "
            f"Scale {service} on Demand.REQUESTS in the catalogue, or drill another environment."
        )
    return one


def platform(one: Shipped, *, bound: str, data: Path) -> list[dict[str, Any]]:
    """Namespace, Deployment and Service of the demo.

    Args:
        one: What ships for it.
        bound: What a replica bears, as the demo's ``--bound`` takes it.
        data: Folder of the database and the queue that the replicas share.
    """
    labels = {"app.kubernetes.io/name": one.service}
    about = {"name": one.service, "namespace": one.namespace, "labels": labels}
    command = [
        sys.executable, "-m", "wellness.api", "--port", "$(PORT_HTTP)", "--metrics-port", "$(PORT_METRICS)",
        "--admin-port", "$(PORT_ADMIN)", "--sqlite", str(data / "wellness.sqlite"),
        "--worker-queue", str(data / "queue.sqlite"), "--revision", "drill", "--bound", bound,
    ]  # fmt: skip
    container = {
        "name": "api",
        "image": "none",  # the node agent runs the command as a process
        "command": command,
        "ports": [
            {"name": name, "containerPort": number}
            for name, number in (("http", 8000), ("metrics", 9000), ("admin", 9100))
        ],
        "readinessProbe": {"httpGet": {"path": "/healthz", "port": "http"}},
        "lifecycle": {"preStop": {"sleep": {"seconds": PRE_STOP_S}}},
        "resources": {"requests": {"cpu": _CPU_REQUEST, "memory": "256Mi"}},
    }
    return [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": one.namespace}},
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": about,
            "spec": {
                "replicas": one.lowest,
                "selector": {"matchLabels": labels},
                "template": {
                    "metadata": {"labels": labels},
                    "spec": {
                        "containers": [container],
                        "terminationGracePeriodSeconds": 30,
                        "automountServiceAccountToken": False,
                    },
                },
            },
        },
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": about,
            "spec": {"selector": labels, "ports": [{"name": "http", "port": 80, "targetPort": "http"}]},
        },
    ]


def served_by(group: str, name: str, port: int) -> list[dict[str, Any]]:
    """An API group that another server on this machine serves, by way of the API server.

    Args:
        group: ``<version>.<group>``, such as ``v1beta1.metrics.k8s.io``.
        name: What the server is called.
        port: Where it listens.
    """
    version, _, api_group = group.partition(".")
    return [
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": name, "namespace": _IN},
            "spec": {"type": "ExternalName", "externalName": "localhost", "ports": [{"port": port}]},
        },
        {
            "apiVersion": "apiregistration.k8s.io/v1",
            "kind": "APIService",
            "metadata": {"name": group},
            "spec": {
                "group": api_group,
                "version": version,
                "service": {"name": name, "namespace": _IN, "port": port},
                "insecureSkipTLSVerify": True,
                "groupPriorityMinimum": 100,
                "versionPriority": 100,
            },
        },
    ]
