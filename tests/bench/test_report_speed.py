"""A report of every dashboard: it takes a few times as long as one of one dashboard, not as often as there are more.

Measured is the processor time of the command and of every program that it starts, which other work on the machine does
not change much. The peer is a report of one dashboard in the same run.
"""

from __future__ import annotations

import json
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from vitals.rendered import names

ONE = "vitals-api"
MOST_TIMES = 4.5
"""Twelve dashboards have nine times the panels of this one, but starting, comparing and checking are done once in each
report: 2.9 to 3.5 times were measured, and a quarter more is left to a busy machine."""


def _git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", "-C", str(folder), *identity, *arguments], check=True, capture_output=True)


def _moved(repository: Path, branch: str, pattern: str) -> None:
    """A branch on which every panel of some dashboards stands a row lower."""
    _git(repository, "checkout", "-q", "-b", branch, "main")
    for file in (repository / "rendered" / "prod" / names.DASHBOARDS).glob(pattern):
        dashboard = json.loads(file.read_text(encoding="utf-8"))
        for panel in dashboard["panels"]:
            panel["gridPos"]["y"] += 1
        file.write_text(json.dumps(dashboard), encoding="utf-8")
    _git(repository, "commit", "-q", "-a", "-m", branch)


def _report(repository: Path, branch: str, out: Path) -> tuple[float, float]:
    """Seconds that pass, and seconds of the processor."""

    def used() -> float:
        children = resource.getrusage(resource.RUSAGE_CHILDREN)
        return children.ru_utime + children.ru_stime

    before, began = used(), time.perf_counter()
    options = ("--repository", str(repository), "--out", str(out))
    command = [sys.executable, "-m", "vitals.cli", "report", "main", branch, *options]
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - began, used() - before


@pytest.mark.bench
def test_a_report_of_every_dashboard_takes_a_few_times_as_long_as_of_one(demo_rendered: Path, tmp_path: Path) -> None:
    """Each panel is drawn once, data are made once, and what is common is done once."""
    repository = tmp_path / "repository"
    shutil.copytree(demo_rendered / "prod", repository / "rendered" / "prod")
    _git(repository, "init", "-q", "-b", "main")
    _git(repository, "add", "-A")
    _git(repository, "commit", "-q", "-m", "first")
    _moved(repository, "one", f"{ONE}.json")
    _moved(repository, "all", "*.json")

    one_s, one_cpu = _report(repository, "one", tmp_path / "one")
    all_s, all_cpu = _report(repository, "all", tmp_path / "all")
    pictures = [len(list((tmp_path / name / "pictures").iterdir())) for name in ("one", "all")]
    print(
        f"\nreport of {pictures[0] // 3} dashboard: {one_s:.1f} s, {one_cpu:.1f} s of the processor; of "
        f"{pictures[1] // 3}: {all_s:.1f} s, {all_cpu:.1f} s of the processor, x{all_cpu / one_cpu:.1f}"
    )

    assert pictures[0] == 3
    assert pictures[1] > 30
    assert all_cpu / one_cpu < MOST_TIMES
