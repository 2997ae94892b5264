"""The foresight service beside the Prometheus that it asks."""

import sys

from vitals.local.processes.part import Part
from vitals.local.processes.ports import LOOPBACK
from vitals.local.stack.folder import RunFolder

FORESIGHT = "foresight"


def foresight(folder: RunFolder, *, port: int, prometheus_url: str, after: tuple[str, ...]) -> Part:
    """Describe the service; its state lies with the other data of the run."""
    url = f"http://{LOOPBACK}:{port}"
    return Part(
        name=FORESIGHT,
        argv=(
            sys.executable, "-m", "vitals.cli", "foresight", "serve",
            "--prometheus", prometheus_url, "--rendered", str(folder.config),
            "--state", str(folder.data / FORESIGHT), "--port", str(port),
        ),
        folder=folder.data,
        after=after,
        ready_url=f"{url}/-/ready",
        url=f"{url}/metrics",
    )  # fmt: skip
