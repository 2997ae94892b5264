"""Commands that look at what runs do not load what makes it: every second of a start is waited for by a person."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

HEAVY = ("grafanalib", "_jsonnet", "starlette", "vitals.local.portal", "vitals.render", "vitals.local.stack.run")


@pytest.mark.parametrize("command", ["status", "trace"])
def test_a_command_that_only_looks_loads_no_generator_and_no_server(command: str) -> None:
    """Boards' library, portal and composition stay out; the command itself is there."""
    code = f"import json, sys, vitals.cli.{command}; print(json.dumps(sorted(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    loaded = set(json.loads(run.stdout))

    assert f"vitals.cli.{command}" in loaded
    assert loaded.isdisjoint(HEAVY)
