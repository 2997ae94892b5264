"""Files that a command will write: refused before the work, not after it."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

from vitals.atomic import write_together
from vitals.errors import VitalsError


def require_output(file: Path | None) -> None:
    """Refuse to work for minutes towards a file that cannot be written in the end.

    Raises:
        VitalsError: It is a folder or a device, or its folder does not exist or takes no file.
    """
    if file is None:
        return
    if file.is_dir():
        raise VitalsError(f"{file} is a folder, so it cannot be written and nothing was done. Name a file.")
    # A file is written beside its place and renamed, which would put it where the device was.
    if file.exists() and not file.is_file():
        raise VitalsError(f"{file} is not a file but a device or a pipe, and nothing was done. Name a file.")
    _require_room_in(file.absolute().parent, file)


def require_output_folder(folder: Path | None) -> None:
    """Refuse a path at which no folder can be made and none is.

    Raises:
        VitalsError: It is a file, the folder in which it is to stand does not exist, or it takes no file.
    """
    if folder is None:
        return
    if folder.exists() and not folder.is_dir():
        raise VitalsError(f"{folder} is a file, so it cannot hold a report and nothing was done. Name a folder.")
    _require_room_in(folder if folder.is_dir() else folder.absolute().parent, folder)


def write_all(files: Mapping[Path, str]) -> None:
    """Write all files of a command, or none.

    Raises:
        VitalsError: One cannot be written.
    """
    try:
        write_together(files)
    except OSError as error:
        raise VitalsError(
            f"{error.filename or 'A file'} cannot be written ({error.strerror or error}), so nothing was written."
        ) from error


def _require_room_in(place: Path, wanted: Path) -> None:
    """Write a file of one byte there, for permission bits do not tell of file systems that are full or read-only."""
    if not place.is_dir():
        raise VitalsError(
            f"The folder of {wanted} does not exist, so it cannot be written and nothing was done. Create it, or name "
            "another place."
        )
    try:
        with tempfile.TemporaryFile(dir=place) as trial:
            trial.write(b"1")
    except OSError as error:
        raise VitalsError(
            f"{wanted} cannot be written: {place} takes no file ({error.strerror}). Nothing was done. Free it, or name "
            "another place."
        ) from error
