"""Which version of each part the tests run, which one a cluster gets, and why the two differ where they do.

A green test of one version says little about another, so a difference without a reason is refused. What is shipped is
said by ``helm-values/versions.yaml``, what is tested by the pins under ``tools/``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from vitals.errors import VitalsError
from vitals.paths import BUNDLED, PINS

SHIPPED = BUNDLED / "helm-values" / "versions.yaml"
_REQUIRED = re.compile(r"^(?:require )?\s*(?P<module>\S+) v(?P<version>\d+\.\d+\.\d+)$", re.MULTILINE)
MODULES = {
    "prometheus": ("prometheus", "github.com/prometheus/prometheus"),
    "alertmanager": ("alertmanager", "github.com/prometheus/alertmanager"),
    "node_exporter": ("node_exporter", "github.com/prometheus/node_exporter"),
    "prometheus-operator": ("prometheus_operator", "github.com/prometheus-operator/prometheus-operator"),
    "keda": ("keda", "github.com/kedacore/keda/v2"),
}
"""Pin and module of each part that is tested; the others cannot run in a test."""


@dataclass(frozen=True, slots=True)
class ComparedProgram:
    """A program that runs on a cluster.

    Attributes:
        name: Its name.
        tested: The version that the tests run, or whose definitions they load; ``None`` where there is none.
        shipped: The version that a cluster gets.
        reason: Why the two differ.
    """

    name: str
    tested: str | None
    shipped: str
    reason: str


def parts(file: Path = SHIPPED) -> list[ComparedProgram]:
    """Every shipped part, by name.

    Raises:
        VitalsError: Two versions differ without a reason, or a reason is left of a gap that is closed.
    """
    content: Mapping[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    brought = [chart["brings"] for chart in content["charts"].values()]
    shipped = {name: version for one in brought for name, version in one.items()}
    shipped |= {name: image["version"] for name, image in content["images"].items()}
    reasons: Mapping[str, str] = content["gaps"]
    found = [
        ComparedProgram(name, _tested(name), version, reasons.get(name, ""))
        for name, version in sorted(shipped.items())
    ]
    for part in found:
        if part.tested != part.shipped and not part.reason:
            raise VitalsError(
                f"{part.name} is shipped in {part.shipped} and tested in {part.tested or 'no version'}, and nothing "
                f"says why. Make them equal, or write the reason under gaps in {file.name}."
            )
        if part.tested == part.shipped and part.reason:
            raise VitalsError(f"{part.name} is tested as it is shipped; take its reason out of gaps in {file.name}.")
    return found


def versions_page(found: list[ComparedProgram]) -> str:
    """The page about versions, in Markdown."""
    lines = [
        "# Tested against, shipped",
        "",
        (
            "Which version of each program the tests run, and which one a cluster gets. `vitals versions --page FILE` "
            "writes this page; a difference needs a reason under `gaps` in `helm-values/versions.yaml`."
        ),
        "",
        "| part | tested | shipped | why they differ |",
        "| --- | --- | --- | --- |",
        *(f"| {part.name} | {part.tested or 'not at all'} | {part.shipped} | {part.reason} |" for part in found),
    ]
    return "\n".join(lines) + "\n"


def _tested(name: str) -> str | None:
    if name not in MODULES:
        return None
    pin, module = MODULES[name]
    text = (PINS / pin / "go.mod").read_text(encoding="utf-8").replace(" // indirect", "")
    for found in _REQUIRED.finditer(text):
        if found["module"] == module:
            return _released(found["version"]) if name == "prometheus" else found["version"]
    raise VitalsError(f"tools/{pin}/go.mod does not require {module}, so what is tested is unknown.")


def _released(module: str) -> str:
    """The release that a version of Prometheus' module belongs to: 0.316.0 is 3.16.0 (its ``RELEASE.md``)."""
    _, minor, patch = module.split(".")
    return f"{int(minor) // 100}.{int(minor) % 100}.{patch}"
