"""What the machines of a stack come to in a month: nodes as far as the autoscaler goes, and disks.

How many nodes there are is said by the stack file, how big the disks of the servers are by what is rendered, prices by
the catalogue. Discounts, traffic and what GKE provisions of its own accord are not in it, and a machine that may be
taken away is priced like any other, so the upper end is an upper bound. On Autopilot nothing says how many nodes there
are: Google bills what pods ask for, which is not in it either.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from vitals.rendered import ClusterPrice, OperatorEntry, RenderedModel

HOURS = 730
"""Hours of a month, as Google bills it."""
ZONES = 3
"""Zones in which GKE places the nodes of a cluster whose location is a region."""
_ZONE = re.compile(r"-[a-z]$")
_MACHINE = re.compile(r"(?P<family>[a-z]\w*)-(?P<kind>standard|highmem|highcpu)-(?P<cpus>\d+)")
_GIB_PER_CPU = {"standard": 4, "highmem": 8, "highcpu": 1}
_GIB = {"Mi": 1 / 1024, "Gi": 1.0, "Ti": 1024.0}


@dataclass(frozen=True, slots=True)
class Pool:
    """Nodes of one kind.

    Attributes:
        machine: The machine type.
        fewest: Nodes that always run, in all zones.
        most: Nodes that run at most.
        node_usd: US dollars for one of them and month; ``None`` where its family has no price.
        disk_gib: Boot disk of one of them.
    """

    machine: str
    fewest: int
    most: int
    node_usd: float | None
    disk_gib: float


@dataclass(frozen=True, slots=True)
class MachineShape:
    """What a machine type is: its family, cores, and GiB of memory."""

    family: str
    cpus: int
    gib: float


def shape_of(machine: str) -> MachineShape | None:
    """The shape of a machine type such as ``e2-standard-4``; None where its name does not say it."""
    found = _MACHINE.fullmatch(machine)
    if found is None:
        return None
    cpus = int(found["cpus"])
    return MachineShape(found["family"], cpus, cpus * _GIB_PER_CPU[found["kind"]])


def zones_of(location: str) -> int:
    """In how many zones the nodes of a cluster are: a node pool of a region has so many times what it says."""
    return 1 if _ZONE.search(location) else ZONES


def machines_line(stack: Mapping[str, Any], model: RenderedModel) -> str:
    """Control plane, nodes and disks of a stack, on one line.

    Args:
        stack: The stack file, ``Pulumi.<stack>.yaml``.
        model: What is rendered of its environment.
    """
    google = (stack.get("config") or {}).get("vitals:google")
    if not google or "existingCluster" in google:
        return "a cluster that exists already"
    prices = model.cost.price.cluster
    pools = list(_pools(google["cluster"], prices))
    servers = sum(_disks(model.operator)) if model.operator else 0.0
    unpriced = [pool.machine for pool in pools if pool.node_usd is None]
    fewest, most = (
        HOURS * prices.control_plane_hour
        + sum(getattr(pool, end) * (pool.node_usd or 0) for pool in pools)
        + prices.disk_gib_month * (servers + sum(getattr(pool, end) * pool.disk_gib for pool in pools))
        for end in ("fewest", "most")
    )
    span = f"{fewest:,.0f}" if fewest == most else f"{fewest:,.0f} to {most:,.0f}"
    nodes = ", ".join(f"{pool.fewest} to {pool.most} {pool.machine}" for pool in pools) or "without what pods ask for"
    doubts = [f"no price for {', '.join(unpriced)}"] if unpriced else []
    if not prices.verified:
        doubts.append("prices not verified")
    doubt = f" ({'; '.join(doubts)})" if doubts else ""
    return f"{span} USD: {nodes}, {servers:,.0f} GiB for servers{doubt}"


def _pools(cluster: Mapping[str, Any], prices: ClusterPrice) -> Iterator[Pool]:
    zones = zones_of(cluster["location"])
    for pool in cluster.get("nodePools", {}).values():
        machine = pool["machineType"]
        shape = shape_of(machine)
        price = prices.machines.get(shape.family) if shape else None
        usd = HOURS * (shape.cpus * price.cpu_hour + shape.gib * price.gib_hour) if shape and price else None
        yield Pool(machine, zones * pool["fewest"], zones * pool["most"], usd, pool.get("diskGb", 100))


def _disks(operator: OperatorEntry) -> Iterator[float]:
    """GiB of the volumes of Prometheus and Alertmanager, all replicas together."""
    for server in operator.servers:
        amount, unit = server.disk[:-2], server.disk[-2:]
        yield server.replicas * float(amount) * _GIB[unit]
