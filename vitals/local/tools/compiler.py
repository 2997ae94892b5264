"""Runs Go for one pin and reports what it is doing.

Go's own cache decides what has to be compiled; this module only asks, listens and passes on. It does not know where
the result is kept.
"""

import contextlib
import os
import signal
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from vitals.errors import VitalsError
from vitals.local.tools import cache
from vitals.local.tools.entry import Pin
from vitals.local.tools.go import Go, environment

_TAIL_LINES = 25
_STOP_SECONDS = 10.0


class Phase(StrEnum):
    """What a build is doing."""

    WAITING = "waiting for another build"
    RESOLVING = "fetching modules"
    BUILDING = "building"
    LINKING = "linking"
    BUILT = "built"


@dataclass(frozen=True)
class Step:
    """One report from a build.

    Attributes:
        pin: What is being built.
        phase: What it is doing.
        what: The module, package or program it is at.
        done: Go packages compiled so far.
        total: Go packages to compile in all; 0 while that is not known.
    """

    pin: Pin
    phase: Phase
    what: str = ""
    done: int = 0
    total: int = 0


Reporter = Callable[[Step], None]


def stale_packages(pin: Pin, go: Go, names: Iterable[str], report: Reporter) -> list[str]:
    """The packages that Go has yet to compile for some programs of a pin; asking fetches the modules they come from.

    Returns:
        Import paths, in the order in which Go lists them.

    Raises:
        VitalsError: Go could not find out, most often because a module could not be fetched.
    """
    report(Step(pin, Phase.RESOLVING))
    packages = [pin.packages[name] for name in names]
    command = ["list", "-deps", "-f", "{{if .Stale}}{{.ImportPath}}{{end}}", *cache.build_flags(pin), *packages]
    stale: list[str] = []

    def heard(line: str) -> None:
        if line.startswith("go: downloading "):
            report(Step(pin, Phase.RESOLVING, line.removeprefix("go: downloading ")))
        elif _is_package(line):
            stale.append(line)

    _run_go(pin, go, command, heard)
    return stale


def compile_program(pin: Pin, go: Go, name: str, place: Path, report: Reporter, *, done: int, total: int) -> int:
    """Builds one program of a pin.

    Args:
        pin: What it belongs to.
        go: The toolchain.
        name: The program.
        place: Folder for the executable; Go's temporary files go beside it, so that they can be cleared with it.
        report: Is called with each package.
        done: Packages of the pin compiled before.
        total: Packages of the pin to compile in all.

    Returns:
        How many packages of the pin are compiled now.

    Raises:
        VitalsError: It does not compile; the message ends with the compiler's output.
    """
    package = pin.packages[name]

    def heard(line: str) -> None:
        nonlocal done
        if not _is_package(line):
            return
        done += 1
        total_now = max(done, total)
        if line == package:
            report(Step(pin, Phase.LINKING, name, done, total_now))
        else:
            report(Step(pin, Phase.BUILDING, line, done, total_now))

    report(Step(pin, Phase.BUILDING, name, done, total))
    command = ["build", "-v", *cache.build_flags(pin), "-o", str(place / name), package]
    _run_go(pin, go, command, heard, GOTMPDIR=str(place.parent))
    return done


def _is_package(line: str) -> bool:
    """Whether a line of Go's output is a bare import path; every message of Go or its compiler has a space."""
    return bool(line) and " " not in line


def _run_go(pin: Pin, go: Go, arguments: list[str], heard: Callable[[str], None], **settings: str) -> None:
    """Runs Go in the pin's folder, passing on each line as it comes; stops it if we are stopped."""
    lines: list[str] = []
    with subprocess.Popen(
        [go.path, *arguments],
        cwd=pin.folder,
        env=environment(**settings),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    ) as process:
        try:
            for line in process.stdout or ():
                lines.append(line.rstrip())
                heard(lines[-1])
            code = process.wait()
        finally:
            _stop(process)
    if code != 0:
        raise VitalsError(_failure(pin, code, [line for line in lines if line and not _is_package(line)]))


def _stop(process: subprocess.Popen[str]) -> None:
    """Interrupts a running Go, which then ends its compilers, and kills whatever of its group does not listen."""
    if process.poll() is not None:
        return
    os.killpg(process.pid, signal.SIGINT)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(_STOP_SECONDS)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _failure(pin: Pin, code: int, messages: list[str]) -> str:
    tail = "\n".join(f"  {line}" for line in messages[-_TAIL_LINES:]) or "  (it said nothing)"
    return (
        f"Building {pin.name} {pin.version} from {pin.folder} failed (Go's exit code {code}); nothing was put into "
        "the cache. If modules could not be fetched, check the network and GOPROXY; if the disk is full, free some "
        "space or set GOCACHE and VITALS_CACHE to another disk. Then run `vitals tools build "
        f"{next(iter(pin.packages))}` again, or install the program yourself (`vitals doctor` says how). The end of "
        f"Go's output:\n{tail}"
    )
