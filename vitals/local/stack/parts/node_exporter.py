"""node exporter: the machine itself."""

from pathlib import Path

from vitals.local.processes.part import Part
from vitals.local.processes.ports import LOOPBACK

NODE_EXPORTER = "node_exporter"


def node_exporter(program: Path, *, port: int, folder: Path) -> Part:
    """Describe node exporter with its default collectors."""
    url = f"http://{LOOPBACK}:{port}/metrics"
    return Part(
        name=NODE_EXPORTER,
        argv=(str(program), f"--web.listen-address={LOOPBACK}:{port}"),
        folder=folder,
        ready_url=url,
        url=url,
    )
