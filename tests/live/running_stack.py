"""`vitals up` as the live tests use it: a process of its own, watched through its state file like any reader of it."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from vitals.local.processes.orphans import RUN_VARIABLE
from vitals.local.stack.state import StackState, load_state

START_WITHIN_S = 240.0


class RunningStack:
    """`vitals up` in a folder of its own, as a process.

    Args:
        folder: Its run folder.
        log: File that gets its output.
        options: More options of the command.
    """

    def __init__(self, folder: Path, log: Path, *options: str) -> None:
        self.folder = folder
        self._log = log
        with log.open("ab") as output:
            # Any port of the portal: two stacks that start at the same time may both find the usual one free.
            command = vitals("up", "--state", str(folder), "--portal-port", "0", *options)
            self.process = subprocess.Popen(command, stdout=output, stderr=output)

    def state(self) -> StackState:
        """Return what ``state.json`` says now; fail when there is none."""
        state = load_state(self.folder / "state.json")
        assert state is not None, self._log.read_text(encoding="utf-8")
        return state

    def wait_for(self, condition: Callable[[StackState], bool]) -> StackState:
        """Wait until the state is as wanted; fail when `vitals up` ends or takes too long."""
        deadline = time.monotonic() + START_WITHIN_S
        while True:
            output = self._log.read_text(encoding="utf-8")
            assert self.process.poll() is None, output
            assert time.monotonic() < deadline, output
            state = load_state(self.folder / "state.json")
            if state is not None and state.supervisor.pid == self.process.pid and condition(state):
                return state
            time.sleep(0.25)

    def interrupt(self) -> int:
        """Press Ctrl-C and return the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=60)


def vitals(*arguments: str) -> list[str]:
    """Return the command line of a vitals command."""
    return [sys.executable, "-m", "vitals.cli", *arguments]


def processes_of(run_id: str) -> list[psutil.Process]:
    """Find every process that carries the run's mark."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get(RUN_VARIABLE) == run_id and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.Error:
            continue
    return found


def has_prometheus(state: StackState) -> bool:
    """Whether Prometheus answers."""
    return any(part.name == "prometheus" and part.state == "healthy" for part in state.parts)


def is_healthy(state: StackState) -> bool:
    """Whether every part is healthy and the first dashboard has data."""
    return (
        bool(state.parts)
        and all(part.state == "healthy" for part in state.parts)
        and state.first_data_after_s is not None
    )
