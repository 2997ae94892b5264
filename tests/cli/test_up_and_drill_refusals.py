"""What `vitals up` and `vitals drill` refuse, they refuse in one clean sentence and before anything happens."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
from rich.console import Console

from tests.catalogues import WELLNESS
from vitals.cli import main
from vitals.cli import up as up_module
from vitals.cli.drill import TABLE_WIDTH, drill_table
from vitals.verify.drills.registry import DRILLS


def refusal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Run the command line in this process and return what it says; fail unless it exits 1 without a traceback."""
    monkeypatch.setattr(sys, "argv", ["vitals", *arguments])
    with pytest.raises(SystemExit) as end:
        main()
    said = " ".join(capsys.readouterr().err.split())
    assert end.value.code == 1, said
    assert said.startswith("error:")
    assert "Traceback" not in said
    return said


def catalogue(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Put a copy in the place of the catalogue."""
    copy = tmp_path / "catalog"
    shutil.copytree(WELLNESS, copy)
    monkeypatch.setattr(up_module, "CATALOG", copy)
    return copy


@pytest.mark.parametrize("more", [("--state", "somewhere"), ("--for", "10")])
def test_a_smoke_test_takes_no_folder_and_no_duration(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], more: tuple[str, str]
) -> None:
    """Both would be ignored, so they are refused."""
    assert "--state and --for would have no effect" in refusal(monkeypatch, capsys, "up", "--smoke", *more)


@pytest.mark.parametrize(("span", "complaint"), [("week", "is not a duration"), ("90d", "outside of 1h to 30d")])
def test_a_past_that_cannot_be_made(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, span: str, complaint: str
) -> None:
    """A span that is none is refused before the folder is touched."""
    folder = tmp_path / "run"

    assert complaint in refusal(monkeypatch, capsys, "up", "--history", span, "--state", str(folder))
    assert not folder.exists()


def test_all_drills_and_one_drill_contradict_each_other(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The name would be ignored, so it is refused."""
    assert "Give names or --all" in refusal(monkeypatch, capsys, "drill", "--all", "api-outage")


def test_a_drill_that_is_spelt_wrong(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The one that is meant comes first, then all there are."""
    said = refusal(monkeypatch, capsys, "drill", "api-outagee")

    assert "nothing was done. Did you mean 'api-outage'? Choose from: " in said


def test_a_catalogue_without_the_local_environment(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """The message names the environment, those there are, and the file to add."""
    (catalogue(monkeypatch, tmp_path) / "environments" / "local.py").unlink()

    said = refusal(monkeypatch, capsys, "up", "--state", str(tmp_path / "run"))

    assert "no environment 'local' (it has prod)" in said
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (('objective="99.9%"', 'objective="90%"'), "can never page"),
        (('"endpoint": 5', '"endpoynt": 5'), "not a label of its metrics"),
        (("description=", "descripton="), "there is no such field"),
        (('objective="99.9%"', 'objective="99.5%"'), "is stale"),
    ],
)
def test_a_mistake_in_the_catalogue(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    change: tuple[str, str],
    message: str,
) -> None:
    """Whether it is found at loading, at rendering or by comparing: a sentence, no traceback, no folder."""
    file = catalogue(monkeypatch, tmp_path) / "services" / "wellness_api.py"
    text = file.read_text(encoding="utf-8")
    assert change[0] in text
    file.write_text(text.replace(*change), encoding="utf-8")

    assert message in refusal(monkeypatch, capsys, "up", "--state", str(tmp_path / "run"))
    assert not (tmp_path / "run").exists()


def test_each_drill_has_one_line_in_the_list() -> None:
    """At a hundred columns nothing is cut and nothing is wrapped."""
    console = Console(width=TABLE_WIDTH, color_system=None)
    with console.capture() as captured:
        console.print(drill_table())
    lines = captured.get().splitlines()

    assert lines[0].split() == ["drill", "what", "is", "injected", "alert", "expected"]
    assert len(lines) == len(DRILLS) + 1
    for drill, line in zip(DRILLS, lines[1:], strict=True):
        assert line.split() == f"{drill.name} {drill.description} {drill.alert or ''} {drill.expected}".split()
