"""The pages about deploying: gcloud accepts their commands, and the stack that they make is one the program takes."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path
from string import Template

import pytest
import yaml

from vitals.model.catalog import Catalogue
from vitals.paths import ROOT

from .pages import read
from .pulumi_command import pulumi_in

PAGE = read(ROOT / "docs" / "deploy.md")
SCRIPT = "".join(PAGE.fences("sh")) + "".join(read(ROOT / "docs" / "accounts.md").fences("sh"))
VARIABLES = dict(re.findall(r"^export (\w+)=(\S+)$", SCRIPT, re.MULTILINE))
COMMANDS = [Template(line).substitute(VARIABLES) for line in SCRIPT.splitlines() if not line.startswith("export ")]
FILES = re.findall(r"^\| `([a-z-]+)` \|", PAGE.path.read_text(encoding="utf-8"), re.MULTILINE)


def _of(program: str) -> list[str]:
    return [command for command in COMMANDS if command.startswith(f"{program} ")]


def test_gcloud_accepts_every_command(tmp_path: Path) -> None:
    """Its own parser knows each command, flag and value; nothing is sent anywhere."""
    if shutil.which("gcloud") is None:
        pytest.skip("gcloud is not installed, and nothing else knows its commands (`vitals doctor` says how to get it)")
    asked = json.dumps([{"command_string": command} for command in _of("gcloud")])
    (tmp_path / "commands.json").write_text(asked, encoding="utf-8")
    done = subprocess.run(
        ["gcloud", "meta", "lint-gcloud-commands", f"--commands-file={tmp_path / 'commands.json'}"],
        env={**os.environ, "CLOUDSDK_CONFIG": str(tmp_path / "config")},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )

    verdicts = json.loads(done.stdout)
    assert len(verdicts) == len(_of("gcloud")) > 0
    assert {one["command_string"]: one["error_message"] for one in verdicts if not one["success"]} == {}


def test_every_secret_file_is_explained(live: Catalogue) -> None:
    """The table has exactly the files that some stack reads; one team stands for all, whose files are alike."""
    rendered = [json.loads(file.read_text(encoding="utf-8")) for file in ROOT.glob("rendered/*/model.json")]
    of_alertmanager = {name for model in rendered if model["operator"] for name in model["secrets"]}
    of_teams = {file: team.name for team in live.teams.values() for file in team.secrets}
    shown = {of_teams[file] for file in FILES if file in of_teams}

    assert len(shown) == 1
    expected = {file for file in of_alertmanager if of_teams.get(file, *shown) in shown}
    assert {file for file in FILES if not file.startswith("grafana-")} == expected
    assert sorted(FILES) == FILES


@pytest.mark.engine
def test_the_commands_for_pulumi_make_the_stack_that_they_promise(pulumi: Callable[..., str], tmp_path: Path) -> None:
    """Each configuration command works on the real command line, and leaves the reader's values in the stack file."""
    for command in _of("pulumi config"):
        pulumi(*shlex.split(command)[1:], value="something secret\n")

    dev, kind = (
        yaml.safe_load((tmp_path / f"Pulumi.{name}.yaml").read_text(encoding="utf-8")) for name in ("dev", "kind")
    )
    assert dev["config"]["vitals:google"]["project"] == VARIABLES["PROJECT"]
    assert dev["config"]["vitals:protected"] in (False, "false")
    assert "vitals:demo" not in dev["config"]
    assert {file: set(value) for file, value in kind["config"]["vitals:secrets"].items()} == {
        file: {"secure"}
        for file in ("grafana-admin-password", "platform-pagerduty-routing-key", "platform-slack-webhook-url")
    }
    assert "something secret" not in (tmp_path / "Pulumi.kind.yaml").read_text(encoding="utf-8")


@pytest.mark.engine
def test_pulumi_knows_every_command(pulumi: Callable[..., str]) -> None:
    """Those that would reach the bucket or the cloud are looked up, with each of their options."""
    looked_up = [one for one in _of("pulumi") if not one.startswith("pulumi config")]
    assert looked_up
    help_of = cache(lambda *words: pulumi(*words, "--help"))  # pages repeat commands, and each start takes a second
    for command in looked_up:
        words = shlex.split(command)[1:]
        helped = help_of(*words[: 2 if words[0] == "stack" else 1])
        assert helped != help_of("stack"), command
        for option in (word for word in words if word.startswith("--")):
            assert option in helped, command


@pytest.fixture
def pulumi(tmp_path: Path) -> Callable[..., str]:
    """Runs the real command line beside copies of the stack files."""
    return pulumi_in(tmp_path, "dev", "kind")
