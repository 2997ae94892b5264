"""A real Alertmanager on a free port, which holds one alert and the heartbeat, and notifies no one."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import httpx

from tests.alert_rules.local_alertmanager import running, until
from vitals.local.tools import ensure, showing_progress

ALERTS = [
    {"labels": {"alertname": "ApiOutage", "service": "wellness-api", "severity": "critical"}},
    {"labels": {"alertname": "Watchdog", "severity": "none", "owner": "platform"}},
]


@contextlib.contextmanager
def alertmanager_alone(folder: Path) -> Iterator[str]:
    """Run one in a folder and give its base URL."""
    with showing_progress() as report:
        program = ensure(["alertmanager"], report)["alertmanager"]
    with running(program, "route: {receiver: none}\nreceivers: [{name: none}]\n", folder / "alone") as alertmanager:
        address = f"{alertmanager.url}/api/v2/alerts"
        httpx.post(address, json=ALERTS).raise_for_status()
        until(lambda: len(httpx.get(address).json()) == len(ALERTS), "Alertmanager holds both alerts")
        yield alertmanager.url
