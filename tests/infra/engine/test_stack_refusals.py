"""A stack that cannot work stops before its first resource, and says how to go on."""

from __future__ import annotations

import pytest
from pulumi import automation

from tests.infra.engine import stacks
from tests.infra.engine.conftest import Prepare
from tests.infra.engine.marks import ENGINE

pytestmark = ENGINE


@pytest.mark.parametrize(
    ("key", "value", "way_out"),
    [
        ("vitals:environment", "nowhere", "rendered/nowhere does not exist"),
        ("vitals:demo.image", "wellness:latest", "pulumi config set --stack dev"),
        ("vitals:google.region", "Europe", "pulumi config set --stack dev"),
        ("vitals:gogle", "wellness", "pulumi config set --stack dev"),
    ],
    ids=["unknown environment", "image without digest", "malformed region", "unknown key"],
)
def test_a_wrong_value_stops_before_anything_is_created(prepare: Prepare, key: str, value: str, way_out: str) -> None:
    """The update fails with the reason and what to do, and neither project nor cluster was touched."""
    place = stacks.place("dev")
    stack = prepare("dev", place)
    stack.stack.set_config(key, automation.ConfigValue(value), path=True)

    with pytest.raises(automation.CommandError) as raised:
        stack.up()

    assert way_out in str(raised.value)
    assert "Nothing was created" in str(raised.value)
    assert not place.google.made
    assert not place.cluster.applied


@pytest.mark.parametrize("environment", ["dev", "managed"])
def test_autopilot_takes_only_what_it_can_show(prepare: Prepare, environment: str) -> None:
    """A Prometheus of our own would see no node there, and no machine can be looked at; either is reported before."""
    place = stacks.place("autopilot")
    stack = prepare("autopilot", place)
    stack.stack.set_config("vitals:environment", automation.ConfigValue(environment))

    with pytest.raises(automation.CommandError, match=rf"environment '{environment}'.*take autopilot out") as raised:
        stack.up()

    assert "Nothing was created" in str(raised.value)
    assert not place.google.made
    assert not place.cluster.applied


def test_a_missing_secret_stops(prepare: Prepare) -> None:
    """The message has the command that creates the missing one."""
    missing = f"vitals-staging-{sorted(stacks.secret_files('staging'))[0]}"
    place = stacks.place("staging", without=[missing])

    with pytest.raises(automation.CommandError, match=f"gcloud secrets create {missing}"):
        prepare("staging", place).up()
    assert not place.google.made


def test_a_cluster_that_does_not_answer_stops(prepare: Prepare, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the context there is nothing to install on."""
    place = stacks.place("kind")
    stack = prepare("kind", place)
    monkeypatch.setenv("KUBECONFIG", "/nonexistent")

    with pytest.raises(automation.CommandError, match="no kubeconfig has"):
        stack.up()
    assert not place.cluster.applied
