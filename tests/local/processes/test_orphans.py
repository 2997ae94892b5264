"""After a kill -9 of the supervisor: the next start ends what was left behind, and only that."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from vitals.local.processes.orphans import RUN_VARIABLE, end_orphans, orphans
from vitals.local.processes.record import PartRecord, ProcessId, RunRecord, own_process_id, process_id

SLEEP = (sys.executable, "-c", "import time; time.sleep(120)")


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    """A process of another program, without the run's mark."""
    process = subprocess.Popen(SLEEP)
    yield process
    process.kill()
    process.wait()


def state_of(run_id: str, *processes: ProcessId) -> RunRecord:
    """Describe a run that had these processes."""
    parts = [
        PartRecord(name=f"p{n}", state="healthy", detail="", process=process, url=None, since=0.0, restarts=0)
        for n, process in enumerate(processes)
    ]
    return RunRecord(
        run_id=run_id, supervisor=ProcessId(pid=1, created=0.0, since_boot=0.0), started_at=0.0, parts=tuple(parts)
    )


def test_marked_processes_are_ended_and_others_are_left_alone(sleeper: subprocess.Popen[bytes]) -> None:
    """The run's mark in the environment decides; a process without it survives."""
    ours = subprocess.Popen(SLEEP, env={**os.environ, RUN_VARIABLE: "run-a"})
    other_run = subprocess.Popen(SLEEP, env={**os.environ, RUN_VARIABLE: "run-b"})
    try:
        count = end_orphans(state_of("run-a"))

        assert count == 1
        assert ours.wait(5) is not None
        assert other_run.poll() is None
        assert sleeper.poll() is None
    finally:
        other_run.kill()
        other_run.wait()


def test_a_recorded_process_is_recognised_by_number_and_creation_time(sleeper: subprocess.Popen[bytes]) -> None:
    """The same number with another creation time is another process."""
    now = process_id(sleeper.pid)
    assert now is not None

    assert [p.pid for p in orphans(state_of("none", now))] == [sleeper.pid]
    assert (
        orphans(state_of("none", ProcessId(pid=now.pid, created=now.created - 60, since_boot=now.since_boot - 60)))
        == []
    )


def test_a_process_that_ignores_sigterm_is_killed() -> None:
    """Patience is limited."""
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    code = deaf + "print('deaf', flush=True); time.sleep(60)"
    stubborn = subprocess.Popen(
        [sys.executable, "-c", code], env={**os.environ, RUN_VARIABLE: "run-c"}, stdout=subprocess.PIPE
    )
    assert stubborn.stdout is not None
    with stubborn.stdout as output:
        output.readline()

    end_orphans(state_of("run-c"), patience_s=0.3)

    assert stubborn.wait(5) is not None


_SUPERVISOR = """
import asyncio, sys, time
from pathlib import Path
from vitals.local.processes.folder import OwnedFolder
from vitals.local.processes.part import Part
from vitals.local.processes.probe import loopback_client
from vitals.local.processes.record import RunRecord, own_process_id
from vitals.local.processes.supervisor import Supervisor

async def main():
    folder = OwnedFolder(Path(sys.argv[1]))
    folder.clear()
    # The second part survives the kernel's parent watch: it ignores SIGTERM.
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(120)"
    parts = [
        Part(name="plain", argv=(sys.executable, "-c", "import time; time.sleep(120)"), folder=folder.root),
        Part(name="deaf", argv=(sys.executable, "-c", deaf), folder=folder.root),
    ]
    async with loopback_client() as client:
        supervisor = Supervisor(parts, logs=folder.logs, run_id="killed-run", client=client)
        await supervisor.start(lambda: None)
        await asyncio.sleep(1)
        state = RunRecord(run_id="killed-run", supervisor=own_process_id(), started_at=time.time(),
                          parts=tuple(supervisor.records()))
        state.save(folder.state)
        await asyncio.sleep(120)

asyncio.run(main())
"""


def test_a_killed_supervisor_leaves_nothing_that_the_next_start_does_not_end(tmp_path: Path) -> None:
    """A real supervisor is killed with SIGKILL while two parts run, one of which ignores SIGTERM."""
    state_file = tmp_path / "run" / "state.json"
    with subprocess.Popen([sys.executable, "-c", _SUPERVISOR, str(tmp_path / "run")]) as supervisor:
        deadline = time.monotonic() + 20
        while not state_file.exists():
            assert time.monotonic() < deadline
            assert supervisor.poll() is None
            time.sleep(0.05)
        supervisor.kill()
        supervisor.wait()
    state = RunRecord.load(state_file)
    assert state is not None
    assert not state.supervisor.alive()
    recorded = [part.process for part in state.parts]
    assert len(recorded) == 2

    end_orphans(state, patience_s=0.5)

    assert not any(process and process.alive() for process in recorded)


def test_this_process_is_alive_and_a_finished_one_is_not() -> None:
    """The check that a second `vitals up` makes."""
    me = own_process_id()
    gone = subprocess.Popen([sys.executable, "-c", ""])
    name = process_id(gone.pid)
    gone.wait()

    assert me.alive()
    assert name is None or not name.alive()
    assert me.pid == psutil.Process().pid
