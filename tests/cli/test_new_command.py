"""``vitals new`` in a copy of the repository: what it writes renders, passes the checks, and overwrites nothing."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from tests.catalogues import WELLNESS
from vitals.cli import app
from vitals.cli import new as module
from vitals.errors import VitalsError
from vitals.local.tools import find
from vitals.paths import ROOT
from vitals.rendered import groups_in, write_plain_rule_files

Vitals = Callable[..., "subprocess.CompletedProcess[str]"]
FOLDERS = ("alert_rules", "dashboards_py", "docs", "rendered", "tools", "vitals")
NOT_COPIED = shutil.ignore_patterns("handwritten", "mixins", "rule_files")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A repository that watches the demo: a copy of what the command writes into, and of what renders it.

    Bytecode is copied with its sources: each command would compile all of them again.
    """
    for folder in FOLDERS:
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=NOT_COPIED)
    shutil.copytree(WELLNESS, tmp_path / "catalog", ignore=NOT_COPIED)
    for folder in ("handwritten", "mixins"):
        shutil.copytree(WELLNESS / "rule_files" / folder, tmp_path / "alert_rules" / folder)
    return tmp_path


@pytest.fixture
def vitals(copy: Path) -> Vitals:
    """Runs the command line of the copy."""

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "PYTHONPATH": str(copy)}
        command = [sys.executable, "-m", "vitals.cli", *arguments]
        return subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False)

    return run


def _rendered(vitals: Vitals) -> None:
    done = vitals("render")
    assert done.returncode == 0, done.stderr


def test_a_new_service_is_watched(vitals: Vitals, copy: Path) -> None:
    """The one team owns it; its file renders as it stands, and it has the alerts of what it promises."""
    done = vitals("new", "service", "sleep-coach")

    assert done.returncode == 0, done.stderr
    assert "wrote catalog/services/sleep_coach.py" in done.stdout
    assert "next:" in done.stdout
    _rendered(vitals)
    model = json.loads((copy / "rendered" / "prod" / "model.json").read_text())
    names = {alert["name"] for alert in model["alerts"] if alert["service"] == "sleep-coach"}
    assert {"ServiceOutage", "ErrorBudgetBurnFast", "LatencyBudgetBurnFast"} <= names


@pytest.mark.rules
def test_a_new_alert_passes_its_own_test(vitals: Vitals, copy: Path) -> None:
    """The rule renders with owner and links, its promtool test is true of it, and its runbook stands every check."""
    done = vitals("new", "alert", "QueueStuck", "--service", "wellness-worker")

    assert done.returncode == 0, done.stderr
    assert "wrote docs/runbooks/QueueStuck.md" in done.stdout
    _rendered(vitals)
    file = copy / "rendered" / "prod" / "rules" / "handwritten.queue-stuck.yaml"
    (group,) = groups_in(file.read_text())
    (rule,) = group.rules
    assert rule.labels == {"severity": "warning", "service": "wellness-worker", "owner": "platform"}
    assert rule.annotations["runbook_url"].endswith("/QueueStuck")
    test = yaml.safe_load((copy / "alert_rules" / "handwritten" / "queue-stuck.test.yaml").read_text())
    files = write_plain_rule_files([group], copy / "plain").values()
    (copy / "test.yaml").write_text(yaml.safe_dump({**test, "rule_files": [str(file) for file in files]}))
    notified = subprocess.run(
        [find("promtool"), "test", "rules", copy / "test.yaml"], capture_output=True, text=True, check=False
    )
    assert notified.returncode == 0, notified.stdout + notified.stderr
    shutil.copytree(ROOT / "tests", copy / "tests")
    shutil.copyfile(ROOT / "pyproject.toml", copy / "pyproject.toml")
    checks = ["tests/docs/test_runbooks.py", "tests/docs/test_runbook_commands.py", "-k", "QueueStuck"]
    checked = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", "-p", "no:cacheprovider", *checks],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": str(copy)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout[-3000:] + checked.stderr


def test_a_service_may_be_called_as_a_word_of_python(vitals: Vitals, copy: Path) -> None:
    """Its variable and its module are not, so that Python reads them."""
    done = vitals("new", "service", "import")

    assert done.returncode == 0, done.stderr
    assert "import_ = Service(" in (copy / "catalog" / "services" / "import_.py").read_text()
    _rendered(vitals)
    assert "list class_.dashboard in" in vitals("new", "dashboard", "class").stdout
    compile((copy / "dashboards_py" / "class_.py").read_text(), "class_.py", "exec")


