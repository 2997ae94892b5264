"""What every command does alike: it says its version, and shows no user a traceback."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

import pytest

from vitals.cli import run
from vitals.errors import VitalsError


def test_the_version_is_that_of_the_distribution() -> None:
    """Asked in the usual way."""
    done = subprocess.run([sys.executable, "-m", "vitals.cli", "--version"], check=True, capture_output=True, text=True)

    assert done.stdout == f"vitals {version('vitals')}\n"


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
