"""What the Dockerfile says works: its steps are carried out in a copy, there is no Docker engine to ask."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from vitals.paths import ROOT

DOCKERFILE = ROOT / "demo" / "Dockerfile"


def instructions() -> list[tuple[str, str]]:
    """Instruction and its words, one for each line."""
    lines = [line for line in DOCKERFILE.read_text().splitlines() if line and not line.startswith("#")]
    return [(line.split(" ", 1)[0], line.split(" ", 1)[1]) for line in lines]


def _uv() -> str:
    """The uv that runs these tests says in ``UV`` where it is; else the one on PATH, or where make has put it."""
    places = (os.environ.get("UV", ""), "uv", str(ROOT / ".vitals" / "bootstrap" / "bin" / "uv"))
    found = next((path for place in places if (path := shutil.which(place))), None)
    assert found, "uv is not on PATH, and make has not put it into .vitals/bootstrap: run `make setup`"
    return found


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder ``/app`` of the image, made by the build stage's own COPY and RUN."""
    source, app = tmp_path_factory.mktemp("src"), tmp_path_factory.mktemp("image") / "app"
    stage = instructions()
    stage = stage[: [word for word, _ in stage].index("FROM", 1)]
    for word, rest in stage:
        if word == "COPY":
            *files, target = rest.split()
            for file in files:
                if (ROOT / file).is_dir():
                    ignored = shutil.ignore_patterns("__pycache__")
                    shutil.copytree(ROOT / file, source / target, ignore=ignored)
                else:
                    shutil.copy(ROOT / file, source / target)
    (sync,) = [rest for word, rest in stage if word == "RUN" and rest.startswith("uv sync")]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("UV_", "VIRTUAL_ENV"))}
    program, *arguments = shlex.split(sync)
    assert program == "uv"
    environment["UV_PROJECT_ENVIRONMENT"] = str(app)
    subprocess.run([_uv(), *arguments], cwd=source, env=environment, check=True)
    shutil.rmtree(source)
    yield app
    shutil.rmtree(app)


def _python(app: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    # As in the image: what the tests themselves import from does not count.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    command = [str(app / "bin" / "python"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=app, env=environment)


@pytest.mark.parametrize("program", ["api", "worker"])
def test_both_programs_run_without_the_sources(built: Path, program: str) -> None:
    """What is copied into the image is whole: the sources are gone and the programs answer."""
    done = _python(built, "-m", f"wellness.{program}", "--help")

    assert done.returncode == 0, done.stderr
    assert f"python -m wellness.{program}" in done.stdout


@pytest.mark.parametrize("module", ["vitals", "pulumi", "ruff", "mypy"])
def test_nothing_else_is_in_the_image(built: Path, module: str) -> None:
    """Neither the monitoring stack nor a developer's tools are shipped with the platform."""
    assert "ModuleNotFoundError" in _python(built, "-c", f"import {module}").stderr


def test_bases_are_pinned_by_digest_and_are_the_same() -> None:
    """Built and run on one image of one digest."""
    bases = {rest.split(" ")[0] for word, rest in instructions() if word == "FROM"}

    assert len(bases) == 1
    assert re.fullmatch(r"python:[\w.-]+@sha256:[0-9a-f]{64}", bases.pop())


def test_it_runs_without_privileges() -> None:
    """The last user is a number above those of the system, so a pod may demand that it is not root."""
    user = [rest for word, rest in instructions() if word == "USER"][-1]

    assert re.fullmatch(r"[1-9]\d{4,}:[1-9]\d{4,}", user)


def test_the_same_uv_builds_it() -> None:
    """The image is resolved by the version that developers have."""
    version = re.search(r"^UV_VERSION := (\S+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)

    assert version is not None
    assert f"uv=={version[1]}" in DOCKERFILE.read_text()
