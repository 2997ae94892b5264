"""The committed stack files, as the engine hands them to the program."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import pytest
import yaml

from infra import rendered
from vitals.paths import ROOT

STACKS = sorted(file.name.split(".")[1] for file in ROOT.glob("Pulumi.*.yaml"))
REPEATS = {"autopilot": "managed", "dev": "prod", "staging": "prod"}
"""Stack -> the one of the same back end on Google whose life it repeats with other numbers.

What they are made of is held on every merge like that of the others; that they are updated, refreshed, destroyed and
kept by a real API server takes minutes for each stack, and is proven every night. A new stack is not one of them.
"""


CHANGES_LIKE = {**REPEATS, "prod": "kind"}
"""Stack -> the one that it repeats where only rendered objects change: with a Prometheus of ours they are the same."""


def each(stacks: Iterable[str], repeats: Collection[str] = frozenset(REPEATS)) -> list[Any]:
    """Stacks as parameters of a test that lets each of them live, those that repeat another every night."""
    return [pytest.param(one, marks=[pytest.mark.nightly] if one in repeats else []) for one in stacks]


def project() -> dict[str, Any]:
    """``Pulumi.yaml``."""
    found: dict[str, Any] = yaml.safe_load((ROOT / "Pulumi.yaml").read_text(encoding="utf-8"))
    return found


def declared() -> dict[str, dict[str, Any]]:
    """The keys that the project declares for its own namespace."""
    return {key: entry for key, entry in project()["config"].items() if ":" not in key}


def config(stack: str) -> dict[str, Any]:
    """What a stack file sets, without the namespace."""
    content = yaml.safe_load((ROOT / f"Pulumi.{stack}.yaml").read_text(encoding="utf-8"))
    return {key.removeprefix("vitals:"): value for key, value in content["config"].items()}


def managed(stack: str) -> bool:
    """Whether Google's managed Prometheus collects for a stack."""
    return rendered.read(config(stack)["environment"]).managed


MANAGED = [stack for stack in STACKS if managed(stack)]
SELF_HOSTED = [stack for stack in STACKS if stack not in MANAGED]
