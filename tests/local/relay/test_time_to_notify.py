"""How long a text takes to the last of three channels, without pictures and with a relay that is down or hangs."""

from __future__ import annotations

import statistics
import threading
import time
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from tests.local.relay.routed import ALERT, alertmanager_of
from tests.local.relay.served_channels import served_channels, until
from tests.serving import serving
from vitals.render import Plan

pytestmark = pytest.mark.bench

ROUNDS = 5
NOISE_S = 0.5
"""As much as the waiting time of a group here: a text that waited for the relay would be seconds late."""


def _median_s(plan: Plan, relay: str, folder: Path) -> float:
    """Seconds from an alert to the last of the three channels, the median of some services."""
    folder.mkdir()
    took = []
    with (
        served_channels(folder / "pictures") as channels,
        alertmanager_of(plan, channels, relay, folder) as alertmanager,
    ):
        for number in range(ROUNDS):
            begun = time.monotonic()
            alertmanager.send({**ALERT, "service": f"svc-{number}"})
            arrived = 3 * (number + 1)
            until(lambda arrived=arrived: len(channels.delivered) == arrived, "the text is out")
            took.append(time.monotonic() - begun)
    return statistics.median(took)


def test_the_time_to_notify_is_unchanged(plan: Plan, tmp_path: Path) -> None:
    """Beside itself without pictures, on the same machine in the same minute."""
    over = threading.Event()

    class Hanging(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            over.wait(120.0)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    plain = replace(plan, environment=replace(plan.environment, pictures=None))
    without = _median_s(plain, "http://127.0.0.1:9", tmp_path / "without")
    down = _median_s(plan, "http://127.0.0.1:9", tmp_path / "down")
    with serving(Hanging) as relay:
        try:
            hanging = _median_s(plan, relay, tmp_path / "hanging")
        finally:
            over.set()

    print(f"median of {ROUNDS}: without {without:.2f} s, down {down:.2f} s, hanging {hanging:.2f} s")
    assert down <= without + NOISE_S
    assert hanging <= without + NOISE_S
