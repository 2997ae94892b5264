"""One program that a run starts, waits for and ends with itself."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Mapping
from pathlib import Path


async def run_to_its_end(
    *command: str | Path, env: Mapping[str, str] | None = None, cwd: Path | None = None
) -> tuple[int, str]:
    """The exit status of a program, and all that it said; a cancelled wait ends it and what it started.

    Args:
        *command: The program and its arguments.
        env: Its environment; that of this process if ``None``.
        cwd: The folder that it runs in; that of this process if ``None``.
    """
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
        env=env,
        cwd=cwd,
    )
    try:
        said, _ = await process.communicate()
    except asyncio.CancelledError:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
        raise
    return process.returncode or 0, said.decode(errors="replace")
