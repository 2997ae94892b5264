"""Prometheus hears of targets when they are worth a look, and never that a job is missing."""

from __future__ import annotations

import errno
import json
from pathlib import Path

import pytest

from vitals.local.stack import discovery as discovery_module
from vitals.local.stack.discovery import Discovery, Targets
from vitals.local.stack.folder import RunFolder

JOBS = {"api": Targets(("127.0.0.1:1", "127.0.0.1:2"), after=("traffic",)), "node": Targets(("127.0.0.1:3",))}


def listed(folder: RunFolder) -> dict[str, list[str]]:
    """Read every target file as file_sd does."""
    found = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in folder.targets.iterdir()}
    assert all(len(groups) == 1 and set(groups[0]) == {"targets"} for groups in found.values())
    return {job: groups[0]["targets"] for job, groups in found.items()}


def discovery(folder: RunFolder, problems: list[str]) -> Discovery:
    """Make the target files of a run that lacks a mailer."""
    return Discovery(folder.targets, JOBS, not_run_here=("mailer",), on_problem=problems.append)


def test_a_job_is_listed_when_its_parts_are_ready_and_stays(folder: RunFolder) -> None:
    """Before that its file is there and empty; a part that dies later is still looked for."""
    found = discovery(folder, [])
    assert listed(folder) == {"api": [], "node": [], "mailer": []}

    found.update(set())
    assert listed(folder) == {"api": [], "node": ["127.0.0.1:3"], "mailer": []}

    found.update({"traffic"})
    found.update(set())
    assert listed(folder) == {"api": ["127.0.0.1:1", "127.0.0.1:2"], "node": ["127.0.0.1:3"], "mailer": []}


def test_a_file_that_cannot_be_written_is_reported_and_tried_again(
    folder: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk delays a target; it does not lose it."""
    problems: list[str] = []
    found = discovery(folder, problems)

    def full(path: Path, text: str) -> None:
        raise OSError(errno.ENOSPC, f"No space left for {path.name} of {len(text)}")

    with monkeypatch.context() as patch:
        patch.setattr(discovery_module, "write_atomic", full)
        found.update({"traffic"})
    assert len(problems) == 2
    assert listed(folder)["api"] == []

    found.update({"traffic"})
    assert listed(folder)["api"] == ["127.0.0.1:1", "127.0.0.1:2"]
