"""Judges priority classes as GKE admits pods: a critical class needs a quota for it in the pod's namespace.

Reference: https://kubernetes.io/docs/concepts/policy/resource-quotas/#limit-priority-class-consumption-by-default.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

CRITICAL = frozenset({"system-cluster-critical", "system-node-critical"})
"""Classes that every cluster has; GKE limits their use to namespaces with a quota that is scoped to them."""
SYSTEM = "kube-system"
"""Where GKE has such a quota itself."""
Manifest = Mapping[str, Any]


def refused(pods: Iterable[tuple[str, str, str]], objects: Iterable[Manifest]) -> Iterator[str]:
    """Sentences about pods that would not be admitted.

    Args:
        pods: Name of the workload, its namespace and its priority class; empty where it names none.
        objects: Everything else that is made: priority classes and quotas.
    """
    made = [*objects]
    classes = {one["metadata"]["name"] for one in made if one["kind"] == "PriorityClass"}
    quotas = {(one["metadata"]["namespace"], name) for one in made for name in _scoped(one)}
    for name, namespace, priority in pods:
        if not priority:
            yield f"{name} in {namespace} names no priority class: it goes first when a node is full"
        elif priority not in classes | CRITICAL:
            yield f"{name} in {namespace} names the priority class {priority}, which does not exist"
        elif priority in CRITICAL and namespace != SYSTEM and (namespace, priority) not in quotas:
            yield f"{name} in {namespace} asks for {priority} and no ResourceQuota there is scoped to it"


def _scoped(manifest: Manifest) -> Iterator[str]:
    """Priority classes to which a quota is scoped; a quota for none of their pods admits nothing."""
    if manifest["kind"] != "ResourceQuota" or str(manifest["spec"].get("hard", {}).get("pods", "1")) == "0":
        return
    for match in manifest["spec"].get("scopeSelector", {}).get("matchExpressions") or ():
        if match["scopeName"] == "PriorityClass" and match["operator"] == "In":
            yield from match["values"]
