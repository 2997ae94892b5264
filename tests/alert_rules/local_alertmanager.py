"""A real Alertmanager with the rendered routes, in a hurry: only its waiting times are shortened, so that tests are."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import yaml

from tests.alert_rules.receivers import Receivers
from vitals.local.processes.ports import LOOPBACK, free_ports

PATIENCE = 30.0
"""How long anything may take before the test gives up, in seconds."""
GROUP_WAIT, GROUP_INTERVAL = "500ms", "1s"


def filled(text: str, receivers: Receivers, secrets: Path) -> str:
    """Rendered text with its placeholders filled, as the operator of an environment does it."""
    values = {
        "__pagerduty_url__": receivers.pagerduty_url,
        "__secrets_dir__": str(secrets),
        "__smtp_address__": receivers.smtp_address,
        "__portal_url__": "http://portal.example",
    }
    for placeholder, value in values.items():
        text = text.replace(placeholder, value)
    return text


def hurried(text: str, *, out_of_hours: Sequence[Mapping[str, object]]) -> str:
    """The configuration with short waits, and with other hours than those of the office."""
    config = yaml.safe_load(text)
    for interval in config["time_intervals"]:
        interval["time_intervals"] = list(out_of_hours)
    routes = [config["route"]]
    while routes:
        route = routes.pop()
        routes += route.get("routes", [])
        if "group_wait" in route:
            route |= {"group_wait": GROUP_WAIT, "group_interval": GROUP_INTERVAL}
    return yaml.safe_dump(config, sort_keys=False)


class LocalAlertmanager:
    """A running Alertmanager; takes alerts the way Prometheus sends them."""

    def __init__(self, url: str) -> None:
        self.url = url

    def is_ready(self) -> bool:
        """Whether it answers."""
        try:
            return httpx.get(f"{self.url}/-/ready").is_success
        except httpx.TransportError:
            return False

    def send(self, *alerts: Mapping[str, str], over: bool = False, summary: str = "") -> None:
        """Send alerts by their labels.

        Args:
            alerts: Labels; the annotations say which instance it is.
            over: Whether they have ended.
            summary: Another summary than that.
        """
        now = datetime.now(UTC).isoformat()
        body = [
            {
                "labels": labels,
                "annotations": {
                    "summary": summary or f"{labels['service']} {labels.get('instance', '')} is at 42",
                    "description": "What it means. What to do.",
                    "runbook_url": f"http://portal.example/runbooks/{labels['alertname']}",
                    "dashboard_url": "http://portal.example/d/vitals-api/vitals-api?viewPanel=1",
                },
                **({"endsAt": now} if over else {"startsAt": now}),
            }
            for labels in alerts
        ]
        httpx.post(f"{self.url}/api/v2/alerts", json=body).raise_for_status()


def until(holds: Callable[[], object], what: str) -> None:
    """Wait until something holds, and fail with its name when it does not."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, f"waited {PATIENCE:g} s in vain until {what}"
        time.sleep(0.05)


@contextmanager
def running(program: Path, config: str, folder: Path) -> Iterator[LocalAlertmanager]:
    """An Alertmanager that runs until the end of the block, alone and on loopback."""
    folder.mkdir()
    (folder / "alertmanager.yml").write_text(config)
    address = f"{LOOPBACK}:{free_ports(['alertmanager'])['alertmanager']}"
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [
                program,
                f"--config.file={folder / 'alertmanager.yml'}",
                f"--storage.path={folder / 'data'}",
                f"--web.listen-address={address}",
                "--cluster.listen-address=",
            ],
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        alertmanager = LocalAlertmanager(f"http://{address}")
        until(lambda: alertmanager.is_ready() or process.poll() is not None, "Alertmanager is ready")
        assert process.poll() is None, (folder / "log").read_text()
        yield alertmanager
    finally:
        process.terminate()
        process.wait(PATIENCE)
