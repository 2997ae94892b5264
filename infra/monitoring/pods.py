"""What all our own pods have alike: no rights, spread over zones and nodes, and one that always stays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .component_group import Manifest
from .labels import JOB, labels, selector
from .namespaces import LOOKING

USER = 65534
"""The number of ``nobody``; no image of ours needs another."""


def pod_security() -> dict[str, Any]:
    """The pod's security context: the restricted Pod Security Standard, and volumes that the user may write."""
    return {
        "runAsNonRoot": True,
        "runAsUser": USER,
        "runAsGroup": USER,
        "fsGroup": USER,
        "fsGroupChangePolicy": "OnRootMismatch",
        "seccompProfile": {"type": "RuntimeDefault"},
    }


def container_security() -> dict[str, Any]:
    """The container's security context: it gains nothing and writes only to volumes."""
    return {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }


def spread(selector: Mapping[str, str]) -> list[dict[str, Any]]:
    """Replicas in different zones, and on different nodes, as far as there are any."""
    return [
        {
            "maxSkew": 1,
            "topologyKey": key,
            "whenUnsatisfiable": "ScheduleAnyway",
            "labelSelector": {"matchLabels": dict(selector)},
        }
        for key in ("topology.kubernetes.io/zone", "kubernetes.io/hostname")
    ]


def deployment(
    name: str,
    namespace: str,
    containers: Sequence[Mapping[str, Any]],
    *,
    component: str,
    account: str = "",
    job: str = "",
    version: str = "",
    replicas: int | None = None,
    volumes: Sequence[Mapping[str, Any]] = (),
    annotations: Mapping[str, str] | None = None,
    priority: str = LOOKING,
    grace_s: int | None = None,
) -> Manifest:
    """A Deployment of pods that need no API server.

    Args:
        name: Its name.
        namespace: Where it runs.
        containers: Of its pods, as Kubernetes writes them.
        component: What it is for.
        account: Its service account; of its own name where nothing is said.
        job: The scrape job that takes its metrics, where it is an exporter.
        version: Of the program.
        replicas: How many run; left to an autoscaler where nothing is said.
        volumes: Of its pods.
        annotations: Of its pods; a change of them starts new ones.
        priority: Priority class of its pods.
        grace_s: Seconds that a pod has to end in; those of Kubernetes where nothing is said.
    """
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": namespace, "labels": labels(name, component, version)},
        "spec": {
            **({} if replicas is None else {"replicas": replicas}),
            "selector": {"matchLabels": selector(name)},
            "template": pod_template(
                name,
                containers,
                component=component,
                account=account,
                job=job,
                version=version,
                volumes=volumes,
                annotations=annotations,
                priority=priority,
                grace_s=grace_s,
            ),
        },
    }


def pod_template(
    name: str,
    containers: Sequence[Mapping[str, Any]],
    *,
    component: str,
    account: str = "",
    job: str = "",
    version: str = "",
    volumes: Sequence[Mapping[str, Any]] = (),
    annotations: Mapping[str, str] | None = None,
    priority: str = LOOKING,
    grace_s: int | None = None,
) -> dict[str, Any]:
    """The pods of a Deployment or a StatefulSet; arguments are those of :func:`deployment`."""
    return {
        "metadata": {
            "labels": {**labels(name, component, version), **({JOB: job} if job else {})},
            **({"annotations": dict(annotations)} if annotations else {}),
        },
        "spec": {
            "serviceAccountName": account or name,
            "automountServiceAccountToken": False,
            "priorityClassName": priority,
            **({} if grace_s is None else {"terminationGracePeriodSeconds": grace_s}),
            "securityContext": pod_security(),
            "topologySpreadConstraints": spread(selector(name)),
            "containers": list(containers),
            "volumes": list(volumes),
        },
    }


def disruption_budget(name: str, namespace: str, selector: Mapping[str, str]) -> Manifest:
    """At most one replica is taken away on purpose at a time; one that does not work may always go."""
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": name, "namespace": namespace, "labels": labels(name, "availability")},
        "spec": {
            "maxUnavailable": 1,
            "unhealthyPodEvictionPolicy": "AlwaysAllow",
            "selector": {"matchLabels": dict(selector)},
        },
    }


def service(
    name: str, namespace: str, selector: Mapping[str, str], ports: Mapping[str, int], *, headless: bool = False
) -> Manifest:
    """A Service; the monitors find it by its name label and the port called ``metrics``.

    Pulumi does not wait for pods behind it: some are made by an operator later.

    Args:
        name: Its name and its name label.
        namespace: Of the pods behind it.
        selector: Their labels.
        ports: Ports by name.
        headless: Whether it only lists pods and has no address of its own.
    """
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {
            "name": name,
            "namespace": namespace,
            "labels": labels(name, "service"),
            "annotations": {"pulumi.com/skipAwait": "true"},
        },
        "spec": {
            **({"clusterIP": "None"} if headless else {}),
            "selector": dict(selector),
            "ports": [{"name": port, "port": number, "targetPort": number} for port, number in ports.items()],
        },
    }
