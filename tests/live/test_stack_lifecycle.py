"""A stack that is hurt recovers, and one that is stopped is gone."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

import pytest

from tests.live.running_stack import RunningStack, is_healthy, processes_of
from vitals.stack.state import StackState

pytestmark = pytest.mark.live


def pid_of(state: StackState, name: str) -> int:
    """Return the process id of a part."""
    (process,) = (part.process for part in state.parts if part.name == name)
    assert process is not None
    return process.pid


def test_a_stack_survives_what_is_done_to_it_and_leaves_nothing(start: Callable[..., RunningStack]) -> None:
    """Prometheus killed: it comes back. Supervisor killed: the next start takes over. Ctrl-C: nothing is left."""
    first = start()
    before = first.wait_for(is_healthy)
    killed = pid_of(before, "prometheus")
    os.kill(killed, signal.SIGKILL)
    recovered = first.wait_for(
        lambda state: (
            any(part.name == "prometheus" and part.restarts == 1 for part in state.parts) and is_healthy(state)
        )
    )
    assert pid_of(recovered, "prometheus") != killed

    first.process.kill()
    first.process.wait()

    second = start()
    after = second.wait_for(is_healthy)
    assert after.run_id != before.run_id
    assert processes_of(before.run_id) == []

    assert second.interrupt() == 0
    assert processes_of(after.run_id) == []
    assert not (second.folder / "state.json").exists()
