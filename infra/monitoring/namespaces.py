"""The namespaces, with what their pods may do, and who goes first when a node is full."""

from __future__ import annotations

from .component_group import Manifest
from .labels import labels

NODES = "vitals-nodes"
"""Where the node exporter runs: it needs the host, so nothing else shares its namespace."""
KEDA = "keda"

ALERTING = "vitals-alerting"
"""Without these no alert is sent: they stay when a node runs out of room.

It is a class of our own, and so is the next: GKE admits ``system-node-critical`` and ``system-cluster-critical`` only
in namespaces with a ResourceQuota that is scoped to them, and refuses every other pod that asks for one.
"""
LOOKING = "vitals"
"""What people look at, and what only feeds it."""
_PRIORITY = {ALERTING: 1_000_000, LOOKING: 100_000}


def namespace(name: str, level: str = "restricted") -> Manifest:
    """A namespace.

    Args:
        name: Its name.
        level: The Pod Security Standard that its pods are held to
            (https://kubernetes.io/docs/concepts/security/pod-security-standards/).
    """
    return {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {
            "name": name,
            "labels": {
                **labels(name, "namespace"),
                "pod-security.kubernetes.io/enforce": level,
                "pod-security.kubernetes.io/warn": level,
            },
        },
    }


def service_account(name: str, namespace: str) -> Manifest:
    """A service account; pods that talk to the API server ask for its token themselves."""
    return {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": {"name": name, "namespace": namespace, "labels": labels(name, "identity")},
        "automountServiceAccountToken": False,
    }


def priority_classes() -> list[Manifest]:
    """The two priorities, both above that of a pod that asks for none."""
    return [
        {
            "apiVersion": "scheduling.k8s.io/v1",
            "kind": "PriorityClass",
            "metadata": {"name": name, "labels": labels(name, "priority")},
            "value": value,
            "description": "Set by Vitals for its own pods.",
        }
        for name, value in _PRIORITY.items()
    ]
