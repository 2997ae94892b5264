"""What every command does alike: it says its version, and shows no user a traceback."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import typer.main

from vitals.cli import app, run
from vitals.cli.announced import imported
from vitals.errors import VitalsError


def test_the_version_is_that_of_the_distribution() -> None:
    """Asked in the usual way."""
    done = subprocess.run([sys.executable, "-m", "vitals.cli", "--version"], check=True, capture_output=True, text=True)

    assert done.stdout == f"vitals {version('vitals')}\n"


def _options(command: Any, name: str = "vitals") -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - of typer's own click
    """Every option of every command, with the command that has it."""
    yield from ((name, option) for option in command.params if option.param_type_name == "option")
    inside = dict(getattr(command, "commands", {}))
    inside |= {word: imported(word, *place) for word, place in getattr(command, "announced", {}).items()}
    for word, inner in inside.items():
        yield from _options(inner, f"{name} {word}")


def test_json_means_the_same_everywhere() -> None:
    """It prints JSON in the place of text; a file is named by another option."""
    found = {name: one for name, one in _options(typer.main.get_command(app)) if "--json" in one.opts}

    assert {"vitals up", "vitals drill", "vitals load", "vitals status", "vitals scale drill"} <= found.keys()
    assert {name for name, one in found.items() if not one.is_flag or not str(one.help).startswith("Print ")} == set()


def test_a_mistake_of_ours_is_kept_in_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The message says what it was and where the traceback is; the exit code is not that of a user's mistake."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def broken() -> None:
        raise KeyError("gone")

    with pytest.raises(SystemExit, match="2"):
        run(broken)

    (kept,) = tmp_path.glob("vitals-*.traceback")
    said = capsys.readouterr().err
    assert "KeyError" in said
    assert kept.name in said
    assert "Traceback" not in said
    assert "Traceback" in kept.read_text()


def test_a_mistake_of_the_user_is_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    """As before: the message alone, and exit code 1."""

    def refused() -> None:
        raise VitalsError("There is no such thing. Name another.")

    with pytest.raises(SystemExit, match="1"):
        run(refused)

    assert capsys.readouterr().err == "error: There is no such thing. Name another.\n"
