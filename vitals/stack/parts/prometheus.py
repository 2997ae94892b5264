"""Prometheus with the rendered configuration."""

from pathlib import Path

from vitals.processes.part import Part
from vitals.processes.ports import LOOPBACK
from vitals.stack.folder import RunFolder

PROMETHEUS = "prometheus"
KEPT = "6h"
KEPT_AT_MOST = "1GB"


def prometheus(program: Path, folder: RunFolder, *, port: int, after: tuple[str, ...]) -> Part:
    """Describe Prometheus; it keeps the samples of the last hours, bounded in size too."""
    url = f"http://{LOOPBACK}:{port}"
    return Part(
        name=PROMETHEUS,
        argv=(
            str(program),
            f"--config.file={folder.config / 'prometheus.yml'}",
            f"--storage.tsdb.path={folder.data / PROMETHEUS}",
            f"--storage.tsdb.retention.time={KEPT}",
            f"--storage.tsdb.retention.size={KEPT_AT_MOST}",
            f"--web.listen-address={LOOPBACK}:{port}",
            f"--web.external-url={url}/",
            "--enable-feature=exemplar-storage",
        ),
        folder=folder.data,
        after=after,
        ready_url=f"{url}/-/ready",
        url=url,
    )
