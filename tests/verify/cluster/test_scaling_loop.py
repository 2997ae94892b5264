"""The loop closes: load rises and the shipped ScaledObject adds replicas, by the real KEDA and the real HPA."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.cluster

WITHIN_S = 600.0
HOST_BOUND = 3


def test_replicas_follow_the_load(tmp_path: Path) -> None:
    """More replicas are asked for, become ready and take requests, and none of these fails.

    How soon, and how fast requests are answered then, is judged by the drill itself, which says so when the machine was
    too busy to tell.
    """
    file = tmp_path / "drill.json"
    command = [sys.executable, "-m", "vitals.cli", "scale", "drill", "--up-only", "--json", str(file)]
    run = subprocess.run(
        [*command, "--state", str(tmp_path / "run")], capture_output=True, text=True, timeout=WITHIN_S, check=False
    )
    assert file.is_file(), run.stdout + run.stderr
    outcome = json.loads(file.read_text(encoding="utf-8"))

    assert outcome["first_scale_up_s"] is not None, run.stdout + run.stderr
    assert outcome["max_replicas"] > outcome["lowest"]
    assert max(ready for _, ready in outcome["ready"]) > outcome["lowest"]
    assert outcome["failed_requests"] == 0, outcome["problem"]
    assert run.returncode in (0, HOST_BOUND), run.stdout + run.stderr
    assert not (tmp_path / "run" / "cluster" / "state.json").exists()
