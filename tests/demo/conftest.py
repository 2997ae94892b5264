"""What the demo's tests share: its processes, which never outlive their test."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

START_S = 60.0


@pytest.fixture
def launch(tmp_path: Path) -> Iterator[Callable[..., tuple[subprocess.Popen[bytes], dict[str, Any]]]]:
    """Start ``python -m wellness.<program>`` and wait for its ready line; ends all of them after the test."""
    started: list[subprocess.Popen[bytes]] = []

    def start(program: str, *arguments: str) -> tuple[subprocess.Popen[bytes], dict[str, Any]]:
        log = tmp_path / f"{program}-{len(started)}.log"
        command = [sys.executable, "-W", "error", "-m", f"wellness.{program}", *arguments]
        with log.open("wb") as output:
            process = subprocess.Popen(command, stdout=output, stderr=output)
        started.append(process)
        _wait_until(lambda: process.poll() is not None or _ready_line(log) is not None, log)
        ready = _ready_line(log)
        assert ready is not None, log.read_text()
        return process, ready

    yield start
    for process in started:
        process.kill()
        process.wait()


def _ready_line(log: Path) -> dict[str, Any] | None:
    for line in log.read_text().splitlines(keepends=True):
        if line.startswith('{"event": "ready"') and line.endswith("\n"):
            ready: dict[str, Any] = json.loads(line)
            return ready
    return None


def _wait_until(condition: Callable[[], bool], log: Path) -> None:
    deadline = time.monotonic() + START_S
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"did not start within {START_S:.0f} s:\n{log.read_text()}")
        time.sleep(0.05)
