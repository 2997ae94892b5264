"""How much pods can request: of nodes as Kubernetes lists them, or as a stack file orders them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from vitals.verify.delivery.machines import shape_of, zones_of
from vitals.verify.review.panels import mapping

_LEFT = 0.85
"""The share that pods get: GKE itself and what runs on every node take some 15 % of nodes of this size."""
_QUANTITY = re.compile(r"(\d+(?:\.\d+)?)(m|k|M|G|T|Ki|Mi|Gi|Ti)?")
_FACTORS = {"m": 1e-3, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40}


def quantity(value: Any) -> float:  # noqa: ANN401 - any YAML value
    """A quantity of Kubernetes, such as ``250m`` or ``1Gi``, as a number; 0 for what is none."""
    found = _QUANTITY.fullmatch(str(value))
    return float(found[1]) * _FACTORS.get(found[2], 1.0) if found else 0.0


def capacity_of(content: Mapping[str, Any]) -> tuple[float, float] | None:
    """Cores and bytes of memory for pods.

    Args:
        content: A Node, or ``Pulumi.<environment>.yaml``, whose node pools are taken as large as they may be.

    Returns:
        None where it does not say.
    """
    if content.get("kind") == "Node":
        listed = mapping(mapping(content.get("status")).get("allocatable"))
        return (quantity(listed.get("cpu")), quantity(listed.get("memory"))) if listed else None
    cluster = mapping(mapping(mapping(content.get("config")).get("vitals:google")).get("cluster"))
    cores = memory = 0.0
    zones = zones_of(str(cluster.get("location")))
    for pool in mapping(cluster.get("nodePools")).values():
        shape = shape_of(str(mapping(pool).get("machineType")))
        most = mapping(pool).get("most")
        if shape is None or not isinstance(most, int):
            return None
        cores += zones * most * shape.cpus
        memory += zones * most * shape.gib * 2**30
    extra = mapping(cluster.get("autoProvisioning"))
    cores = max(cores, quantity(extra.get("mostCpu")))
    memory = max(memory, quantity(extra.get("mostMemoryGb")) * 1e9)
    return (cores * _LEFT, memory * _LEFT) if cores else None
