"""How much the pods of a stack may request, by its file."""

from __future__ import annotations

from typing import Any

import pytest

from vitals.verify.delivery.machines import ZONES
from vitals.verify.review.capacity import capacity_of


def stack(location: str) -> dict[str, Any]:
    """A stack file with one pool of at most two nodes of four cores."""
    pool = {"machineType": "e2-standard-4", "fewest": 1, "most": 2}
    return {"config": {"vitals:google": {"cluster": {"location": location, "nodePools": {"main": pool}}}}}


def test_a_pool_of_a_region_has_its_nodes_in_every_zone() -> None:
    """What a pool says is for one zone."""
    zone, region = capacity_of(stack("europe-west1-b")), capacity_of(stack("europe-west1"))

    assert zone is not None
    assert region == pytest.approx([ZONES * one for one in zone])
    assert zone[1] == pytest.approx(4 * 2**30 * zone[0])
