"""The end of a stack: gone where nothing must be kept, and refused where it must."""

from __future__ import annotations

import base64

import pytest
from pulumi import automation

from infra.policy import Registered, findings
from tests.infra.engine import stacks
from tests.infra.engine.conftest import Deployed
from tests.infra.engine.engine import Engine
from tests.infra.engine.marks import ENGINE
from tests.infra.engine.stacks import PLANTED, Place
from tests.infra.settings.stack_files import STACKS, each

pytestmark = ENGINE


def test_destroy_leaves_what_is_declared(deployed: Deployed, stack: Engine, place: Place) -> None:
    """What is protected refuses to be deleted; once the stack is unlocked, only what is retained stays."""
    kept = _kept(stack)
    everything = {*place.google.made, *place.cluster.applied}
    if stacks.settings(deployed.stack).protected:
        with pytest.raises(automation.CommandError, match="protect"):
            stack.destroy(_protected_alone(stack))
        assert {*place.google.made, *place.cluster.applied} == everything
        stack.stack.set_config("vitals:protected", automation.ConfigValue("false"))
        stack.up()

    stack.destroy()

    assert {*place.google.made, *place.cluster.applied} == kept
    assert kept < everything


@pytest.mark.nightly
@pytest.mark.parametrize("deployed", each([one for one in STACKS if stacks.settings(one).protected]), indirect=True)
def test_one_command_deletes_nothing_of_a_protected_stack(stack: Engine, place: Place) -> None:
    """Each of its resources is tried, and none goes.

    For each refusal the engine follows every way through what the resource depends on, which takes it a minute.
    """
    everything = {*place.google.made, *place.cluster.applied}

    with pytest.raises(automation.CommandError, match="protect"):
        stack.destroy()

    assert {*place.google.made, *place.cluster.applied} == everything


def test_no_secret_stands_in_clear(deployed: Deployed, stack: Engine, place: Place) -> None:
    """The planted values reach the cluster where the stack has them, and are nowhere in the state, not even encoded."""
    files = stacks.secret_files(deployed.stack)
    state = stack.state()

    for value in (PLANTED + file for file in files):
        assert value not in state
        assert base64.b64encode(value.encode()).decode() not in state
    applied = str(place.cluster.applied.values())
    assert any(PLANTED + file in applied for file in files) == (stacks.settings(deployed.stack).google is None)


def test_every_resource_keeps_to_the_policy(deployed: Deployed, stack: Engine) -> None:
    """Whatever the engine registered obeys the rules of ``infra/policy``."""
    registered = [
        Registered(
            urn=one["urn"],
            type=one["type"],
            name=one["urn"].rpartition("::")[2],
            inputs=one.get("inputs", {}),
            protect=one.get("protect", False),
            retain=one.get("retainOnDelete", False),
        )
        for one in stack.resources()
    ]

    assert not findings(registered, keeps_data=stacks.settings(deployed.stack).protected)


def _protected_alone(stack: Engine) -> list[str]:
    """URNs of what is protected and nothing else depends on, so that it could go by itself."""
    resources = stack.resources()
    needed = {urn for one in resources for urn in (*one.get("dependencies", ()), one.get("parent"))}
    needed |= {one.get("provider", "").rpartition("::")[0] for one in resources}
    alone = [one["urn"] for one in resources if one.get("protect") and one["urn"] not in needed]
    assert alone
    return alone


def _kept(stack: Engine) -> set[str]:
    """What the state says stays when its stack goes, by the key of the doubles."""
    retained = [one for one in stack.resources() if one.get("retainOnDelete")]
    return {
        f"{one['type']} {one['id']}" if one["type"].startswith("kubernetes:") else str(one["id"]) for one in retained
    }
