"""The real command line of Pulumi, as pages use it: beside copies of the stack files, with its state in a folder."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from vitals.local.tools import find
from vitals.paths import ROOT


def pulumi_in(folder: Path, *stacks: str) -> Callable[..., str]:
    """Prepare a folder and stacks; what it returns runs a command there and gives what it wrote.

    Args:
        folder: Empty.
        stacks: Names of the stacks that are made.
    """
    for file in ROOT.glob("Pulumi*.yaml"):
        shutil.copy(file, folder)
    (folder / "state").mkdir()
    environment = {
        **os.environ,
        "PULUMI_BACKEND_URL": (folder / "state").as_uri(),
        "PULUMI_HOME": str(folder / "home"),
        "PULUMI_CONFIG_PASSPHRASE": "of a test",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }

    def run(*words: str, value: str | None = None) -> str:
        done = subprocess.run(
            [str(find("pulumi")), *words],
            cwd=folder,
            env=environment,
            input=value,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, f"{words}: {done.stderr}"
        return done.stdout

    for stack in stacks:
        run("stack", "init", stack)
    return run
