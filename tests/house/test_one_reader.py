"""``rendered/`` has one reader: it loads nothing of what writes, and nothing else spells the names of its files."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from vitals.paths import ROOT
from vitals.rendered import names

WRITERS = (
    "alert_rules",
    "catalog",
    "dashboards_py",
    "vitals.model.catalog",
    "vitals.model.promql",
    "vitals.render",
    "vitals.model.signals",
)
"""What is to the left of ``rendered/``, and what a stack program would pay for in seconds and in trust."""
FILES = (names.MODEL, names.ALERTMANAGER, names.PROMETHEUS, names.OPERATOR_CONFIG)
PROBE = """\
import sys
{use}
print("\\n".join(sorted(sys.modules)))
"""
OF_A_STACK = "from infra.rendered import read; assert read('prod').groups(); import infra.preflight, infra.workloads"


def _loaded(use: str) -> set[str]:
    """The rooms to the left that a program has loaded after some lines."""
    command = [sys.executable, "-c", PROBE.format(use=use)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    found = done.stdout.split()
    assert "vitals.rendered" in found or "vitals.render" in found
    return {room for room in WRITERS for name in found if name == room or name.startswith(f"{room}.")}


@pytest.mark.parametrize("use", ["import vitals.rendered", OF_A_STACK], ids=["the room", "a stack"])
def test_reading_loads_nothing_that_writes(use: str) -> None:
    """Neither the room itself nor the program that installs what it reads."""
    assert _loaded(use) == set()


def test_what_writes_would_be_seen() -> None:
    """The probe is not blind: rendering loads all of them."""
    assert _loaded("import vitals.render, alert_rules, dashboards_py") >= set(WRITERS) - {"catalog"}


def _spelt(file: Path) -> Iterator[tuple[int, str]]:
    """Strings of a source that name a rendered file, docstrings aside."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            yield from ((node.lineno, name) for name in FILES if name in node.value)


def test_no_other_room_spells_the_names_of_rendered_files() -> None:
    """A renamed file is renamed in one place."""
    home = ROOT / "vitals" / "rendered"
    sources = [file for folder in ("infra", "vitals") for file in sorted((ROOT / folder).rglob("*.py"))]
    others = [file for file in sources if not file.is_relative_to(home)]

    assert {name for file in sources for _, name in _spelt(file) if file not in others} == set(FILES)
    for file in others:
        assert not list(_spelt(file)), f"{file.relative_to(ROOT)}: take the name from vitals.rendered.names"
