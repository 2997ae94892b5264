"""The programs that judge a project, built when they are missing."""

from __future__ import annotations

import functools
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from vitals.local.tools import ensure, showing_progress

SELDOM_COLLECTED = {"GOGC": "400"}
"""What promtool evaluates is given up as a whole at the end of a case, so a heap of 200 MB instead of 80 MB saves an
eighth of its time."""


@functools.cache
def program(name: str) -> Path:
    """A program.

    Raises:
        VitalsError: It can neither be found nor built.
    """
    with showing_progress() as report:
        return ensure((name,), report)[name]


def complaint(name: str, *arguments: str | Path, files: Sequence[Path] = ()) -> str:
    """What a program says against some files; empty where it has nothing to say."""
    command = [program(name), *arguments, *files]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **SELDOM_COLLECTED})
    return (ran.stdout + ran.stderr).strip() or f"{name} ended with {ran.returncode}" if ran.returncode else ""
