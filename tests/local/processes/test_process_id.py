"""Which process a run's record speaks of, whatever becomes of the clock and of its number."""

from __future__ import annotations

import subprocess
import sys

import pytest

from vitals.local.processes.record import own_process_id, process_id


@pytest.mark.parametrize("step_s", [2, -2, 86_400])
def test_a_step_of_the_clock_ends_no_process(step_s: float) -> None:
    """Afterwards the same process seems to have been created at another time, by just that step."""
    before = own_process_id()
    recorded = before.model_copy(update={"created": before.created - step_s})

    assert recorded.alive()


def test_a_later_process_of_the_same_number_is_another_one() -> None:
    """It was created at another time, by the clock and since the machine started."""
    now = own_process_id()
    earlier = {"created": now.created - 60, "since_boot": now.since_boot - 60}

    assert not now.model_copy(update=earlier).alive()


def test_a_number_that_no_process_has_names_none() -> None:
    """Neither now nor as a record."""
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        ended.wait(60)

    assert process_id(ended.pid) is None
    assert not own_process_id().model_copy(update={"pid": ended.pid}).alive()
