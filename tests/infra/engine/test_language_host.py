"""The program runs as the command line of Pulumi runs it: by its path, from its own folder, with no help of a test."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pulumi import automation

from tests.infra.engine import stacks
from tests.infra.engine.conftest import Prepare
from tests.infra.engine.host import language_host
from tests.infra.engine.marks import ENGINE
from tests.infra.settings.stack_files import project
from vitals.paths import ROOT

pytestmark = ENGINE
ENGINES_OWN = "::pulumi:providers:pulumi::default"


@pytest.fixture
def main() -> Path:
    """The folder that ``Pulumi.yaml`` names."""
    return ROOT / str(project()["main"])


@pytest.mark.parametrize("stack", ["kind", "dev"])
def test_a_preview_plans_every_resource(prepare: Prepare, stack: str, main: Path) -> None:
    """The host starts a new interpreter that finds the program's own modules, and plans what this process plans.

    The engine's own provider, which it makes for itself when it is asked what the state holds, is not in its JSON.
    """
    made = prepare(stack, stacks.place(stack))
    here = made.preview()

    with language_host(main) as address:
        planned = json.loads(made.command("preview", "--json", f"--client={address}"))

    ours = {urn: change for urn, change in here.changes.items() if not urn.endswith(ENGINES_OWN)}
    assert {step["urn"]: step["op"] for step in planned["steps"]} == ours
    assert here.of("create")


def test_a_wrong_setting_is_reported_as_our_error(prepare: Prepare, main: Path) -> None:
    """What the user reads is the way out and no traceback."""
    made = prepare("dev", stacks.place("dev"))
    made.set("vitals:environment", "nowhere")

    with language_host(main) as address, pytest.raises(automation.CommandError) as raised:
        made.command("preview", f"--client={address}")

    assert "rendered/nowhere does not exist" in str(raised.value)
    assert "Traceback" not in str(raised.value)
