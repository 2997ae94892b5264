"""`vitals up --smoke`: everything that is rendered works on real data."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.live.running_stack import vitals

pytestmark = pytest.mark.live

NEEDS_HISTORY = {
    "an hour has a mean once 45 of its minutes are known": "_mean1h",
    "no filesystem shrinks, or the window is not known for so long yet": ":node_filesystem_time_left_seconds:deriv",
    "no target has been there for five minutes yet": ":scrapes_missed:ratio5m",
    "nothing is usual in the first quarter of an hour": ":usual3h",
}
"""What a stack of some minutes cannot know yet: the reason, and what it may excuse."""
BY_THE_CLOCK = {
    "it is recorded at one evaluation in each five minutes, to be read by windows, so an instant rarely sees it",
    "it is made of records of five minutes each, and the first comes with the next full five of the clock",
}
"""What depends on when within five minutes the stack was started."""
OF_FORESIGHT = {
    "nothing nears a limit, or fewer than three days are known",
    "nothing is other than its past",
    "the foresight service has seen nothing of it yet",
}
"""What the foresight service may find within minutes, or not."""
QUIET = "empty while no alert fires"
"""A busy machine may fire an alert of its own."""
MAY_BE = BY_THE_CLOCK | OF_FORESIGHT


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
    empty = {entry["panel"].partition(" ")[2] for entry in panels["expected_empty"]}
    assert {"Time until disk full", "Missed scrapes"} <= empty
    assert {entry["reason"] for entry in panels["expected_empty"]} <= {QUIET, *MAY_BE, *NEEDS_HISTORY}
    excused = [(entry["query"], entry["reason"]) for entry in panels["excused_queries"]]
    excused += [(entry["record"], entry["reason"]) for entry in found["rules"]["expected_empty"]]
    reasons = {reason for _, reason in excused} - {QUIET}
    assert NEEDS_HISTORY.keys() <= reasons <= {*NEEDS_HISTORY, *MAY_BE}
    assert all(NEEDS_HISTORY[reason] in asked for asked, reason in excused if reason in NEEDS_HISTORY)
    assert all("service_slo:" in asked for asked, reason in excused if reason in BY_THE_CLOCK)
    assert all("anomal" in asked for asked, reason in excused if reason in OF_FORESIGHT)
    assert found["not_run_here"] == []
