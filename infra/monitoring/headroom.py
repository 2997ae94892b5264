"""Room on the nodes for new replicas: pods that do nothing, and give way at once to any pod that has work.

Without them a service that grows waits minutes for a node. When a placeholder has given way it waits for a node in its
stead, so the cluster grows behind the load and not in front of the users.
"""

from __future__ import annotations

from vitals.rendered import HeadroomEntry

from .charts import Image
from .component_group import Manifest
from .labels import labels
from .namespaces import service_account
from .pods import container_security, deployment

NAME = "headroom"
PRIORITY = -10
"""Below every pod that names no class (0), and not below -10: for pods under that, the cluster autoscaler adds no node.

Reference: its flag ``expendable-pods-priority-cutoff``, and Google's page on spare capacity.
"""


def headroom(size: HeadroomEntry, namespace: str, image: Image) -> list[Manifest]:
    """The placeholders and their priority.

    Args:
        size: How many there are, and what each of them holds.
        namespace: Where they run.
        image: A program that does nothing.
    """
    held = {"cpu": size.cpu, "memory": size.memory}
    container = {
        "name": NAME,
        "image": image.reference,
        "securityContext": container_security(),
        "resources": {"requests": held, "limits": {"memory": size.memory}},
    }
    placeholders = deployment(
        NAME,
        namespace,
        [container],
        component="headroom",
        version=image.version,
        replicas=size.pods,
        priority=NAME,
        grace_s=0,
    )
    return [_priority_class(), service_account(NAME, namespace), placeholders]


def _priority_class() -> Manifest:
    """Of our own, because GKE admits its critical ones only with a quota; it preempts nothing itself."""
    return {
        "apiVersion": "scheduling.k8s.io/v1",
        "kind": "PriorityClass",
        "metadata": {"name": NAME, "labels": labels(NAME, "priority")},
        "value": PRIORITY,
        "preemptionPolicy": "Never",
        "description": "Set by Vitals for pods that hold room for others.",
    }
