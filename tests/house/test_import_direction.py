"""Data flows one way: which room may import which, held against every import statement in the tree."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from vitals.paths import ROOT

LEAVES = {"vitals.errors", "vitals.paths", "vitals_telemetry"}
MAY_IMPORT: dict[str, set[str]] = {
    "vitals_telemetry": set(),
    "wellness": {"vitals_telemetry"},
    "vitals.errors": set(),
    "vitals.paths": set(),
    "vitals.model.promql": LEAVES,
    "vitals.model.metrics": LEAVES | {"vitals.model.promql"},
    "vitals.model.catalog": LEAVES,
    "catalog": {"vitals.model.catalog"},
    "vitals.model.signals": LEAVES | {"vitals.model.promql", "vitals.model.metrics", "vitals.model.catalog"},
    "vitals.kit.scrape": LEAVES
    | {"vitals.model.promql", "vitals.model.metrics", "vitals.model.catalog", "vitals.model.signals"},
    "vitals.kit.scaling": LEAVES
    | {"vitals.model.promql", "vitals.model.metrics", "vitals.model.catalog", "vitals.model.signals"},
    "alert_rules": LEAVES
    | {"vitals.model.promql", "vitals.model.metrics", "vitals.model.catalog", "vitals.model.signals"},
    "dashboards_py": LEAVES
    | {"vitals.model.promql", "vitals.model.metrics", "vitals.model.catalog", "vitals.model.signals"},
    "vitals.kit.cost": LEAVES | {"vitals.model.promql", "vitals.model.metrics", "vitals.model.catalog"},
    "vitals.render": LEAVES
    | {
        "vitals.model.promql",
        "vitals.model.metrics",
        "vitals.model.catalog",
        "vitals.model.signals",
        "vitals.kit.scrape",
        "vitals.kit.scaling",
        "vitals.kit.cost",
        "alert_rules",
        "dashboards_py",
    },
    "tests.mutation": {"vitals.errors", "vitals.paths", "vitals.model.promql", "vitals.model.catalog", "vitals.render"},
    "vitals.tools": {"vitals.errors", "vitals.paths"},
    "vitals.verify.routing": {"vitals.errors"},
    "vitals.verify.delivery": {"vitals.errors", "vitals.paths"},
    "vitals.local.draw": {"vitals.errors"},
    "vitals.local.portal": {"vitals.errors", "vitals.local.draw"},
    "infra": {"vitals.errors", "vitals.paths"},
    "vitals.local.processes": {"vitals.errors"},
    "vitals.local.stack": {
        "vitals.errors",
        "vitals.paths",
        "vitals.model.promql",
        "vitals.tools",
        "vitals.local.draw",
        "vitals.local.portal",
        "vitals.local.processes",
    },
    "vitals.verify.cluster": {"vitals.errors", "vitals.paths", "vitals.tools", "vitals.local.processes"},
    "vitals.verify.query_cost": {
        *LEAVES,
        "vitals.local.draw",
        "vitals.local.portal",
        "vitals.local.processes",
        "vitals.local.stack",
    },
    "vitals.cli": {
        *LEAVES,
        "vitals.model.catalog",
        "vitals.verify.cluster",
        "vitals.model.metrics",
        "vitals.kit.cost",
        "vitals.verify.delivery",
        "vitals.local.draw",
        "vitals.verify.query_cost",
        "tests.mutation",
        "vitals.local.portal",
        "vitals.local.processes",
        "vitals.render",
        "vitals.verify.routing",
        "vitals.local.stack",
        "vitals.tools",
    },
}
"""What each room may import beside itself. Whatever is to the right of ``rendered/`` never reads the catalogue."""

ONLY_IN = {"grafanalib": "dashboards_py", "pulumi": "infra", "pulumi_gcp": "infra", "pulumi_kubernetes": "infra"}
"""Libraries that one room alone may know."""


def _sources() -> Iterator[Path]:
    for folder in ("alert_rules", "catalog", "dashboards_py", "infra", "vitals", "telemetry/src", "demo/src"):
        yield from sorted((ROOT / folder).rglob("*.py"))


def _room(module: str) -> str:
    parts = module.split(".")
    return ".".join(parts[:2]) if parts[0] == "vitals" and len(parts) > 1 else parts[0]


def _module(file: Path) -> str:
    relative = file.relative_to(ROOT).with_suffix("")
    parts = relative.parts[2:] if relative.parts[0] in ("telemetry", "demo") else relative.parts
    return ".".join(parts)


def _imports(file: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.module == "vitals":
                yield from ((node.lineno, f"vitals.{alias.name}") for alias in node.names)
            else:
                yield node.lineno, node.module or ""


@pytest.mark.parametrize("file", list(_sources()), ids=lambda file: str(file.relative_to(ROOT)))
def test_imports_go_one_way(file: Path) -> None:
    """A file imports only its own room and the rooms to its left."""
    own = _room(_module(file))
    if own in ("vitals", "vitals.__init__"):
        return
    allowed = MAY_IMPORT[own] | {own}
    ours = {name.split(".")[0] for name in MAY_IMPORT}
    for line, name in _imports(file):
        if name.split(".")[0] in ours:
            assert _room(name) in allowed, f"{file.relative_to(ROOT)}:{line} imports {name}"
        library = name.split(".")[0]
        assert ONLY_IN.get(library, own) == own, f"{file.relative_to(ROOT)}:{line} imports {library}"


def test_only_the_tests_of_infra_know_pulumi() -> None:
    """Of the tests, too, those of one room alone import what that room alone may import."""
    infra = ROOT / "tests" / "infra"
    strangers = [file for file in (ROOT / "tests").rglob("*.py") if not file.is_relative_to(infra)]

    for file in strangers:
        for line, name in _imports(file):
            assert not name.startswith("pulumi"), f"{file.relative_to(ROOT)}:{line} imports {name}"


def test_every_room_is_listed() -> None:
    """A new room must say what it may import before it can be used."""
    rooms = {_room(_module(file)) for file in _sources()} - {"vitals", "vitals.__init__"}

    assert rooms == set(MAY_IMPORT)


def test_services_cannot_reach_the_machinery() -> None:
    """What the platform's services import brings nothing of the monitoring stack with it."""
    assert MAY_IMPORT["vitals_telemetry"] == set()
    assert MAY_IMPORT["wellness"] == {"vitals_telemetry"}
