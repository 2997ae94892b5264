"""Data flows one way: which room may import which, held against every import statement in the tree."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from vitals.paths import ROOT

LEAVES = (
    "vitals.atomic",
    "vitals.errors",
    "vitals.http_address",
    "vitals.http_client",
    "vitals.paths",
    "vitals.yaml_aliases",
)
MAY_IMPORT: dict[str, tuple[str, ...]] = {
    "vitals.kubeconfig": ("vitals.errors",),
    "vitals.metrics_server": ("vitals.errors",),
    "vitals_telemetry": (),
    "wellness": ("vitals_telemetry",),
    "vitals.model": (*LEAVES, "vitals_telemetry"),
    "catalog": ("vitals.model.catalog",),
    "vitals.kit": (*LEAVES, "vitals_telemetry", "vitals.model", "vitals.rendered"),
    "alert_rules": (*LEAVES, "vitals_telemetry", "vitals.model", "vitals.kit.alerts"),
    "dashboards_py": (*LEAVES, "vitals_telemetry", "vitals.model", "vitals.kit.dashboards"),
    "vitals.rendered": LEAVES,
    "vitals.render": (*LEAVES, "vitals_telemetry", "vitals.model", "vitals.kit", "vitals.rendered"),
    "infra": (
        *LEAVES,
        "vitals.kubeconfig",
        "vitals.rendered",
        "vitals.verify.cluster.api",
        "vitals.verify.cluster.kube_context",
    ),
    "vitals.local": (
        *LEAVES,
        "vitals.metrics_server",
        "vitals.rendered",
        "vitals.model.conventions",
        "vitals.model.dashboards",
        "vitals.model.promql",
    ),
    "vitals.verify": (
        *LEAVES,
        "vitals.kubeconfig",
        "vitals_telemetry",
        "vitals.rendered",
        "vitals.model.conventions",
        "vitals.model.metrics",
        "vitals.model.promql",
        "vitals.local",
    ),
    "vitals.foresight": (*LEAVES, "vitals.metrics_server", "vitals.rendered"),
    "vitals.cli": (
        *LEAVES,
        "vitals_telemetry",
        "vitals.model",
        "vitals.kit",
        "vitals.render",
        "vitals.rendered",
        "vitals.local",
        "vitals.verify",
        "vitals.foresight",
    ),
}
"""What each room may import beside itself. Whatever is to the right of ``rendered/`` never reads the catalogue."""

INSIDE: dict[str, dict[str, tuple[str, ...]]] = {
    "vitals.model": {
        "conventions": (),
        "dashboards": (),
        "promql": ("conventions",),
        "metrics": ("conventions", "promql"),
        "dialects": ("conventions", "metrics"),
        "catalog": ("conventions", "promql", "metrics", "dialects"),
        "signals": ("conventions", "promql", "metrics", "dialects", "catalog"),
    },
    "vitals.kit": {"alerts": (), "cost": (), "dashboards": (), "imports": ("alerts",), "scaling": (), "scrape": ()},
    "vitals.local": {
        "draw": (),
        "tools": (),
        "processes": ("tools",),
        "silences": (),
        "portal": ("draw", "silences"),
        "pictures": ("draw", "portal", "tools"),
        "profile": ("draw",),
        "relay": ("draw", "portal", "pictures"),
        "stack": ("draw", "processes", "portal", "tools"),
    },
    "vitals.verify": {
        "backtest": ("changes",),
        "capacity": ("load",),
        "changes": ("review", "routing"),
        "cluster": (),
        "compare": ("load",),
        "delivery": (),
        "drift": ("changes", "cluster", "review"),
        "drills": ("routing",),
        "load": (),
        "mcp_tools": ("changes", "routing"),
        "preview": ("query_cost",),
        "oracle": (),
        "project": ("oracle", "routing"),
        "query_cost": (),
        "report": ("backtest", "changes", "preview", "query_cost", "review"),
        "review": ("delivery", "routing"),
        "routing": (),
        "scaling_loop": ("cluster",),
        "weekly": ("backtest", "load", "preview", "routing"),
    },
}
"""What each package of a wing may import of its own wing beside itself."""

LIBRARIES = {
    "grafanalib": ("dashboards_py", "vitals.kit.dashboards"),
    "pulumi": ("infra",),
    "pulumi_gcp": ("infra",),
    "pulumi_kubernetes": ("infra",),
}
"""Libraries that only some rooms may know."""


def _sources() -> Iterator[Path]:
    for folder in ("alert_rules", "catalog", "dashboards_py", "infra", "vitals", "telemetry/src", "demo/src"):
        yield from sorted((ROOT / folder).rglob("*.py"))


def _module(file: Path) -> str:
    relative = file.relative_to(ROOT).with_suffix("")
    parts = relative.parts[2:] if relative.parts[0] in ("telemetry", "demo") else relative.parts
    return ".".join(parts).removesuffix(".__init__")


def _room(module: str) -> str:
    parts = module.split(".")
    return ".".join(parts[:2]) if parts[0] == "vitals" and len(parts) > 1 else parts[0]


def _within(module: str, *places: str) -> bool:
    return any(module == place or module.startswith(f"{place}.") for place in places)


def _imports(file: Path) -> Iterator[tuple[int, str]]:
    """Line and full name of each import; a package imported for a name of it is named with that name.

    A wheel holds content and ``infra`` under other names, so they import their own files relatively.
    """
    own = _module(file).split(".") + ([""] if file.name == "__init__.py" else [])
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = own[: -node.level] if node.level else []
            start = ".".join((*above, *((node.module,) if node.module else ())))
            yield from ((node.lineno, f"{start}.{alias.name}") for alias in node.names)


def _inside(module: str, imported: str) -> bool:
    """Whether a package may import another one of its own wing; a wing itself holds nothing."""
    wing = _room(module)
    if wing not in INSIDE or module == wing:
        return True
    own, other = (name.removeprefix(f"{wing}.").split(".")[0] for name in (module, imported))
    return own == other or other in INSIDE[wing][own]


@pytest.mark.parametrize("file", list(_sources()), ids=lambda file: str(file.relative_to(ROOT)))
def test_imports_go_one_way(file: Path) -> None:
    """A file imports only its own package, packages of its wing that are named before it, and rooms to its left."""
    module = _module(file)
    own = _room(module)
    assert own in (*MAY_IMPORT, *LEAVES, "vitals"), f"{own} has no row in the table"
    if own == "vitals":
        return
    tops = {name.split(".")[0] for name in (*MAY_IMPORT, "tests")}
    for line, name in _imports(file):
        place = f"{file.relative_to(ROOT)}:{line} imports {name}"
        if own in LEAVES:
            assert name.split(".")[0] not in tops, place
        elif _room(name) == own:
            assert _inside(module, name), place
        elif name.split(".")[0] in tops:
            assert _within(name, *MAY_IMPORT[own]), place
        library = name.split(".")[0]
        assert library not in LIBRARIES or _within(module, *LIBRARIES[library]), place


@pytest.mark.slow  # every test is parsed
def test_only_the_tests_of_infra_know_pulumi() -> None:
    """Of the tests, too, those of one room alone import what that room alone may import."""
    infra = ROOT / "tests" / "infra"
    others = [file for file in (ROOT / "tests").rglob("*.py") if not file.is_relative_to(infra)]

    assert others
    for file in others:
        for line, name in _imports(file):
            assert not name.startswith("pulumi"), f"{file.relative_to(ROOT)}:{line} imports {name}"


def test_every_room_and_package_is_listed() -> None:
    """A new room or package must say what it may import before it can be used."""
    modules = {_module(file) for file in _sources()}
    rooms = {_room(module) for module in modules} - {"vitals", *LEAVES}
    packages = {wing: {m.split(".")[2] for m in modules if _within(m, wing) and m != wing} for wing in INSIDE}

    assert rooms == set(MAY_IMPORT)
    assert packages == {wing: set(table) for wing, table in INSIDE.items()}


@pytest.mark.parametrize("folder", ["alert_rules", "dashboards_py", "infra"])
def test_what_a_wheel_renames_imports_itself_relatively(folder: str) -> None:
    """A wheel holds these folders under other names, so that a project can have its own; ``infra/`` is run by path."""
    files = [file for file in sorted((ROOT / folder).rglob("*.py")) if file.name != "__main__.py"]

    assert files
    for file in files:
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.ImportFrom) and not node.level:
                assert not _within(node.module or "", folder), f"{file.relative_to(ROOT)}:{node.lineno}"


def test_services_cannot_reach_the_machinery() -> None:
    """What the platform's services import brings nothing of the monitoring stack with it."""
    assert MAY_IMPORT["vitals_telemetry"] == ()
    assert MAY_IMPORT["wellness"] == ("vitals_telemetry",)
