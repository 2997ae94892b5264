"""`vitals up --smoke`: everything that is rendered works on real data."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.live.running_stack import vitals

pytestmark = pytest.mark.live


def test_every_target_rule_and_panel_of_the_rendered_stack_works(tmp_path: Path) -> None:
    """All targets are up, all rules healthy, and each query of each panel has data; only what must be empty is."""
    report = tmp_path / "smoke.json"

    command = vitals("up", "--smoke", "--json", str(report))
    run = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)

    assert run.returncode == 0, run.stdout + run.stderr
    found = json.loads(report.read_text(encoding="utf-8"))
    assert found["targets"]["up"] == found["targets"]["total"] > 0
    assert found["rules"]["healthy"] == found["rules"]["total"] > 0
    panels = found["panels"]
    assert panels["errors"] == []
    assert panels["with_data"] + len(panels["expected_empty"]) == panels["total"] > 0
    assert [(entry["panel"].partition(" ")[2], entry["reason"]) for entry in panels["expected_empty"]] == [
        ("What fires now", "empty while no alert fires")
    ]
    young = "an hour has a mean once 45 of its minutes are known"
    early = [entry for entry in panels["excused_queries"] if entry["reason"] == young]
    assert len(early) == len(panels["excused_queries"]) - 1
    assert all("_mean1h{" in entry["query"] and "offset 1w" in entry["query"] for entry in early)
    records = found["rules"]["expected_empty"]
    assert {entry["reason"] for entry in records} == {young}
    assert all("_mean1h{" in entry["record"] for entry in records)
    assert found["not_run_here"] == []
