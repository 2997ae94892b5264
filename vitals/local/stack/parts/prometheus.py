"""Prometheus with the rendered configuration."""

from pathlib import Path

from vitals.local.processes.part import Part
from vitals.local.processes.ports import LOOPBACK
from vitals.local.stack.folder import RunFolder
from vitals.rendered import names

PROMETHEUS = "prometheus"
KEPT_S = 6 * 3600
KEPT_AT_MOST = "1GB"
_LOOKING_FOR_BLOCKS = (
    "--storage.tsdb.block-reload-interval=1s",
    "--no-storage.tsdb.allow-overlapping-compaction",  # else what is added is merged at once, for nothing
)


def prometheus(
    program: Path,
    folder: RunFolder,
    *,
    port: int,
    after: tuple[str, ...],
    past_s: int = 0,
    pages: str = "",
    looks_for_blocks: bool = False,
) -> Part:
    """Describe Prometheus; it keeps the samples of the last hours, bounded in size too.

    Args:
        program: The executable.
        folder: The run folder.
        port: Where it listens.
        after: Names of the parts that must be ready before.
        past_s: Seconds that its data reach back when it starts; they are kept as well.
        pages: Base URL of the pages to which its alerts link (``/graph``); its own, where none are, if empty.
        looks_for_blocks: Whether blocks that are put beside its own while it runs are seen within a second, not a
            minute.
    """
    url = f"http://{LOOPBACK}:{port}"
    return Part(
        name=PROMETHEUS,
        argv=(
            str(program),
            f"--config.file={folder.config / names.PROMETHEUS}",
            f"--storage.tsdb.path={folder.samples}",
            f"--storage.tsdb.retention.time={KEPT_S + past_s}s",
            f"--storage.tsdb.retention.size={KEPT_AT_MOST}",
            f"--web.listen-address={LOOPBACK}:{port}",
            f"--web.external-url={pages or url}/",
            "--web.cors.origin=none",  # by default any web page that finds the port reads every metric
            "--enable-feature=exemplar-storage",
            *(_LOOKING_FOR_BLOCKS if looks_for_blocks else ()),
        ),
        folder=folder.data,
        after=after,
        ready_url=f"{url}/-/ready",
        url=url,
    )
