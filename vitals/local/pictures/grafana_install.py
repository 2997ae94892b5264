"""Grafana's own components in the cache of this machine: installed when they are first asked for, and never shipped.

They are half a gigabyte of packages, so nothing of it is in the tree but which versions are meant. A folder of the
cache belongs to one state of our own files: another version of them is another folder, a half installed one is none.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from vitals.errors import VitalsError
from vitals.local.tools import cache, find

SOURCES = Path(__file__).parent / "grafana_page"
_FILES = ("package.json", "package-lock.json", "build.mjs", "draw.mjs", "formats.mjs", "frames.js", "page.jsx")
_BUILT = "built"
_INSTALL = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
"""Exactly what the lock names, and no package runs anything while it is installed."""
_LONGEST_REASON = 400
_WITHOUT = "Leave --engine out to draw without it."


def grafana_folder() -> Path:
    """Where the components are, or will be; another state of our files has another folder."""
    digest = hashlib.sha256()
    for name in _FILES:
        digest.update(name.encode() + b"\0" + (SOURCES / name).read_bytes() + b"\0")
    return cache.root() / "grafana-page" / digest.hexdigest()[:16]


def chromium() -> Path:
    """The browser that draws.

    Raises:
        VitalsError: None is installed.
    """
    found = find("chromium")
    if found is None:
        raise VitalsError(
            f"There is no Chromium here, and --engine grafana draws with one. Debian: apt install chromium. {_WITHOUT}"
        )
    return found


async def installed(say: Callable[[str], None]) -> Path:
    """The folder of the components; they are installed where they are not there yet.

    Raises:
        VitalsError: There is no node or npm, or the packages cannot be had.
    """
    folder = grafana_folder()
    if (folder / _BUILT).is_dir():
        return folder
    node_program()
    if shutil.which("npm") is None:
        raise VitalsError(
            f"There is no npm here, which installs Grafana's components. Debian: apt install npm. {_WITHOUT}"
        )
    say("installing Grafana's components once: 0.5 GB, some two minutes")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".making-", dir=folder.parent, ignore_cleanup_errors=True) as temporary:
        made = Path(temporary) / "page"
        made.mkdir()
        for name in _FILES:
            shutil.copy(SOURCES / name, made / name)
        await _run(made, "npm", *_INSTALL)
        say("bundling them")
        await _run(made, node_program(), "build.mjs")
        try:
            made.rename(folder)
        except OSError:
            if not (folder / _BUILT).is_dir():  # another command may have been as far at the same time
                raise
    return folder


def node_program() -> str:
    """The program ``node``.

    Raises:
        VitalsError: It is not installed.
    """
    found = shutil.which("node")
    if found is None:
        raise VitalsError(
            f"There is no node here, in which Grafana's components are bundled (20 or newer). Debian: apt install "
            f"nodejs npm. {_WITHOUT}"
        )
    return found


def reason_in(said: bytes) -> str:
    """What a program that failed said, in one line of a bearable length."""
    return " ".join(said.decode(errors="replace").split())[:_LONGEST_REASON]


async def _run(folder: Path, *command: str) -> None:
    program = await asyncio.create_subprocess_exec(
        *command, cwd=folder, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT, env={**os.environ, "NODE_ENV": "production"},
    )  # fmt: skip
    try:
        said, _ = await program.communicate()
    except asyncio.CancelledError:
        program.kill()
        await program.wait()
        raise
    if program.returncode:
        raise VitalsError(
            f"Grafana's components could not be installed: {Path(command[0]).name} {command[1]} ended with "
            f"{program.returncode} ({reason_in(said)}). Nothing was drawn. Look whether npm's registry can be reached. "
            f"{_WITHOUT}"
        )
