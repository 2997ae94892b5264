"""Continuous integration sees what a newcomer has: the README's programs, and nothing that was put there by hand."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from vitals.paths import ROOT

TARGET = """
show:
	@echo "home: $$HOME ($$(ls -A $$HOME))"
	@for name in planted python3 go git make; do echo "$$name: $$(command -v $$name)"; done
	@python3 -c 'import sys; print("python runs:", sys.version_info >= (3, 11))'
	@echo "go runs: $$(go version)"
"""


@pytest.fixture
def shown(tmp_path: Path) -> dict[str, str]:
    """What a target of ``.ci/run`` has, on a machine with a program and a setting more than the README asks for."""
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "run", tmp_path / ".ci" / "run")
    (tmp_path / "Makefile").write_text(TARGET, encoding="utf-8")
    by_hand, home = tmp_path / "by-hand", tmp_path / "home"
    for folder in (by_hand, home):
        folder.mkdir()
    for name in ("planted", "chromium", "redis-server"):  # the last two are there, so nothing is installed
        (by_hand / name).write_text("#!/bin/sh\n", encoding="utf-8")
        (by_hand / name).chmod(0o755)
    (home / ".gitconfig").write_text("[user]\nname = by hand\n", encoding="utf-8")
    ran = subprocess.run(
        ["bash", ".ci/run", "show"],
        cwd=tmp_path,
        env={**os.environ, "HOME": str(home), "PATH": f"{by_hand}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return dict(line.split(": ", 1) for line in ran.stdout.splitlines() if ": " in line)


def test_only_what_the_readme_names_is_on_path(shown: dict[str, str]) -> None:
    """A program of the machine's own is out of sight; each that the README asks for is found and works."""
    named = re.search(r"^You need (.+?); the rest", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)

    assert shown["planted"] == ""
    assert all(shown[name].endswith(f"/{name}") for name in ("python3", "go", "git", "make"))
    assert shown["python runs"] == "True"
    assert shown["go runs"].startswith("go version")
    assert named is not None
    assert all(word in named[1] for word in ("Python", "Go", "git", "make"))


def test_the_home_folder_is_empty(shown: dict[str, str]) -> None:
    """Settings of the machine's user decide nothing; caches are named by variables and lie elsewhere."""
    assert shown["home"].endswith("/.vitals/ci/home ()")
