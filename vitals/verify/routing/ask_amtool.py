"""Ask the real amtool which receivers an alert reaches.

A rendered configuration has placeholders where addresses belong, and amtool refuses it for them. Routing does not
depend on addresses, so amtool is shown the tree and the names of the receivers, and nothing else.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from vitals.errors import VitalsError


def receivers(amtool: Path, config: Mapping[str, Any], labels: Mapping[str, str]) -> list[str]:
    """The receivers that an alert reaches, in order.

    Args:
        amtool: The program.
        config: A parsed ``alertmanager.yml``.
        labels: Labels of the alert.

    Raises:
        VitalsError: amtool refuses the tree or a label.
    """
    bare = {
        "route": config["route"],
        "receivers": [{"name": receiver["name"]} for receiver in config["receivers"]],
        "time_intervals": config.get("time_intervals", []),
    }
    with tempfile.TemporaryDirectory(prefix="vitals-who-") as folder:
        file = Path(folder, "routes.yml")
        file.write_text(yaml.safe_dump(bare), encoding="utf-8")
        command = [str(amtool), "config", "routes", "test", f"--config.file={file}"]
        done = subprocess.run(
            [*command, *(f"{name}={value}" for name, value in labels.items())],
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        raise VitalsError(
            f"amtool cannot say who is notified: {done.stderr.strip()}. Check the labels, then the routes."
        )
    return done.stdout.strip().split(",")
