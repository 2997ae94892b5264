"""Grafana's components are installed once, whole or not at all, and what is missing for that is named."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path

import pytest

from vitals.errors import VitalsError
from vitals.local.draw.theme import LIGHT
from vitals.local.pictures import grafana_install
from vitals.local.pictures.ask import DrawnFile, DrawnTile
from vitals.local.pictures.files import read_dashboard
from vitals.local.pictures.grafana import redrawn
from vitals.local.pictures.grafana_install import SOURCES, chromium, grafana_folder, installed


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is the whole PATH, and an empty cache."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("VITALS_CACHE", str(tmp_path / "cache"))
    return folder


def _program(folder: Path, name: str, script: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    (folder / name).chmod(0o755)


def _installed() -> tuple[Path, list[str]]:
    said: list[str] = []
    return asyncio.run(installed(said.append)), said


def test_they_are_installed_once(programs: Path) -> None:
    """From our own files and the lock, into a folder of the cache; the second time nothing is started."""
    _program(programs, "npm", 'echo "$@" > arguments; [ -f package-lock.json ]')
    _program(programs, "node", '/bin/mkdir built; echo "$@" > built/arguments')
    folder, said = _installed()

    assert folder == grafana_folder()
    assert folder.is_relative_to(os.environ["VITALS_CACHE"])
    assert "ci --ignore-scripts" in (folder / "arguments").read_text()
    assert (folder / "built" / "arguments").read_text() == "build.mjs\n"
    assert "0.5 GB" in said[0]
    _program(programs, "npm", "exit 1")
    assert _installed() == (folder, [])


@pytest.mark.parametrize(("npm", "node"), [("echo refused; exit 7", "exit 0"), ("exit 0", "echo refused; exit 7")])
def test_a_failure_leaves_nothing_behind(programs: Path, npm: str, node: str) -> None:
    """The program's own words, what to look at, and a cache in which the next attempt begins anew."""
    _program(programs, "npm", npm)
    _program(programs, "node", node)

    with pytest.raises(VitalsError, match=r"ended with 7 \(refused\)\. Nothing was drawn\."):
        _installed()

    assert list(grafana_folder().parent.iterdir()) == []


@pytest.mark.parametrize(("there", "missing"), [((), "node"), (("node",), "npm")])
def test_what_is_missing_is_named(programs: Path, there: tuple[str, ...], missing: str) -> None:
    """With the way to get it, and the way to do without."""
    for name in there:
        _program(programs, name, "exit 0")

    with pytest.raises(VitalsError, match=rf"There is no {missing} here.*apt install.*Leave --engine out"):
        _installed()


def test_without_a_browser_the_engine_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before anything is installed or asked."""
    monkeypatch.setattr(grafana_install, "find", lambda _: None)

    with pytest.raises(VitalsError, match=r"There is no Chromium here.*Leave --engine out"):
        chromium()


def test_the_lock_is_of_the_named_versions_and_says_where_nothing_is() -> None:
    """What is installed is what is named; the lock names no registry, for that is the user's."""
    meant = json.loads((SOURCES / "package.json").read_text(encoding="utf-8"))["dependencies"]
    locked = json.loads((SOURCES / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    found = {name: locked[f"node_modules/{name}"]["version"] for name in meant}

    assert found == meant
    assert len(locked) > len(meant)
    assert all("integrity" in one for name, one in locked.items() if name and not one.get("link"))
    assert not any("resolved" in one for one in locked.values())


def test_a_dashboard_without_a_panel_that_they_draw_installs_nothing(programs: Path) -> None:
    """Neither packages nor a browser are looked for, and the dashboard is as it was."""
    raw = {"uid": "only-text", "title": "Text", "panels": [{"id": 1, "type": "text", "title": "Read me"}]}
    file = read_dashboard(Path("only-text.json"), json.dumps(raw))
    drawn = DrawnFile(file, (), tuple(DrawnTile(tile, tile.panel.title, None) for tile in file.tiles))
    said: list[str] = []

    assert asyncio.run(redrawn([drawn], LIGHT, said.append)) == [drawn]
    assert said == ["no panel here is one that Grafana's components can draw and has data"]
    assert list(programs.iterdir()) == []
