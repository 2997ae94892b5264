"""The page about clusters that exist: its commands make stack files that the program takes and that fit one."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from infra.gcp.network import WEBHOOK_PORTS
from infra.settings import ExistingParts, Settings, parse
from tests.infra.existing import made_by_others as others
from tests.infra.existing.comparing import compared, refused
from vitals.paths import ROOT

from .pages import read
from .pulumi_command import pulumi_in

PAGE = read(ROOT / "docs" / "existing-cluster.md")
COMMANDS = [line for block in PAGE.fences("sh") for line in block.splitlines()]
THERE = (
    *(others.operator(), others.node_exporter(), others.kube_state_metrics(), others.grafana(), others.keda()),
    *(*others.DEFINITIONS, *others.OF_KEDA, others.namespace("monitoring")),
)
"""The cluster of the page: one release in ``observability``, and KEDA."""


def _config(words: Sequence[str], key: str) -> bool:
    return list(words[:2]) == ["pulumi", "config"] and f"vitals:{key}" in " ".join(words)


def _of(key: str, *, removing: bool = False) -> list[list[str]]:
    """The commands of the page that set a key, or remove it."""
    found = [shlex.split(line) for line in COMMANDS]
    return [words for words in found if _config(words, key) and (words[2] == "rm") == removing]


@pytest.fixture
def pulumi(tmp_path: Path) -> Callable[..., str]:
    """Runs the real command line beside copies of the stack files."""
    return pulumi_in(tmp_path, "kind", "dev", "prod")


def _settings(folder: Path, stack: str) -> Settings:
    """What the program makes of a stack file, without what only its owner could decrypt."""
    content = yaml.safe_load((folder / f"Pulumi.{stack}.yaml").read_text(encoding="utf-8"))["config"]
    given: dict[str, Any] = {
        key.removeprefix("vitals:"): value for key, value in content.items() if "secrets" not in key
    }
    return parse(stack, given)


@pytest.mark.engine
def test_the_commands_make_stack_files_that_the_program_takes(pulumi: Callable[..., str], tmp_path: Path) -> None:
    """Every configuration command runs, in the order of the page; after each block the file is one that can be read."""
    for block in PAGE.fences("sh"):
        commands = [shlex.split(line) for line in block.splitlines() if line.startswith("pulumi config ")]
        for words in commands:
            if words[2] == "rm" and words[-1] == "vitals:grafanaIngress":
                assert _settings(
                    tmp_path, "kind"
                ).grafana_ingress  # what the block shows can be read until it is taken back
            pulumi(*words[1:], value="something secret\n")
        if "vitals:existing" in block:
            declared = _settings(tmp_path, "kind").existing.model_dump(
                by_alias=True, exclude_defaults=True, mode="json"
            )
            assert compared(*THERE, existing=declared) == []

    kind, dev, prod = (_settings(tmp_path, stack) for stack in ("kind", "dev", "prod"))
    assert kind.existing.separate.grafana
    assert kind.cluster_label == "eu-1"
    assert kind.remote_write["mimir"].headers == {"X-Scope-OrgID": "wellness"}
    assert dev.google
    assert dev.google.existing_cluster
    assert prod.google
    assert prod.google.existing_network
    assert "something secret" not in (tmp_path / "Pulumi.kind.yaml").read_text(encoding="utf-8")


def test_what_the_page_declares_is_what_the_program_asks_for() -> None:
    """On the cluster of the page the program prints each of these commands, among more labels."""
    message = refused(*THERE)
    set_by = {
        next(word for word in words if word.startswith("vitals:existing")): words[-1] for words in _of("existing")
    }
    separate = {key: value for key, value in set_by.items() if "separate" in key}

    assert separate == {"vitals:existing.separate.grafana": "true"}
    assert [f"{key} {value}" for key, value in set_by.items() if f"--path '{key}' {value}" not in message] == []


def test_every_key_of_a_part_is_explained() -> None:
    """The table has each part that can be declared, under its key."""
    keys = {field.alias or name for name, field in ExistingParts.model_fields.items()}
    table = set(
        re.findall(
            r"^\| [^|]+ \| [^|]+ \| `(\w+)[^|]*\| [^|]+ \|$", PAGE.path.read_text(encoding="utf-8"), re.MULTILINE
        )
    )

    assert keys - {"separate"} == table


def test_the_ports_of_the_firewall_are_those_of_the_rule() -> None:
    """The owner of a network opens what we would have opened."""
    (sentence,) = re.findall(r"open TCP ([\d, and]+) from `controlPlane`", PAGE.path.read_text(encoding="utf-8"))

    assert tuple(re.findall(r"\d+", sentence)) == WEBHOOK_PORTS


def test_only_commands_of_known_programs_are_named() -> None:
    """What is not configuration is looked up on the page about deploying, or asks a cluster."""
    programs = {shlex.split(line)[0] for line in COMMANDS}

    assert programs == {"pulumi", "kubectl"}
    assert {tuple(shlex.split(line)[1:2]) for line in COMMANDS if line.startswith("pulumi")} == {
        ("stack",),
        ("config",),
        ("preview",),
        ("up",),
    }
