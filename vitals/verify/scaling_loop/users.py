"""The users of a drill: the Locust process, how many users it is to have, and what it has said so far."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from vitals.errors import VitalsError
from vitals.local.processes import parent_watch
from vitals.local.processes.log_files import open_log, tail
from vitals.local.processes.orphans import RUN_VARIABLE

_TRAFFIC = "vitals.verify.scaling_loop.traffic"
"""Never imported here: Locust replaces parts of the interpreter that imports it."""
_BEGIN_WITHIN_S = 60.0
_END_WITHIN_S = 15.0


class Heard(BaseModel):
    """What the users said in one second.

    Attributes:
        at: Unix seconds.
        users: How many there are.
        failed: Requests that have failed so far.
        problem: What was wrong with the latest of them.
        p95_s: The 95th percentile of the latest seconds; None where nothing ended.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    at: float
    users: int
    failed: int
    problem: str
    p95_s: float | None


class Users:
    """The users, once ``start`` has returned; stop them at the end.

    Args:
        host: Where they find the platform.
        log: File that gets what Locust complains about.
        run_id: Marks the process as one of this run.
    """

    def __init__(self, host: str, *, log: Path, run_id: str) -> None:
        self._host = host
        self._log = log
        self._run_id = run_id
        self._process: Process | None = None
        self.heard: list[Heard] = []

    async def start(self) -> None:
        """Start Locust, without users yet.

        Raises:
            VitalsError: It does not start.
        """
        command = (sys.executable, "-m", _TRAFFIC, "--host", self._host)
        with open_log(self._log) as complaints:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-I", "-S", parent_watch.__file__, str(os.getpid()), *command,
                stdin=PIPE, stdout=PIPE, stderr=complaints, process_group=0,
                env={**os.environ, RUN_VARIABLE: self._run_id},
            )  # fmt: skip
        try:
            await asyncio.wait_for(self._hear(), _BEGIN_WITHIN_S)
        except (TimeoutError, ValueError) as error:
            await self.stop()
            raise VitalsError(
                f"Locust does not start, so no load can be put on anything; its log is {self._log}:\n{tail(self._log)}"
            ) from error

    @property
    def failed(self) -> int:
        """Requests that have failed so far."""
        return self.heard[-1].failed if self.heard else 0

    def become(self, number: int) -> None:
        """Ask for so many users."""
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.write(f"{number}\n".encode())

    async def listen(self) -> None:
        """Take what is said until it ends.

        Raises:
            ValueError: It is not what was expected, or it ended.
        """
        while True:
            await self._hear()

    async def stop(self) -> None:
        """Let them finish, then end the process."""
        process = self._process
        if process is None or process.stdin is None:
            return
        process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), _END_WITHIN_S)
        except TimeoutError:
            process.kill()
            await process.wait()

    async def _hear(self) -> None:
        assert self._process is not None  # noqa: S101 - called after start only
        assert self._process.stdout is not None  # noqa: S101 - a pipe
        line = await self._process.stdout.readline()
        if not line:
            raise ValueError("Locust has ended")
        self.heard.append(Heard(**json.loads(line)))
