"""The parts' log files: written by the children themselves, bounded by the supervisor.

A child writes straight to its file, so a busy or dying supervisor never blocks it and its last words are on disk.
The price is that the bound is kept from outside: when a file has grown too long, its newest end is moved to ``.1``
and the file is emptied in place (children append, so they go on at the new end). A few lines written during that
moment can be lost; a log here explains a failure, it is not a record of business.
"""

import os
from pathlib import Path
from typing import BinaryIO

LONGEST_BYTES = 1024 * 1024


def log_file(folder: Path, part: str) -> Path:
    """The log file of the part with that name."""
    return folder / f"{part}.log"


def open_log(path: Path) -> BinaryIO:
    """Open a part's log for appending, 0600.

    Raises:
        OSError: The folder is gone or the disk is full.
    """
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600), "ab", buffering=0)


def bound(path: Path, longest: int = LONGEST_BYTES) -> bool:
    """Keep a log file at ``longest`` bytes, plus as many of the time before in ``<name>.1``.

    Args:
        path: The log file; a missing one is fine.
        longest: Length in bytes above which the file is cut.

    Returns:
        Whether it was cut.

    Raises:
        OSError: The disk is full; the log is unchanged then.
    """
    if not path.exists() or path.stat().st_size <= longest:
        return False
    with path.open("rb+") as file:
        file.seek(-longest, os.SEEK_END)
        path.with_name(f"{path.name}.1").write_bytes(file.read())
        file.truncate(0)
    return True


def tail(path: Path, lines: int = 12) -> str:
    """The last lines of a log, for an error message; empty when there is no log or nothing in it."""
    if not path.exists():
        return ""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 16_384))
        text = file.read().decode("utf-8", errors="replace")
    return "\n".join(text.splitlines()[-lines:])
