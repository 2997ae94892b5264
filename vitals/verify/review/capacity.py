"""How much the nodes of a cluster can hold, from the stack file that orders them."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from vitals.verify.review.panels import mapping

_SHAPE = re.compile(r"[a-z]\d[a-z]?-(?P<family>standard|highmem|highcpu)-(?P<cpu>\d+)")
_GIB_OF_CORE = {"standard": 4.0, "highmem": 8.0, "highcpu": 1.0}
"""GiB of memory for each core: https://cloud.google.com/compute/docs/machine-resource"""
_LEFT = 0.85
"""The share that pods get: GKE itself and what runs on every node take some 15 % of nodes of this size."""


def node_capacity(stack: Path) -> tuple[float, float] | None:
    """Cores and bytes of memory for pods when every node pool is as large as it may be.

    Args:
        stack: ``Pulumi.<environment>.yaml``.

    Returns:
        None where there is no such file, or it does not say.
    """
    try:
        content = yaml.load(stack.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except (OSError, ValueError, yaml.YAMLError):
        return None
    cluster = mapping(mapping(mapping(mapping(content).get("config")).get("vitals:google")).get("cluster"))
    cores = memory = 0.0
    for pool in mapping(cluster.get("nodePools")).values():
        shape = _SHAPE.fullmatch(str(mapping(pool).get("machineType")))
        most = mapping(pool).get("most")
        if shape is None or not isinstance(most, int):
            return None
        cores += most * int(shape["cpu"])
        memory += most * int(shape["cpu"]) * _GIB_OF_CORE[shape["family"]] * 2**30
    extra = mapping(cluster.get("autoProvisioning"))
    cores, memory = (
        max(cores, float(extra.get("mostCpu") or 0)),
        max(memory, float(extra.get("mostMemoryGb") or 0) * 1e9),
    )
    return (cores * _LEFT, memory * _LEFT) if cores else None
