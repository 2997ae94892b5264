"""What `vitals status` says of a stack whose supervisor writes, and of one whose supervisor does not any more."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

import pytest

from vitals.cli import main
from vitals.local.processes.record import own_process_id
from vitals.local.stack.folder import RunFolder
from vitals.local.stack.state import StackState


def _said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], folder: Path, *more: str
) -> tuple[int, str]:
    monkeypatch.setattr(sys, "argv", ["vitals", "status", "--state", str(folder), *more])
    with pytest.raises(SystemExit) as end:
        main()
    return int(end.value.code or 0), capsys.readouterr().out


def _written(folder: Path, seconds_ago: float) -> None:
    now = time.time()
    path = RunFolder(folder).state
    StackState(run_id="r", supervisor=own_process_id(), started_at=now, control_token="t").save(path)
    os.utime(path, (now - seconds_ago, now - seconds_ago))


def test_an_old_state_is_not_shown_as_the_present(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Its age comes first, and what can be the reason."""
    _written(tmp_path, seconds_ago=7200)

    code, text = _said(monkeypatch, capsys, tmp_path)
    _, found = _said(monkeypatch, capsys, tmp_path, "--json")

    assert code == 0
    assert f"s old. The supervisor (process {os.getpid()})" in " ".join(text.split())
    assert 7200 <= json.loads(found)["age_s"] < 9000


def test_a_fresh_state_says_nothing_of_its_age(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """A file from the future, after a step of the clock, is as fresh."""
    _written(tmp_path, seconds_ago=-3600)

    _, text = _said(monkeypatch, capsys, tmp_path)
    _, found = _said(monkeypatch, capsys, tmp_path, "--json")

    assert "waiting for the first dashboard data" in text
    assert "old" not in text
    assert json.loads(found)["age_s"] == 0
    assert "control_token" not in found


def test_without_state_no_stack_is_shown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Exit code 1, in words and as JSON."""
    assert _said(monkeypatch, capsys, tmp_path)[0] == 1
    assert _said(monkeypatch, capsys, tmp_path, "--json") == (1, '{"running": false}\n')
