"""What a drill does to the machine: full CPUs, a full filesystem. Bounded in size and time, and gone at the end.

The load runs in processes of its own, tied to the drill by the parent watch: they end when it does, however it ends,
and after ``LONGEST_S`` in any case.
"""

import asyncio
import contextlib
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from dataclasses import dataclass, field
from pathlib import Path

from vitals.errors import VitalsError
from vitals.local.processes import parent_watch
from vitals.verify.drills.injections import NotPossibleHereError
from vitals.verify.drills.load import busy_cpu, full_disk
from vitals.verify.drills.stack_client import StackClient

LONGEST_S = 900.0
_STOP_WITHIN_S = 5.0


@dataclass
class FullCpu:
    """Every CPU is busy, at the lowest priority, so that whatever else wants it gets it first."""

    _running: list[Process] = field(default_factory=list)

    async def begin(self, stack: StackClient) -> None:  # noqa: ARG002  the load is the machine's, not the stack's
        """Start one busy process for each CPU."""
        for _ in range(os.cpu_count() or 1):
            self._running.append(await _start(busy_cpu.__file__, str(LONGEST_S)))

    async def end(self, stack: StackClient) -> None:  # noqa: ARG002  as above
        """Stop them."""
        await _stop(self._running)


@dataclass
class FullDisk:
    """A small filesystem of its own, mounted in the run folder, is full.

    Attributes:
        size_bytes: How large it is; it is in memory.
    """

    size_bytes: int = 4 * 1024 * 1024
    _running: list[Process] = field(default_factory=list)

    async def begin(self, stack: StackClient) -> None:
        """Mount and fill it.

        Raises:
            NotPossibleHereError: This system does not let this user mount one.
            VitalsError: It cannot be filled.
        """
        if sys.platform != "linux":
            raise NotPossibleHereError(f"{sys.platform} has no tmpfs")
        folder = _mount_point(stack)
        folder.mkdir(exist_ok=True)
        process = await _start(full_disk.__file__, str(folder), str(self.size_bytes), str(LONGEST_S))
        self._running.append(process)
        said, complained = process.stdout, process.stderr
        if said is None or complained is None or await said.readline() == b"full\n":
            return
        why = (await complained.read()).decode(errors="replace").strip()
        if await process.wait() == full_disk.NOT_ALLOWED:
            raise NotPossibleHereError(f"a filesystem cannot be mounted here ({why}); it needs root")
        raise VitalsError(f"The filesystem for the drill could not be filled: {why}.")

    async def end(self, stack: StackClient) -> None:
        """Unmount it."""
        await _stop(self._running)
        with contextlib.suppress(OSError):
            _mount_point(stack).rmdir()


def _mount_point(stack: StackClient) -> Path:
    return stack.folder.data / "full-disk"


async def _start(script: str, *arguments: str) -> Process:
    """Start a script that ends with this process."""
    python = (sys.executable, "-I", "-S")
    command = (*python, parent_watch.__file__, str(os.getpid()), *python, script, *arguments)
    return await asyncio.create_subprocess_exec(*command, stdin=DEVNULL, stdout=PIPE, stderr=PIPE)


async def _stop(running: list[Process]) -> None:
    """End them all and wait for their end; one that does not listen is killed."""
    for process in running:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
    for process in running:
        try:
            await asyncio.wait_for(process.wait(), _STOP_WITHIN_S)
        except TimeoutError:
            process.kill()
            await process.wait()
    running.clear()
