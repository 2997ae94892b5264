"""`vitals cluster` as tests use it: a process of its own, watched through its state file like any reader of it.

It is started with a useless ``KUBECONFIG``, so any part that followed that one would not start.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from vitals.verify.cluster.state import ClusterState

START_WITHIN_S = 240.0
STOP_WITHIN_S = 60.0


class RunningCluster:
    """A control plane in a folder of its own.

    Args:
        folder: Its run folder.
        log: File that gets what the command says.
        arguments: More options of the command.
    """

    def __init__(self, folder: Path, log: Path, *arguments: str) -> None:
        self.folder = folder
        self._log = log
        command = [sys.executable, "-m", "vitals.cli", "cluster", "--state", str(folder), *arguments]
        with log.open("ab") as output:
            environment = {**os.environ, "KUBECONFIG": str(folder / "of-another-user")}
            self.process = subprocess.Popen(command, stdout=output, stderr=output, env=environment)

    def wait(self) -> ClusterState:
        """Wait until it is ready; fail when the command ends or takes too long."""
        deadline = time.monotonic() + START_WITHIN_S
        while True:
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < deadline, self.said()
            state = ClusterState.load(self.folder / "state.json")
            if state is not None and state.supervisor.pid == self.process.pid and state.ready:
                return state
            time.sleep(0.1)

    def said(self) -> str:
        """What the command has written so far."""
        return self._log.read_text(encoding="utf-8")

    def stop(self) -> int:
        """Press Ctrl-C and return the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=STOP_WITHIN_S)

    def kill(self) -> None:
        """End the command with SIGKILL, so that it cannot clean up."""
        self.process.kill()
        self.process.wait()
