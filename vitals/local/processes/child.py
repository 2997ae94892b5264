"""One part's process: started, watched, brought back when it dies, stopped.

The child is the leader of its own process group, so Ctrl-C in the terminal reaches only the supervisor, which then
stops the parts in order, and so that whatever the child started itself is stopped with it. A child that dies without
being asked is started again after a growing pause; it is never given up on, because a monitor that quietly stays
away is worse than one that keeps trying in the open (state ``restarting``, with the exit code and the log's path).
"""

import asyncio
import contextlib
import os
import signal
import sys
import time
from asyncio.subprocess import DEVNULL, Process
from pathlib import Path

import httpx

from vitals.errors import VitalsError
from vitals.local.processes import parent_watch
from vitals.local.processes.log_files import bound, open_log, tail
from vitals.local.processes.orphans import RUN_VARIABLE
from vitals.local.processes.part import Part
from vitals.local.processes.probe import answers
from vitals.local.processes.record import PartRecord, PartState, process_id

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 15.0
STEADY_AFTER_S = 30.0
"""A child that ran this long counts as recovered: its next death starts with the short pause again."""


class Child:
    """The process of one part.

    Args:
        part: What to run.
        log: File that gets its output.
        run_id: Put into its environment, see ``orphans``.
        client: Used for readiness checks; not closed here.
    """

    def __init__(self, part: Part, *, log: Path, run_id: str, client: httpx.AsyncClient) -> None:
        self.part = part
        self.log = log
        self.restarts = 0
        self._run_id = run_id
        self._client = client
        self._process: Process | None = None
        self._watcher: asyncio.Task[None] | None = None
        self._one_change = asyncio.Lock()
        self._state: PartState = "stopped"
        self._detail = ""
        self._since = time.time()

    def record(self) -> PartRecord:
        """How the part is doing now."""
        process = process_id(self._process.pid) if self._process else None
        return PartRecord(
            name=self.part.name,
            state=self._state,
            detail=self._detail,
            process=process,
            url=self.part.url,
            since=self._since,
            restarts=self.restarts,
        )

    async def start(self) -> None:
        """Start the process and return when it is ready; a running one is left alone.

        Raises:
            VitalsError: It ended or did not become ready in time; no process of it is left then.
        """
        async with self._one_change:
            if self._watcher is not None:
                return
            self._say("starting")
            try:
                await self._launch()
            except VitalsError as error:
                self._say("failing", str(error))
                raise
            self._watcher = asyncio.create_task(self._watch(), name=f"watch {self.part.name}")

    async def stop(self) -> None:
        """Stop the process and do not bring it back; safe to call at any time, also twice."""
        async with self._one_change:
            if self._watcher is not None:
                self._watcher.cancel()
                await asyncio.wait([self._watcher])
                self._watcher = None
            await self._end()
            self._say("stopped")

    async def check(self) -> None:
        """Look whether a running part still answers, and keep its log bounded.

        Raises:
            OSError: The log could not be cut because the disk is full.
        """
        bound(self.log)
        if self.part.ready_url is None:
            return
        well = await answers(self._client, self.part.ready_url)
        if self._watcher is None or self._state not in {"healthy", "failing"}:
            return  # it died or was stopped meanwhile, and that is the better news
        if well:
            self._say("healthy")
        else:
            self._say("failing", f"no good answer from {self.part.ready_url}; its log is {self.log}")

    async def _launch(self) -> None:
        try:
            with open_log(self.log) as output:
                self._process = await asyncio.create_subprocess_exec(
                    sys.executable, "-I", "-S", parent_watch.__file__, str(os.getpid()), *self.part.argv,
                    cwd=self.part.folder,
                    env={**os.environ, **self.part.environment, RUN_VARIABLE: self._run_id},
                    stdin=DEVNULL,
                    stdout=output,
                    stderr=output,
                    process_group=0,
                )  # fmt: skip
        except OSError as error:
            raise VitalsError(f"{self.part.name} cannot be started: {error}.") from error
        try:
            await self._become_ready(self._process)
        except BaseException:
            await self._end()
            raise
        self._say("healthy")

    async def _become_ready(self, process: Process) -> None:
        launched = time.monotonic()
        deadline = launched + self.part.ready_within_s
        while process.returncode is None:
            if self.part.ready_url is None:
                ready = time.monotonic() > launched + self.part.settle_s
            else:
                ready = await answers(self._client, self.part.ready_url)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), timeout=0.1)
            if ready and process.returncode is None:
                return
            if time.monotonic() > deadline:
                raise VitalsError(self._failure(f"did not answer on {self.part.ready_url} within its time"))
        raise VitalsError(self._failure(f"ended with {_ending(process.returncode)} instead of starting"))

    async def _watch(self) -> None:
        pause = FIRST_PAUSE_S
        while True:
            if self._process is not None:
                launched = time.monotonic()
                code = await self._process.wait()
                await self._end()
                if time.monotonic() - launched > STEADY_AFTER_S:
                    pause = FIRST_PAUSE_S
                self._say("restarting", f"ended with {_ending(code)}; its log is {self.log}")
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE_S)
            self.restarts += 1
            try:
                await self._launch()
            except VitalsError as error:
                self._say("restarting", str(error))

    async def _end(self) -> None:
        """End the whole process group: SIGTERM, patience, SIGKILL."""
        process = self._process
        if process is None:
            return
        _signal_group(process.pid, signal.SIGTERM)
        deadline = time.monotonic() + self.part.stop_within_s
        while process.returncode is None or _group_exists(process.pid):
            if time.monotonic() > deadline:
                _signal_group(process.pid, signal.SIGKILL)
                await process.wait()
                break
            await asyncio.sleep(0.02)
        self._process = None

    def _say(self, state: PartState, detail: str = "") -> None:
        if state != self._state:
            self._since = time.time()
        self._state, self._detail = state, detail

    def _failure(self, what: str) -> str:
        last = tail(self.log)
        return f"{self.part.name} {what}. Its log is {self.log}" + (f"; the last lines:\n{last}" if last else ".")


def _ending(code: int | None) -> str:
    if code is not None and code < 0:
        return f"signal {signal.Signals(-code).name}"
    return f"exit code {code}"


def _signal_group(group: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, number)


def _group_exists(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True
