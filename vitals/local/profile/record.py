"""Samples of running processes, taken from outside by py-spy: nothing is loaded into a service, none is restarted."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import sysconfig
import tempfile
from collections.abc import Sequence
from pathlib import Path

from vitals.errors import VitalsError
from vitals.local.profile.stacks import Stacks, read_stacks

_PROGRAM = "py-spy"
_GRACE_S = 30.0
"""Beyond the planned time: reading the symbols of a process takes seconds on a busy machine."""
_LONGEST_REASON = 300
_FORBIDDEN = ("permission denied", "operation not permitted", "eperm", "root")
"""Words with which the kernel's refusal is reported, on Linux and on macOS."""
_OTHER_LANGUAGE = "find python version"
"""The step at which the profiler gives up on a program of another language; Prometheus and Alertmanager are in Go."""
_GONE = ("no such process", "no such file", "esrch")


async def record_stacks(pids: Sequence[int], *, seconds: int, rate: int) -> Stacks:
    """Sample processes at the same time.

    Args:
        pids: The processes; each runs Python.
        seconds: For how long.
        rate: Samples per second.

    Raises:
        VitalsError: The profiler is not installed, a process is gone, or the kernel does not let this user look.
    """
    program = profiler()
    with tempfile.TemporaryDirectory(prefix="vitals-profile-") as folder:
        files = [Path(folder, f"{pid}.stacks") for pid in pids]
        await asyncio.gather(
            *(_record(program, pid, file, seconds, rate) for pid, file in zip(pids, files, strict=True))
        )
        return read_stacks(file.read_text(encoding="utf-8", errors="replace") for file in files if file.exists())


def profiler() -> Path:
    """The program that takes the samples; it is installed with Vitals.

    Raises:
        VitalsError: It is not there.
    """
    beside = Path(sysconfig.get_path("scripts"), _PROGRAM)
    found = str(beside) if beside.exists() else shutil.which(_PROGRAM)
    if found is None:
        raise VitalsError(
            f"{_PROGRAM} is not installed, so nothing was profiled. Install it: `pip install {_PROGRAM}`."
        )
    return Path(found)


async def _record(program: Path, pid: int, file: Path, seconds: int, rate: int) -> None:
    process = await asyncio.create_subprocess_exec(
        program, "record", f"--pid={pid}", f"--output={file}", "--format=raw", "--function",
        f"--duration={seconds}", f"--rate={rate}",
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        async with asyncio.timeout(seconds + _GRACE_S):
            _, said = await process.communicate()
    except TimeoutError:
        raise VitalsError(
            f"The profiler did not end {_GRACE_S:.0f} s after its {seconds} s, so nothing was written. Try fewer "
            "samples with --rate."
        ) from None
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    if process.returncode:
        raise refusal(pid, said.decode(errors="replace"))


def refusal(pid: int, said: str) -> VitalsError:
    """Why a process could not be sampled, and what to do.

    Args:
        pid: The process.
        said: What the profiler wrote.
    """
    words = " ".join(said.split())
    lower = words.lower()
    if any(word in lower for word in _GONE):
        return VitalsError(
            f"The process {pid} has ended, so nothing was profiled. `vitals status` says whether its part restarts."
        )
    if any(word in lower for word in _FORBIDDEN):
        return VitalsError(
            f"The kernel does not let this user look into the process {pid} (ptrace), so nothing was profiled. Run the "
            "same command with `sudo -E`, or allow it until the next boot with `sudo sysctl "
            "kernel.yama.ptrace_scope=0`; a container needs `--cap-add SYS_PTRACE`."
        )
    if _OTHER_LANGUAGE in lower:
        return VitalsError(
            f"The process {pid} runs no Python that the profiler knows, so nothing was profiled. Name a service of the "
            "platform, such as wellness-api; Prometheus has profiles of its own below /debug/pprof."
        )
    return VitalsError(
        f"The profiler could not read the process {pid}: {words[-_LONGEST_REASON:]}. Nothing was written."
    )
