"""Names that many rooms share are spelled in one module: one that is written elsewhere may drift from the others."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import alert_rules
import dashboards_py
import vitals
from vitals.kit import alerts, dashboards, scaling, scrape
from vitals.model import conventions, signals
from vitals.paths import ROOT

LABELS = {
    conventions.ALERTNAME: "ALERTNAME",
    conventions.ALERTSTATE: "ALERTSTATE",
    conventions.INSTANCE: "INSTANCE",
    conventions.JOB: "JOB",
    conventions.SERVICE: "SERVICE",
}
"""Those that are nothing else: ``slo`` is a family as well, and ``severity`` and ``owner`` are fields of others."""
ROOMS = (alert_rules, dashboards_py, alerts, dashboards, scaling, scrape, signals)
LISTS_OF_OTHERS = "monitor.py"
"""The labels that the Prometheus operator takes for itself, as it spells them."""


def _files(package: ModuleType) -> list[Path]:
    return sorted(file for folder in package.__path__ for file in Path(folder).rglob("*.py"))


def _spelled(tree: ast.Module, names: set[str]) -> Iterator[ast.Constant]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in names:
            yield node


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.__name__)
def test_label_names_are_spelled_in_one_module(room: ModuleType) -> None:
    """For one that is written as a string, the name to import instead is reported."""
    files = _files(room)
    found = [
        f'{file.relative_to(ROOT)}:{node.lineno}: write conventions.{LABELS[node.value]} instead of "{node.value}"'
        for file in files
        for node in _spelled(ast.parse(file.read_text()), set(LABELS))
        if isinstance(node.value, str) and file.name != LISTS_OF_OTHERS
    ]

    assert files
    assert found == []


@pytest.mark.slow  # every source is parsed
def test_dashboard_uids_are_spelled_in_one_module() -> None:
    """An alert links to a dashboard by the uid with which it is built."""
    uids = {uid.value for uid in conventions.DashboardUid}
    files = [*_files(alert_rules), *_files(dashboards_py), *_files(vitals)]
    found = {file for file in files for _ in _spelled(ast.parse(file.read_text()), uids)}

    assert found == {Path(conventions.__file__)}
