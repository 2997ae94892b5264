"""``vitals scale drill`` refuses what cannot work before it looks for programs, and says what a drill came to."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from tests.verify.scaling_loop.good_outcome import GOOD
from vitals.cli import app
from vitals.cli.scale_drill import outcome_table
from vitals.errors import VitalsError


@pytest.fixture(autouse=True)
def no_programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No program can be found or built here."""
    monkeypatch.setenv("VITALS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", "/nowhere")


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["--json", "no/such/folder/drill.json"], r"folder of no/such/folder/drill.json does not exist"),
        (["--picture", "drill.gif"], r"\.png or \.svg, and drill\.gif is neither"),
        (["--faults", "--up-only"], r"--faults need the load to stay, and --up-only ends it"),
        (["--predictive", "--up-only"], r"--predictive is a drill of its own"),
        (["--predictive", "--faults"], r"--predictive is a drill of its own"),
        (["--environment", "produ"], r"'produ' is not rendered.*Did you mean 'prod'\?"),
        (["--environment", "local"], r"'local' scales no service 'wellness-api'"),
        ([], r"keda 2\.\S+ has to be built and Go is not installed"),
    ],
)
def test_what_cannot_work_is_refused_first(tmp_path: Path, arguments: list[str], problem: str) -> None:
    """A quarter of an hour later would be late; no folder was made for it."""
    command = ["scale", "drill", "--state", str(tmp_path / "run"), *arguments]

    with pytest.raises(VitalsError, match=problem):
        CliRunner().invoke(app, command, catch_exceptions=False)

    assert not (tmp_path / "run").exists()


def test_a_foreign_folder_is_left_as_it_is(tmp_path: Path) -> None:
    """A name given by mistake costs no data: neither half of the run folder is emptied unless it is ours."""
    theirs = tmp_path / "loop" / "precious"
    theirs.parent.mkdir()
    theirs.write_text("mine", encoding="utf-8")

    with pytest.raises(VitalsError, match=r"not a run folder of Vitals"):
        CliRunner().invoke(app, ["scale", "drill", "--state", str(tmp_path)], catch_exceptions=False)

    assert theirs.read_text(encoding="utf-8") == "mine"


def test_what_was_measured_stands_beside_what_was_computed() -> None:
    """One line for each number, the faults among them."""
    console = Console(file=io.StringIO(), width=120)
    console.print(outcome_table(GOOD))
    assert isinstance(console.file, io.StringIO)
    lines = {" ".join(line.split()) for line in console.file.getvalue().splitlines()}

    assert "first scale-up 41 s 58 s (computed)" in lines
    assert "p95 under 250 ms again 80 s" in lines
    assert "back to 2 replicas 400 s 420 s (computed)" in lines
    assert "failed requests 0 0" in lines
    assert "fewest replicas, prometheus-killed 4 at least 3, 2 requests failed" in lines
