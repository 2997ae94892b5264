"""The whole comparison of a stack with a cluster, every problem at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vitals.errors import VitalsError
from vitals.verify.cluster.api import ApiServer

from .definitions import problems_of_definitions
from .fitness import problems_of_fitness, warnings
from .inventory import Address, Inventory, take_inventory
from .parts import problems_of_parts
from .surroundings import problems_of_surroundings
from .wanted import WantedStack


def compare_with_cluster(wanted: WantedStack, server: ApiServer) -> list[str]:
    """Refuse a stack that does not fit into the cluster as it is.

    Args:
        wanted: The stack.
        server: The cluster's API server.

    Returns:
        What works and may surprise, a sentence each.

    Raises:
        VitalsError: Naming each problem, who manages what is in the way, and the commands that settle it; or the
            cluster does not answer, or may not be looked at.
    """
    found = take_inventory(server, wanted.settings, {address(one) for one in wanted.objects})
    problems = problems_of(wanted, found)
    if problems:
        raise VitalsError("\n".join([*problems, "Nothing was created."]))
    return list(warnings(wanted, found))


def problems_of(wanted: WantedStack, found: Inventory) -> list[str]:
    """Every problem, a paragraph each."""
    return [
        *problems_of_parts(wanted, found),
        *problems_of_definitions(wanted, found),
        *problems_of_fitness(wanted, found),
        *problems_of_surroundings(wanted, found),
    ]


def address(manifest: Mapping[str, Any]) -> Address:
    """Where an object is."""
    about = manifest["metadata"]
    return manifest["apiVersion"], manifest["kind"], about["name"], about.get("namespace")
