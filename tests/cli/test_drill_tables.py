"""What `vitals drill` and `vitals status` print of drills and of the dead man's switch."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from rich.console import Console

from vitals.cli.drill import TABLE_WIDTH, outcome_table
from vitals.cli.stack_display import state_table
from vitals.local.processes.record import own_process_id
from vitals.local.stack.state import Heartbeat, StackState
from vitals.model.conventions import Severity
from vitals.rendered import Channel
from vitals.verify.drills.drill import Outcome
from vitals.verify.drills.registry import DRILLS


def printed(*pieces: object) -> str:
    """What people see of these."""
    console = Console(width=TABLE_WIDTH, color_system=None)
    with console.capture() as captured:
        for piece in pieces:
            console.print(piece)
    return captured.get()


def test_the_list_is_data_for_scripts_too(tmp_path: Path) -> None:
    """Each drill with its name, family and what must follow."""
    file = tmp_path / "drills.json"
    command = [sys.executable, "-m", "vitals.cli", "drill", "--list", "--json", str(file)]
    subprocess.run(command, capture_output=True, check=True)

    listed = json.loads(file.read_text(encoding="utf-8"))
    assert [(one["name"], one["family"], one["alert"], one["expected"]) for one in listed] == [
        (drill.name, drill.family, drill.alert, drill.expected) for drill in DRILLS
    ]


def test_an_outcome_is_one_line_with_its_times_and_budgets() -> None:
    """The last channel counts; what was skipped or went wrong says why."""
    silent: dict[Channel, float | None] = {"slack": None, "email": None, "pagerduty": None, "deadman": None}
    notified: dict[Channel, float | None] = {**silent, "slack": 3.2, "email": 4.4}
    good = Outcome(
        drill="a", family="a", alert="A", severity=Severity.WARNING, within_s=90, notified_after_s=notified,
        resolved_within_s=60, resolved_after_s=50.6, expected="notify",
    )  # fmt: skip
    skipped = Outcome(
        drill="b",
        family="b",
        alert="B",
        severity=Severity.CRITICAL,
        notified_after_s=silent,
        expected="page",
        skipped="no root",
    )
    failed = Outcome(
        drill="c", family="c", alert=None, severity=None, within_s=60, notified_after_s=silent, expected="silence",
        problem="unexpected page",
    )  # fmt: skip

    lines = printed(outcome_table([good, skipped, failed])).splitlines()[1:]

    assert [" ".join(line.split()) for line in lines] == [
        "a A 4 of 90 s 51 of 60 s as expected",
        "b B skipped: no root",
        "c silence unexpected page",
    ]


@pytest.mark.parametrize(
    ("heard", "missing", "words"),
    [
        (None, None, "waiting for the first Watchdog heartbeat"),
        (7.0, None, "last Watchdog heartbeat 7 s ago"),
        (200.0, 30.0, "ALARM for 30 s: no Watchdog heartbeat"),
    ],
)
def test_the_status_says_when_the_watchdog_was_heard(heard: float | None, missing: float | None, words: str) -> None:
    """And an alarm is the loudest line of it."""
    now = time.time()
    heartbeat = Heartbeat(
        every_s=60,
        patience_s=120,
        heard_at=now - heard if heard is not None else None,
        missing_since=now - missing if missing is not None else None,
    )
    state = StackState(run_id="r", supervisor=own_process_id(), started_at=now, control_token="t", heartbeat=heartbeat)

    assert words in printed(*state_table(state))
    assert "Watchdog" not in printed(*state_table(state.model_copy(update={"heartbeat": None})))
