"""A PATH, a cache and a tiny Go module of the tests' own, so that what is installed here decides nothing."""

import os
import shutil
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest

from vitals.local.tools import programs
from vitals.local.tools.entry import Pin, Program, ProgramGroup

WriteProgram = Callable[[str, str], Path]
MAIN = """package main

import "example.test/greet/part"

var version string

func main() { println("%s, version", version, part.Text) }
"""


@pytest.fixture(autouse=True)
def private_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache folder; modules cannot be fetched."""
    monkeypatch.setenv("VITALS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("GOPROXY", "off")
    return tmp_path / "cache"


@pytest.fixture
def write_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> WriteProgram:
    """Puts executables that print a given text on a PATH which else holds nothing but Go."""
    folder = tmp_path / "bin"
    folder.mkdir()
    go = shutil.which("go")
    assert go is not None, "these tests build with the real Go: install it, `vitals doctor` says how"
    monkeypatch.setenv("PATH", os.pathsep.join([str(folder), str(Path(go).parent)]))

    def write(name: str, text: str) -> Path:
        executable = folder / name
        executable.write_text(f"#!/bin/sh\n/bin/cat <<'END'\n{text}\nEND\n", encoding="utf-8")
        executable.chmod(0o755)
        return executable

    return write


@pytest.fixture
def greet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pin:
    """A pin of two programs, ``hello`` and ``goodbye``, that share one package; Go has never compiled them before."""
    folder = tmp_path / "greet"
    for name in ("hello", "goodbye"):
        (folder / name).mkdir(parents=True)
        (folder / name / "main.go").write_text(MAIN % name, encoding="utf-8")
    (folder / "part").mkdir()
    unique = f'package part\n\nconst Text = "{uuid.uuid4()}"\n'
    (folder / "part" / "part.go").write_text(unique, encoding="utf-8")
    (folder / "go.mod").write_text("module example.test/greet\n\ngo 1.21\n", encoding="utf-8")
    packages = {name: f"example.test/greet/{name}" for name in ("hello", "goodbye")}
    pin = Pin("greet", folder, "1.4.0", packages, {"main.version": "1.4.0"})
    known = tuple(
        Program(
            name=name,
            wanted=">=1.2,<2",
            version_args=(),
            version_pattern=r", version (\d+(?:\.\d+)+)",
            missing_costs="No greeting is printed.",
            get=(f"vitals tools build {name}", f"brew install {name}"),
            on_path=(name, f"debian-{name}"),
            pin=pin,
            group=ProgramGroup.STACK,
        )
        for name in packages
    )
    monkeypatch.setattr(programs, "PROGRAMS", known)
    return pin
