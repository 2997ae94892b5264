"""The committed stack files, as the engine hands them to the program."""

from __future__ import annotations

from typing import Any

import yaml

from infra import rendered
from vitals.paths import ROOT

STACKS = sorted(file.name.split(".")[1] for file in ROOT.glob("Pulumi.*.yaml"))


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
