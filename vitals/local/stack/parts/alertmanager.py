"""Alertmanager with the rendered routes, alone (no cluster)."""

from pathlib import Path

from vitals.local.processes.part import Part
from vitals.local.processes.ports import LOOPBACK
from vitals.local.stack.folder import RunFolder
from vitals.rendered import names

ALERTMANAGER = "alertmanager"


def alertmanager(
    program: Path, folder: RunFolder, *, port: int, aws_credentials_file: str = "", names_receivers: bool = False
) -> Part:
    """Describe Alertmanager.

    Args:
        program: The executable.
        folder: The run folder.
        port: Where it listens.
        aws_credentials_file: The secret file that AWS' own library in it reads; empty where there is none.
        names_receivers: Whether its metrics say of which receiver they are.
    """
    url = f"http://{LOOPBACK}:{port}"
    return Part(
        name=ALERTMANAGER,
        argv=(
            str(program),
            f"--config.file={folder.config / names.ALERTMANAGER}",
            f"--storage.path={folder.data / ALERTMANAGER}",
            f"--web.listen-address={LOOPBACK}:{port}",
            f"--web.external-url={url}/",
            "--cluster.listen-address=",
            *((f"--enable-feature={names.RECEIVERS_IN_METRICS}",) if names_receivers else ()),
        ),
        folder=folder.data,
        ready_url=f"{url}/-/ready",
        environment=_aws(str(folder.secrets / aws_credentials_file)) if aws_credentials_file else {},
        url=url,
    )


def _aws(file: str) -> dict[str, str]:
    """Alertmanager's client takes no certificates of a proxy, and refuses to send where the variable names some."""
    return {names.AWS_VARIABLE: file, "AWS_CA_BUNDLE": ""}
