"""What commands of Vitals find in a project, each in a process of its own: what is right of it writes nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from vitals.errors import VitalsError


def check(project: Path, *command: str) -> None:
    """Run a command of Vitals that exits 1 where something is wrong.

    Args:
        project: The folder in which it runs.
        command: Its words, such as ``render --check``.

    Raises:
        VitalsError: Something is wrong; with what the command says.
    """
    ran = subprocess.run(
        [sys.executable, "-m", "vitals.cli", *command], cwd=project, capture_output=True, text=True, check=False
    )
    if ran.returncode:
        raise VitalsError((ran.stdout + ran.stderr).strip())
