"""Locust in its headless form: the demo platform's users."""

import sys
from importlib.resources import files
from pathlib import Path

from vitals.local.processes.part import Part
from vitals.local.processes.ports import LOOPBACK

TRAFFIC = "traffic"
_FIRST_REQUESTS_S = 4.0
"""The first requests meet cold caches and connections; what waits for the traffic does not want to see those."""


def traffic(*, api_port: int, users: int, folder: Path, after: tuple[str, ...]) -> Part:
    """Describe the traffic: ``users`` users (20 make about 7 requests a second), all there after two seconds."""
    return Part(
        name=TRAFFIC,
        argv=(
            sys.executable, "-m", "locust", "--locustfile", str(files("wellness") / "locustfile.py"), "--headless",
            "--only-summary", "--users", str(users), "--spawn-rate", str(max(1, users / 2)),
            "--host", f"http://{LOOPBACK}:{api_port}",
        ),
        folder=folder,
        after=after,
        settle_s=_FIRST_REQUESTS_S,
        stop_within_s=5.0,
    )  # fmt: skip
