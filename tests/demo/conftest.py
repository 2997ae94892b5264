"""What the demo's tests share: a real Firestore emulator, and processes that never outlive their test."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

START_S = 60.0


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Asynchronous tests run on asyncio, as the platform does."""
    return "asyncio"


@pytest.fixture
def unused_port() -> int:
    """A port of loopback on which nobody listens."""
    return _unused_port()


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """``HOST:PORT`` of a running Firestore emulator, one for the session."""
    for program in ("gcloud", "java"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed, so there is no Firestore emulator on this machine")
    address = f"127.0.0.1:{_unused_port()}"
    log = tmp_path_factory.mktemp("emulator") / "emulator.log"
    command = ["gcloud", "emulators", "firestore", "start", f"--host-port={address}"]
    with (
        log.open("wb") as output,
        subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
        ) as process,
    ):
        try:
            _wait_until(lambda: process.poll() is not None or _answers(f"http://{address}/"), log)
            assert process.poll() is None, log.read_text()
            yield address
        finally:
            _end_group(process.pid)


@pytest.fixture
def empty_emulator(emulator: str) -> str:
    """The emulator, with every document of the demo's project deleted."""
    url = f"http://{emulator}/emulator/v1/projects/wellness-local/databases/(default)/documents"
    urllib.request.urlopen(urllib.request.Request(url, method="DELETE"), timeout=10).close()
    return emulator


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


def _unused_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    return port


def _ready_line(log: Path) -> dict[str, Any] | None:
    for line in log.read_text().splitlines(keepends=True):
        if line.startswith('{"event": "ready"') and line.endswith("\n"):
            ready: dict[str, Any] = json.loads(line)
            return ready
    return None


def _answers(url: str) -> bool:
    try:
        urllib.request.urlopen(url, timeout=1).close()
    except OSError:
        return False
    return True


def _wait_until(condition: Callable[[], bool], log: Path) -> None:
    deadline = time.monotonic() + START_S
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"did not start within {START_S:.0f} s:\n{log.read_text()}")
        time.sleep(0.05)


def _end_group(leader: int) -> None:
    """End a process and all that it started: gcloud leaves the JVM running when only it is ended."""
    os.killpg(leader, signal.SIGKILL)
