"""A stack that is hurt recovers, and one that was killed leaves nothing to the next."""

from __future__ import annotations

import os
import signal

import pytest

from tests.live.running_stack import RunningStack, is_healthy, processes_of
from vitals.local.processes.record import PartRecord
from vitals.local.stack.state import StackState

pytestmark = pytest.mark.live


def prometheus_of(state: StackState) -> PartRecord:
    """What is known of Prometheus."""
    (found,) = (part for part in state.parts if part.name == "prometheus")
    return found


def pid_of(part: PartRecord) -> int:
    """The process id of a part that runs."""
    assert part.process is not None
    return part.process.pid


def test_prometheus_is_started_again_after_it_was_killed(stack: RunningStack) -> None:
    """Another process, one more restart, and everything is healthy again."""
    before = prometheus_of(stack.wait_for(is_healthy))
    os.kill(pid_of(before), signal.SIGKILL)

    after = stack.wait_for(
        lambda state: prometheus_of(state).restarts == before.restarts + 1 and is_healthy(state),
    )

    assert pid_of(prometheus_of(after)) != pid_of(before)


def test_a_start_ends_what_a_killed_one_left(stack: RunningStack, killed: StackState) -> None:
    """In the same folder a run of its own, with no process of the run whose supervisor was killed beside it."""
    assert stack.state().run_id != killed.run_id
    assert processes_of(killed.run_id) == []