def test_a_disk_that_takes_one_file_of_three_gets_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The message names the one that could not be written."""
    (tmp_path / "runbooks").write_text("a file where a folder must be")
    monkeypatch.setattr(module, "CATALOG", WELLNESS)
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "HANDWRITTEN", tmp_path / "handwritten")
    monkeypatch.setattr(module, "RUNBOOKS", tmp_path / "runbooks")

    result = CliRunner().invoke(app, ["new", "alert", "QueueStuck", "--service", "node"])

    assert isinstance(result.exception, VitalsError), result.output
    assert "runbooks cannot be written (" in str(result.exception)
    assert not [file for file in (tmp_path / "handwritten").rglob("*") if file.is_file()]


def test_a_new_dashboard_is_rendered(vitals: Vitals, copy: Path) -> None:
    """Once it is on the list, as the command says, it renders in the environment, and no lint refuses it."""
    done = vitals("new", "dashboard", "queue-load")
    build = copy / "dashboards_py" / "__init__.py"
    text = build.read_text().replace("from . import ", "from . import queue_load, ", 1)
    build.write_text(
        text.replace("    overview.dashboard,\n", "    overview.dashboard,\n    queue_load.dashboard,\n", 1)
    )

    assert done.returncode == 0, done.stderr
    assert "list queue_load.dashboard in dashboards_py/__init__.py" in done.stdout
    _rendered(vitals)
    dashboard = json.loads((copy / "rendered" / "prod" / "dashboards" / "vitals-queue-load.json").read_text())
    assert dashboard["title"] == "Queue load"
    assert len(dashboard["panels"]) == 2


def test_an_alert_that_comes_with_vitals_is_not_written_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Not in a project that was not rendered yet either, which has no page of it."""
    monkeypatch.setattr(module, "CATALOG", WELLNESS)
    monkeypatch.setattr(module, "RUNBOOKS", tmp_path / "runbooks")

    result = CliRunner().invoke(app, ["new", "alert", "CacheSlow", "--service", "node"])

    assert isinstance(result.exception, VitalsError), result.output
    assert "An alert CacheSlow comes with Vitals" in str(result.exception)
    assert not list(tmp_path.iterdir())


REFUSED = {
    ("service", "wellness-api"): "is taken",
    ("service", "Sleep_Coach"): "lower-case words",
    ("service", "sleep-coach", "--owner", "platfrm"): "There is no team 'platfrm'",
    ("service", "sleep-coach", "--owner", ""): "There is no team ''",
    ("alert", "ServiceOutage", "--service", "node"): "docs/runbooks/ServiceOutage.md exists already",
    ("alert", "outage", "--service", "node"): "two words or more",
    ("alert", "HTTPErrors", "--service", "node"): "each a capital and small letters",
    ("alert", "ÜberLast", "--service", "node"): "two words or more",
    ("alert", "Queue" * 17, "--service", "node"): "has 85 characters, and 80 fit",
    ("service", "schlaf.coach"): "lower-case words",
    ("service", "überwachung"): "lower-case words",
    ("service", "3scale"): "lower-case words",
    ("service", "a" * 41): "has 41 characters, and 40 fit",
    ("service", "a" * 300): "has 300 characters",
    ("dashboard", "a" * 34): "has 34 characters, and 33 fit",
    ("dashboard", "__init__"): "lower-case words",
    ("alert", "QueueStuck", "--service", "wellness-wroker"): "Did you mean 'wellness-worker'",
    ("dashboard", "overview"): "dashboards_py/overview.py exists already",
}


@pytest.mark.parametrize(("arguments", "complaint"), REFUSED.items(), ids=[" ".join(one) for one in REFUSED])
def test_what_is_there_is_never_overwritten(
    arguments: tuple[str, ...], complaint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not one of several files is written where one of them exists; nor is anything under a name that cannot be."""
    written: list[object] = []
    monkeypatch.setattr(module, "CATALOG", WELLNESS)
    monkeypatch.setattr(module, "write_all", written.append)
    result = CliRunner().invoke(app, ["new", *arguments])

    assert isinstance(result.exception, VitalsError), result.output
    assert complaint in str(result.exception)
    assert written == []
