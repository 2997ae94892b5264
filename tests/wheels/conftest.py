"""The built wheels in an environment of their own: what a team installs, and nothing of a checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from vitals.paths import ROOT

Run = Callable[..., "subprocess.CompletedProcess[str]"]
"""Runs a command of the environment in a folder: ``run(folder, "vitals", "render")``."""


def _uv(*arguments: str | Path, folder: Path = ROOT) -> None:
    places = (os.environ.get("UV", ""), "uv", str(ROOT / ".vitals" / "bootstrap" / "bin" / "uv"))
    found = next((uv for place in places if place and (uv := shutil.which(place))), None)
    assert found, "uv is not on PATH, and make has not put it into .vitals/bootstrap: run `make setup`"
    ran = subprocess.run([found, *arguments], cwd=folder, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an environment with the three wheels and pytest, every dependency in its locked version."""
    folder = tmp_path_factory.mktemp("wheels")
    environment, locked = folder / "environment", folder / "locked.txt"
    _uv("build", "--quiet", "--all-packages", "--wheel", "--out-dir", folder / "dist")
    _uv("export", "-q", "--frozen", "--no-hashes", "--no-emit-workspace", "--all-groups", "--output-file", locked)
    _uv("venv", "--quiet", "--python", sys.executable, environment)
    _uv(
        "pip", "install", "--quiet", "--python", environment, "--find-links", folder / "dist", "--constraints", locked,
        "vitals", "pytest",
    )  # fmt: skip
    return environment


@pytest.fixture(scope="session")
def run(installed: Path) -> Run:
    """Runs a command with nothing on its paths but that environment and the system."""

    def command(folder: Path, *words: str, well: bool = True) -> subprocess.CompletedProcess[str]:
        path = os.pathsep.join((str(installed / "bin"), os.environ["PATH"]))
        variables = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PYTEST"))}
        ran = subprocess.run(
            [installed / "bin" / words[0], *words[1:]],
            cwd=folder,
            env={**variables, "PATH": path, "VIRTUAL_ENV": str(installed)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert not well or ran.returncode == 0, f"{' '.join(words)}\n{ran.stdout}\n{ran.stderr}"
        return ran

    return command
