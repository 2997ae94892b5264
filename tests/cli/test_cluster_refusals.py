"""``vitals cluster`` refuses what it can before it looks for programs, which it might have to build for minutes."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from vitals.cli import app
from vitals.errors import VitalsError
from vitals.local.processes import folder as folder_module


@pytest.fixture(autouse=True)
def no_programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No program can be found or built here."""
    monkeypatch.setenv("VITALS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", "/nowhere")


def start(folder: Path) -> None:
    """Call the command."""
    CliRunner().invoke(app, ["cluster", "--state", str(folder)], catch_exceptions=False)


def test_a_foreign_folder_is_left_as_it_is(tmp_path: Path) -> None:
    """A name given by mistake costs neither data nor a build."""
    theirs = tmp_path / "data" / "precious"
    theirs.parent.mkdir()
    theirs.write_text("mine", encoding="utf-8")

    with pytest.raises(VitalsError, match=r"not a run folder of Vitals.*delete keys/, data/ and logs/.*--state DIR"):
        start(theirs.parent)

    assert list(theirs.parent.iterdir()) == [theirs]


def test_a_nearly_full_disk_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is written first."""
    monkeypatch.setattr(folder_module, "LOWEST_FREE_BYTES", 2**60)

    with pytest.raises(VitalsError, match=r"MiB are free.*--state DIR"):
        start(tmp_path / "run")

    assert not (tmp_path / "run").exists()


def test_a_program_that_is_missing_is_named_with_the_way_to_get_it(tmp_path: Path) -> None:
    """Without Go nothing can be built, and nothing was started."""
    with pytest.raises(VitalsError, match=r"etcd 3\.\S+ has to be built and Go is not installed"):
        start(tmp_path / "run")

    assert not (tmp_path / "run").exists()
