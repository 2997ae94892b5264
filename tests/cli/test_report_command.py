"""``vitals report`` refuses what it cannot describe before anything is made, and says why in one sentence."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from vitals.cli import app, report, run
from vitals.errors import VitalsError
from vitals.paths import ROOT
from vitals.rendered import names


def _git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", "-C", str(folder), *identity, *arguments], check=True, capture_output=True)


def _commit(folder: Path, message: str) -> None:
    _git(folder, "add", "-A")
    _git(folder, "commit", "-q", "-m", message)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with one commit, in which nothing is rendered."""
    folder = tmp_path / "repository"
    folder.mkdir()
    _git(folder, "init", "-q", "-b", "main")
    (folder / "README").write_text("Text.", encoding="utf-8")
    _commit(folder, "first")
    return folder


def _refusal(out: Path, *arguments: str) -> str:
    said = CliRunner().invoke(app, ["report", "--out", str(out), *arguments]).exception
    assert isinstance(said, VitalsError)
    return str(said)


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("no-such-branch",), "no revision 'no-such-branch'"),
        (("HEAD", "no-such-head"), "no revision 'no-such-head'"),
        (("--", "-x"), "no revision '-x'"),
        (("main",), "no folder rendered/"),
        (("main", "--pictures-url", "javascript:alert(1)"), "not an http address"),
        (("main", "--page-url", "https://example.org/a b"), "not an http address"),
    ],
)
def test_what_cannot_be_described_is_refused(
    repository: Path, tmp_path: Path, arguments: tuple[str, ...], why: str
) -> None:
    """A revision that is not there or has nothing rendered, an address that no comment can link to."""
    out = tmp_path / "out"

    assert why in _refusal(out, "--repository", str(repository), *arguments)
    assert not out.exists()


def test_a_folder_without_history_is_refused(tmp_path: Path) -> None:
    """And named."""
    assert f"{tmp_path} is not in a git repository" in _refusal(tmp_path / "out", "--repository", str(tmp_path), "main")


def test_a_branch_without_anything_in_common_is_refused(repository: Path, tmp_path: Path) -> None:
    """What it changes cannot be said, because no commit is known at which it left its base."""
    _git(repository, "checkout", "-q", "--orphan", "other")
    _commit(repository, "begins anew")

    assert "no history in common" in _refusal(tmp_path / "out", "--repository", str(repository), "main", "other")


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    """And left as it is."""
    out = tmp_path / "out"
    out.write_text("mine", encoding="utf-8")

    assert "is a file" in _refusal(out, "HEAD")
    assert out.read_text(encoding="utf-8") == "mine"


def test_a_wrong_revision_exits_with_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As a script sees it: the sentence on standard error, exit code 1, and no traceback."""
    arguments = ["report", "no-such-branch", "--repository", str(ROOT), "--out", str(tmp_path / "out")]

    with pytest.raises(SystemExit, match="1"):
        run(lambda: app(arguments, standalone_mode=False))

    said = capsys.readouterr().err
    assert said.startswith("error: There is no revision 'no-such-branch' here")
    assert "Traceback" not in said


@pytest.fixture
def changed(demo_rendered: Path, repository: Path) -> Path:
    """A repository whose branch renames one panel of one dashboard."""
    file = min((demo_rendered / "prod" / names.DASHBOARDS).glob("*.json"))
    folder = repository / "rendered" / "prod"
    (folder / names.DASHBOARDS).mkdir(parents=True)
    (folder / names.MODEL).write_bytes((demo_rendered / "prod" / names.MODEL).read_bytes())
    dashboard = json.loads(file.read_text(encoding="utf-8"))
    for title in ("One", "Two"):
        dashboard["panels"][0]["title"] = title
        (folder / names.DASHBOARDS / file.name).write_text(json.dumps(dashboard), encoding="utf-8")
        _commit(repository, title)
    return repository


def test_a_prometheus_that_does_not_start_is_said(
    changed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its end is named, and nothing is written: a report without its pictures would pass for one without changes."""
    program = tmp_path / "prometheus"
    program.write_text("#!/bin/sh\nexit 3\n", encoding="utf-8")
    program.chmod(0o755)
    promtool = tmp_path / "promtool"
    promtool.write_text('#!/bin/sh\nfor last; do :; done\nmkdir -p "$last"\n', encoding="utf-8")
    promtool.chmod(0o755)
    monkeypatch.setattr(report, "ensure", lambda *_: {"prometheus": program, "promtool": promtool})
    out = tmp_path / "out"

    said = _refusal(out, "--repository", str(changed), "HEAD~1")

    assert "prometheus ended with exit code 3 instead of starting" in said
    assert not out.exists()
