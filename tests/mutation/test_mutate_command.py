"""``make mutate`` on the shipped rules and cases: one kind of alert for real, refusals, and Ctrl-C."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import psutil
import pytest
import typer
from typer.testing import CliRunner

from tests.mutation.command import mutate
from tests.mutation.mutant import of_shipped
from tests.mutation.tested import rules
from vitals.errors import VitalsError
from vitals.local.tools import find
from vitals.paths import ROOT

COMMAND = [sys.executable, "-m", "tests.mutation"]
DEADLINE_S = 300.0


def _anew(folder: Path) -> Mapping[str, str]:
    """An environment in which nothing has been found out yet, and promtool is on PATH."""
    return {**os.environ, "VITALS_CACHE": str(folder), "PATH": f"{find('promtool').parent}:{os.environ['PATH']}"}


@pytest.mark.rules
def test_one_kind_of_alert_for_real(tmp_path: Path) -> None:
    """The shipped cases kill nearly every mutant of the rules behind an alert, and the outcome is written."""
    outcome = tmp_path / "outcome.json"
    command = [*COMMAND, "--kind", "MachineClockSkewed", "--json", str(outcome)]
    ran = subprocess.run(command, cwd=ROOT, env=_anew(tmp_path), capture_output=True, text=True, check=False)
    found = json.loads(outcome.read_text())

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert found["total"] >= 10
    assert found["killed"] + len(found["survivors"]) == found["total"]
    assert found["kinds"]["MachineClockSkewed"]["score"] >= 0.8
    assert f"{found['killed']} of {found['total']} mutants killed" in ran.stdout


@pytest.mark.rules
def test_the_command_says_what_a_sample_means(tmp_path: Path) -> None:
    """Fewer mutants, and between which shares that of all lies."""
    command = [*COMMAND, "--kind", "MachineClockSkewed", "--one-in", "4", "--json", str(tmp_path / "outcome.json")]
    ran = subprocess.run(command, cwd=ROOT, env=_anew(tmp_path), capture_output=True, text=True, check=False)
    whole = of_shipped(rules(), "rendered/prod", "MachineClockSkewed")

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert 0 < json.loads((tmp_path / "outcome.json").read_text())["total"] < len(whole) / 2
    assert "one place in 4 was mutated: of all mutants" in ran.stdout


@pytest.mark.rules
def test_ctrl_c_leaves_no_process(tmp_path: Path) -> None:
    """A run that is interrupted while promtool works ends with 130, and nothing that it started lives on."""
    with subprocess.Popen(
        [*COMMAND, "--kind", "MachineClockSkewed"],
        cwd=ROOT,
        env=_anew(tmp_path),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        started = _children_with_promtool(process)
        process.send_signal(signal.SIGINT)
        assert process.wait(DEADLINE_S) == 130
    _, alive = psutil.wait_procs(started, timeout=30)

    assert alive == []


def _children_with_promtool(process: subprocess.Popen[bytes]) -> list[psutil.Process]:
    deadline = time.monotonic() + DEADLINE_S
    while time.monotonic() < deadline and process.poll() is None:
        children = psutil.Process(process.pid).children(recursive=True)
        if any("test" in _arguments(child) for child in children):
            return children
        time.sleep(0.1)
    pytest.fail("no case ever ran")


def _arguments(process: psutil.Process) -> list[str]:
    try:
        return list(process.cmdline())
    except psutil.Error:
        return []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--kind", "MachineClockSkewd"], "Did you mean MachineClockSkewed"),
        (["--json", "missing-folder/outcome.json"], "is not a folder"),
        (["--one-in", "4", "--part", "4"], "Those of --one-in 4 are 0 to 3"),
        (["--part", "4"], "Say with --one-in"),
    ],
)
def test_wrong_arguments_are_refused_before_anything_runs(arguments: list[str], message: str) -> None:
    """A wrong name or folder is reported at once, not after twenty minutes."""
    app = typer.Typer()
    app.command()(mutate)

    result = CliRunner().invoke(app, arguments)

    assert isinstance(result.exception, VitalsError)
    assert message in str(result.exception)
