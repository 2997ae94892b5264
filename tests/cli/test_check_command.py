"""``vitals check`` on files as people have them: lines, JSON, SARIF, exit codes."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from vitals.cli import app
from vitals.errors import VitalsError
from vitals.verify.review import CHECKS

RULES = "groups:\n- name: shop\n  rules:\n  - alert: Down\n    expr: count(up) == 0\n"


def _check(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["check", *arguments])


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder holds a rule file with an alert that never fires."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rules.yaml").write_text(RULES)
    return tmp_path


def test_a_defect_is_a_line_with_its_reason_and_its_fix(folder: Path) -> None:
    """File and line as editors and terminals know them; the exit code says that there is one."""
    command = [sys.executable, "-m", "vitals.cli", "check", "rules.yaml"]
    done = subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True)

    assert done.returncode == 1
    assert "rules.yaml:5: error [impossible-alert] alert Down\n    count() of nothing" in done.stdout
    assert "1 file checked: 1 error, 1 warning" in done.stdout
    assert not done.stderr


def test_json_and_sarif_hold_the_same_defects(folder: Path) -> None:
    """SARIF 2.1.0 with a rule for each check and a place for each result."""
    done = _check("rules.yaml", "--json", "--least", "note", "--sarif", "found.sarif")
    defects = json.loads(done.stdout)
    (run,) = json.loads((folder / "found.sarif").read_text())["runs"]

    assert {one["check"] for one in defects} >= {"impossible-alert", "alert-summary", "runbook"}
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == [one.name for one in CHECKS]
    assert [
        (one["ruleId"], one["level"], one["locations"][0]["physicalLocation"]["region"]["startLine"])
        for one in run["results"]
    ] == [(one["check"], one["gravity"], one["line"]) for one in defects]
    assert run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "rules.yaml"


def test_what_is_accepted_does_not_fail_and_stands_in_sarif(folder: Path) -> None:
    """With its reason, as code scanning shows a dismissed alert."""
    until = datetime.now(UTC).date() + timedelta(days=30)
    entry = f'file = "*"\nwhat = "*"\nreason = "Only a test of this command."\nuntil = {until}\n'
    accepted = "".join(f'[[suppress]]\ncheck = "{name}"\n{entry}' for name in ("impossible-alert", "alert-summary"))
    (folder / "accepted.toml").write_text(accepted)
    done = _check("rules.yaml", "--suppressions", "accepted.toml", "--sarif", "found.sarif")
    (run,) = json.loads((folder / "found.sarif").read_text())["runs"]
    reasons = {one["suppressions"][0]["justification"] for one in run["results"] if "suppressions" in one}

    assert done.exit_code == 0, done.stdout
    assert "0 errors, 0 warnings" in done.stdout
    assert reasons == {"Only a test of this command."}


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["gone.yaml"], "gone.yaml cannot be checked: it does not exist"),
        (["rules.yaml", "--least", "bad"], "--least 'bad' is not a gravity"),
        (["rules.yaml", "--prometheus", "http://127.0.0.1:1"], "Prometheus at http://127.0.0.1:1 does not answer"),
        (["rules.yaml", "--prometheus", "not a url"], "does not answer as one"),
        (["rules.yaml", "--suppressions", "gone.toml"], "gone.toml cannot be read"),
        (["--rendered", "gone"], "gone holds no rendered environment, so there is nothing to read"),
    ],
)
def test_a_wrong_argument_says_what_is_wrong(arguments: list[str], complaint: str) -> None:
    """And that nothing was checked."""
    done = _check(*arguments)

    assert isinstance(done.exception, VitalsError)
    assert complaint in str(done.exception)


def test_every_check_is_listed() -> None:
    """Name, gravity and what it finds."""
    lines = _check("--list").stdout.splitlines()

    assert [line.split()[:2] for line in lines] == [[one.name, one.gravity.word] for one in CHECKS]


def test_markup_in_titles_is_printed_as_it_is(folder: Path) -> None:
    """Neither the terminal nor the library that colours it reads it."""
    title = "[bold]x[/] <b>y</b>"
    (folder / "d.json").write_text(json.dumps({"title": "A", "panels": [{"title": title, "type": "stat"}]}))

    assert title in _check("d.json").stdout
