"""A folder of runs, one after the other, so that each can be compared with the one before."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from vitals.errors import VitalsError


def kept_files(folder: Path, profile: str) -> tuple[Path, Path]:
    """Name the files of a new run.

    Args:
        folder: Where runs are kept; it is there.
        profile: The kind of load.

    Returns:
        Its record, and the folder of its report. Records of one kind are in the order of their time by name.

    Raises:
        VitalsError: The folder is not there.
    """
    if not folder.is_dir():
        raise VitalsError(f"{folder} is not a folder, so no run could be kept. Nothing was asked. Create it first.")
    name = f"{profile}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    return folder / f"{name}.json", folder / name
