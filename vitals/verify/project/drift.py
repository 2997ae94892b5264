"""Is what is rendered what would be rendered? In a process of its own, because what is right of it renders nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from vitals.errors import VitalsError


def check(project: Path) -> None:
    """Render again and compare.

    Raises:
        VitalsError: Files differ, or nothing can be rendered; with what `vitals render --check` says.
    """
    ran = subprocess.run(
        [sys.executable, "-m", "vitals.cli", "render", "--check"],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )
    if ran.returncode:
        raise VitalsError((ran.stdout + ran.stderr).strip())
