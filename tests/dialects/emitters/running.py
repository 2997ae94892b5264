"""Small services that the real libraries instrument: how each is started, asked and scraped.

Run as a module it records their scrapes anew: ``python -m tests.dialects.emitters.running NAME COMMAND...``.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SCRAPES = Path(__file__).parents[1] / "scrapes"
START_S = 90.0
"""A JVM on a busy machine takes a minute."""
REQUESTS = 20
"""Requests of each recorded moment: as many a second are a small service."""
_READ = ("http", "starlette", "celery", "rq_", "process_start_time", "in_flight")
"""How the names begin that a dialect may read; the rest of a scrape is the runtime's."""


@dataclass(frozen=True)
class Emitter:
    """A running service.

    Attributes:
        name: Its name here.
        url: Where it answers.
        metrics: Where it is scraped.
    """

    name: str
    url: str
    metrics: str

    def ask(self, path: str, times: int = 1) -> None:
        """Send requests, whatever the answers are."""
        for _ in range(times):
            with contextlib.suppress(urllib.error.HTTPError):
                urllib.request.urlopen(f"{self.url}{path}", timeout=10).close()

    def scrape(self) -> str:
        """The text of its metrics."""
        with urllib.request.urlopen(self.metrics, timeout=10) as answer:
            text: str = answer.read().decode()
        return text


def python(module: str, *, port: int, metrics_port: int | None = None) -> list[str]:
    """The command of an emitter in Python."""
    ports = [str(port), *([str(metrics_port)] if metrics_port else [])]
    return [sys.executable, "-m", f"tests.dialects.emitters.{module}", *ports]


@contextlib.contextmanager
def running(
    name: str, command: list[str], *, port: int, metrics_port: int | None = None, path: str = "/metrics", **env: str
) -> Iterator[Emitter]:
    """Start an emitter, wait until it can be scraped, and end it afterwards."""
    found = Emitter(name, f"http://127.0.0.1:{port}", f"http://127.0.0.1:{metrics_port or port}{path}")
    with subprocess.Popen(
        command, env=os.environ | env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True
    ) as process:
        try:
            _wait(found, process)
            yield found
        finally:
            os.killpg(process.pid, signal.SIGKILL)


def _wait(emitter: Emitter, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_S
    while True:
        try:
            emitter.scrape()
            emitter.ask("/")
        except OSError as error:
            late = time.monotonic() > deadline
            if late or process.poll() is not None:
                said = process.stderr.read().decode() if process.stderr and not late else ""
                raise RuntimeError(f"{emitter.name} did not start: {said}") from error
            time.sleep(0.1)
        else:
            return


def without_addresses(text: str) -> str:
    """What of a scrape a dialect may read, without ports and times that differ from run to run."""
    lines = [
        line
        for line in text.splitlines()
        if line.removeprefix("# TYPE ").removeprefix("# HELP ").startswith(_READ) and "_created" not in line
    ]
    kept = [line for line in lines if not line.startswith("# HELP")]
    return re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:8000", re.sub(r'(port)="\d+"', r'\1="8000"', "\n".join(kept))) + "\n"
