"""The relay that sends pictures after notifications, beside the Prometheus that it asks."""

import sys

from vitals.local.processes.part import Part
from vitals.local.processes.ports import LOOPBACK
from vitals.local.stack.folder import RunFolder

PICTURES = "pictures"


def pictures(folder: RunFolder, *, port: int, prometheus_url: str, after: tuple[str, ...]) -> Part:
    """Describe the relay; it reads the rendered files and the secrets of the run."""
    url = f"http://{LOOPBACK}:{port}"
    return Part(
        name=PICTURES,
        argv=(
            sys.executable, "-m", "vitals.cli", "pictures", "serve",
            "--prometheus", prometheus_url, "--rendered", str(folder.config),
            "--secrets", str(folder.secrets), "--port", str(port),
        ),
        folder=folder.data,
        after=after,
        ready_url=f"{url}/-/ready",
        url=f"{url}/metrics",
    )  # fmt: skip
