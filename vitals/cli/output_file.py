"""Files that a command will write: refused before the work, not after it."""

from __future__ import annotations

from pathlib import Path

from vitals.errors import VitalsError


def require_folder_of(file: Path | None) -> None:
    """Refuse to work for minutes towards a file, or a folder, that cannot be written in the end.

    Raises:
        VitalsError: The folder in which it is to stand does not exist.
    """
    if file is not None and not file.absolute().parent.is_dir():
        raise VitalsError(
            f"The folder of {file} does not exist, so it cannot be written and nothing was done. Create it, or name "
            "another file."
        )


def require_output(file: Path) -> None:
    """Refuse a path at which no file can be written.

    Raises:
        VitalsError: It is a folder, or its folder does not exist.
    """
    if file.is_dir():
        raise VitalsError(f"{file} is a folder, so it cannot be written and nothing was done. Name a file.")
    require_folder_of(file)


def require_output_folder(folder: Path | None) -> None:
    """Refuse a path at which no folder can be made and none is.

    Raises:
        VitalsError: It is a file, or the folder in which it is to stand does not exist.
    """
    if folder is not None and folder.exists() and not folder.is_dir():
        raise VitalsError(f"{folder} is a file, so it cannot hold a report and nothing was done. Name a folder.")
    require_folder_of(folder)
