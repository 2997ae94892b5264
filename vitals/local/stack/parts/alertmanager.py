"""Alertmanager with the rendered routes, alone (no cluster)."""

from pathlib import Path

from vitals.local.processes.part import Part
from vitals.local.processes.ports import LOOPBACK
from vitals.local.stack.folder import RunFolder

ALERTMANAGER = "alertmanager"


def alertmanager(program: Path, folder: RunFolder, *, port: int) -> Part:
    """Describe Alertmanager."""
    url = f"http://{LOOPBACK}:{port}"
    return Part(
        name=ALERTMANAGER,
        argv=(
            str(program),
            f"--config.file={folder.config / 'alertmanager.yml'}",
            f"--storage.path={folder.data / ALERTMANAGER}",
            f"--web.listen-address={LOOPBACK}:{port}",
            f"--web.external-url={url}/",
            "--cluster.listen-address=",
        ),
        folder=folder.data,
        ready_url=f"{url}/-/ready",
        url=url,
    )
