"""Where a program is: on PATH if it is good enough there, else in the cache of built ones.

A program counts only once its version is known: a file of the right name proves nothing. Looking never builds,
installs or fetches anything.
"""

import mmap
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from packaging.version import Version

from vitals.errors import VitalsError
from vitals.local.tools import cache, go
from vitals.local.tools.entry import Program
from vitals.local.tools.programs import program


class Status(StrEnum):
    """What the search for a program came to."""

    OK = "ok"
    MISSING = "missing"
    OLD = "old"


@dataclass(frozen=True)
class Sighting:
    """The best that there is of a program.

    Attributes:
        program: What was looked for.
        status: OK if it can be used; OLD if its version is not among the wanted ones.
        path: The executable; also set for one that is too old or does not report a version.
        version: What it says of itself, if it does.
        source: ``PATH`` or ``cache``; None if there is no executable.
    """

    program: Program
    status: Status
    path: Path | None = None
    version: Version | None = None
    source: str | None = None


def ask_version(program: Program, executable: Path) -> Version | None:
    """The version that an executable prints or holds, or None if it does not run or has nothing that looks like one."""
    if program.written_in is not None:
        return _version_in(executable, program.written_in)
    try:
        answer = subprocess.run(
            [executable, *program.version_args],
            env={**os.environ, **program.version_environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=30,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    number = re.search(program.version_pattern, answer.stdout)
    return Version(number[1]) if number else None


def _version_in(executable: Path, module: str) -> Version | None:
    """The version of the module whose program this is, as Go's linker notes it for ``go version -m``."""
    note = re.compile(rb"\nmod\t" + re.escape(module.encode()) + rb"\tv(\d+(?:\.\d+)+)[\t\n]")
    try:
        with executable.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            found = note.search(content)
            return Version(found[1].decode()) if found else None
    except (OSError, ValueError):  # mmap takes no empty file
        return None


def look(program: Program) -> Sighting:
    """Looks for a program on PATH, then in the cache; a bad one on PATH hides no good one in the cache."""
    on_path = _on_path(program)
    if on_path.status is Status.OK:
        return on_path
    return _in_cache(program) or on_path


def find(name: str) -> Path:
    """The executable of a program that can be used as it is.

    Raises:
        VitalsError: It is not there or too old; the message says what that costs and how to get it.
    """
    sighting = look(program(name))
    if sighting.status is Status.OK and sighting.path is not None:
        return sighting.path
    raise VitalsError(not_usable(sighting))


def find_optional(name: str) -> Path | None:
    """The executable of a program, or None if there is none that can be used."""
    sighting = look(program(name))
    return sighting.path if sighting.status is Status.OK else None


def not_usable(sighting: Sighting) -> str:
    """The paragraph for a user whose program is missing or too old."""
    wanted = sighting.program
    if sighting.status is Status.OLD:
        what = f"{sighting.path} is version {sighting.version}, and {wanted.name} {wanted.wanted} is needed."
    elif sighting.path is not None:
        what = f"{sighting.path} does not report the version of {wanted.name} (or lacks the part that is needed)."
    else:
        what = f"{wanted.name} {wanted.wanted} is not on PATH" + (" and has not been built." if wanted.pin else ".")
    return f"{what} {wanted.missing_costs} To get it: {'; or '.join(wanted.get)}."


def _on_path(program: Program) -> Sighting:
    best = Sighting(program, Status.MISSING)
    for name in program.on_path:
        found = shutil.which(name)
        if found is None:
            continue
        path = Path(found)
        version = ask_version(program, path)
        if program.accepts(version):
            return Sighting(program, Status.OK, path, version, "PATH")
        if best.path is None:
            best = Sighting(program, Status.OLD if version else Status.MISSING, path, version, "PATH")
    return best


def _in_cache(program: Program) -> Sighting | None:
    """A built program; without Go no key can be computed, so the newest build with a good version will do."""
    pin = program.pin
    if pin is None:
        return None
    toolchain = go.installed()
    if toolchain is not None:
        current = cache.folder(pin, toolchain)
        if not cache.built(current, program.name):
            return None
        return Sighting(program, Status.OK, current / program.name, Version(pin.version), "cache")
    for folder in cache.newest_first(pin, program.name):
        version = ask_version(program, folder / program.name)
        if program.accepts(version):
            return Sighting(program, Status.OK, folder / program.name, version, "cache")
    return None
