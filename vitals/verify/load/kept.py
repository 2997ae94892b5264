"""A folder of runs, one after the other, so that each can be shown beside the one before."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from vitals.errors import VitalsError


def kept_files(folder: Path, profile: str) -> tuple[Path, Path, Path | None]:
    """Name the files of a new run.

    Args:
        folder: Where runs are kept; it is there.
        profile: The kind of load; runs of another kind are not compared.

    Returns:
        Its record, the folder of its report, and the record of the run before; None for the first one.

    Raises:
        VitalsError: The folder is not there.
    """
    if not folder.is_dir():
        raise VitalsError(f"{folder} is not a folder, so no run could be kept. Nothing was asked. Create it first.")
    before = sorted(folder.glob(f"{profile}-*.json"))
    name = f"{profile}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    return folder / f"{name}.json", folder / name, before[-1] if before else None
