"""What a running stack keeps in its folder: nothing of an earlier run, a private state file, one supervisor."""

from __future__ import annotations

import os
import stat

import pytest

from vitals.errors import VitalsError
from vitals.local.processes.record import own_process_id
from vitals.local.stack.folder import RunFolder
from vitals.local.stack.lock import only_supervisor
from vitals.local.stack.state import Addresses, StackState, load_state


def test_clearing_removes_what_an_earlier_run_left(folder: RunFolder) -> None:
    """No sample, secret or delivery of an earlier run is seen by the next one."""
    for path in (folder.secrets / "key", folder.data / "wal", folder.deliveries):
        path.write_text("old", encoding="utf-8")

    folder.clear()

    assert list(folder.secrets.iterdir()) == []
    assert list(folder.data.iterdir()) == []
    assert not folder.deliveries.exists()
    assert stat.S_IMODE(folder.secrets.stat().st_mode) == 0o700


def state(folder: RunFolder) -> StackState:
    """Save the state of a stack that this process supervises."""
    url = "http://127.0.0.1:4000"
    addresses = Addresses(
        portal=url, prometheus=url, alertmanager=url, control=url, api=url, admin={"one": url}, grafana=None
    )
    saved = StackState(
        run_id="run", supervisor=own_process_id(), started_at=1.5, control_token="token", addresses=addresses
    )
    saved.save(folder.state)
    return saved


def test_the_state_file_is_private_and_reads_back(folder: RunFolder) -> None:
    """It holds the control token, so only its owner may read it; text of another kind is not a state."""
    saved = state(folder)

    assert load_state(folder.state) == saved
    assert stat.S_IMODE(folder.state.stat().st_mode) == 0o600

    folder.state.write_text('{"version": 1}', encoding="utf-8")
    assert load_state(folder.state) is None


def test_a_second_supervisor_is_refused_with_the_first_ones_process_and_portal(folder: RunFolder) -> None:
    """While one holds the folder, another cannot; afterwards it can."""
    with only_supervisor(folder):
        state(folder)

        with pytest.raises(VitalsError, match=rf"process {os.getpid()}, with its portal at http://127.0.0.1:4000"):
            _enter(folder)

    _enter(folder)


def _enter(folder: RunFolder) -> None:
    with only_supervisor(folder):
        pass
