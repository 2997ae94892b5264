"""A real Alertmanager on a free port, which holds one alert and the heartbeat, and notifies no one."""

from __future__ import annotations

import contextlib
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from vitals.local.processes.ports import free_ports
from vitals.tools import ensure, showing_progress

ALERTS = [
    {"labels": {"alertname": "ApiOutage", "service": "wellness-api", "severity": "critical"}},
    {"labels": {"alertname": "Watchdog", "severity": "none", "owner": "platform"}},
]


@contextlib.contextmanager
def alertmanager_alone(folder: Path) -> Iterator[str]:
    """Run one in a folder and give its base URL."""
    with showing_progress() as report:
        program = ensure(["alertmanager"], report)["alertmanager"]
    (folder / "alertmanager.yml").write_text("route: {receiver: none}\nreceivers: [{name: none}]\n", encoding="utf-8")
    url = f"http://127.0.0.1:{free_ports(('web',))['web']}"
    command = [
        str(program),
        f"--config.file={folder / 'alertmanager.yml'}",
        f"--storage.path={folder / 'data'}",
        f"--web.listen-address={url.removeprefix('http://')}",
        "--cluster.listen-address=",
    ]
    with (folder / "log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            _post_until_held(url)
            yield url
        finally:
            process.terminate()
            process.wait(20)


def _post_until_held(url: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with contextlib.suppress(httpx.HTTPError):
            httpx.post(f"{url}/api/v2/alerts", json=ALERTS)
            if len(httpx.get(f"{url}/api/v2/alerts").json()) == len(ALERTS):
                return
        time.sleep(0.2)
    pytest.fail(f"Alertmanager at {url} did not take two alerts within 60 s.")
