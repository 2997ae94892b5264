"""Updates that fail, hang or are killed: what the engine does next, and the documented way out."""

from __future__ import annotations

import pulumi
import pulumi_gcp as gcp
import pytest
from pulumi import automation

from tests.infra.engine.conftest import Start
from tests.infra.engine.engine import Engine
from tests.infra.engine.google import GoogleCloud
from tests.infra.engine.marks import ENGINE

pytestmark = ENGINE
PATIENCE_S = 60


def _program() -> None:
    opts = pulumi.ResourceOptions(provider=gcp.Provider("google", project="wellness", region="europe-west1"))
    network = gcp.compute.Network("net", name="net", auto_create_subnetworks=False, opts=opts)
    for index in range(3):
        gcp.compute.Subnetwork(
            f"sub-{index}", name=f"sub-{index}", network=network.id, ip_cidr_range=f"10.{index}.0.0/20", opts=opts
        )


@pytest.fixture
def stack(start: Start) -> Engine:
    """A stack of four resources, not deployed yet."""
    return start(_program)


def test_the_next_update_goes_on_where_one_failed(stack: Engine, google: GoogleCloud) -> None:
    """What was created before the failure stays in the state, and the next update makes only the rest."""
    stack.faults["gcp"].fail("create", nth=3)

    with pytest.raises(automation.CommandError, match="planned by the test"):
        stack.up()
    left = 4 - len(google.made)
    rest = stack.up()

    assert left >= 1
    assert len(rest.of("create")) == left
    assert not stack.up().changes


def test_a_failed_deletion_can_be_repeated(stack: Engine, google: GoogleCloud) -> None:
    """A destroy that fails half-way leaves the rest in the state; the next one deletes it."""
    stack.up()
    stack.faults["gcp"].fail("delete", nth=2)

    with pytest.raises(automation.CommandError, match="planned by the test"):
        stack.destroy()
    stack.destroy()

    assert not google.made
