"""Files that are either whole or not there.

A reader of the run folder (Prometheus watching its target files, `vitals status`, a second `vitals up`) must never see
half a file, not even when the disk fills up in the middle of a write. So everything is written under a temporary name
in the same folder and renamed. This module refuses to append: logs and delivery records have their own homes.
"""

import contextlib
import errno
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path


def write_atomic(path: Path, content: str | bytes, *, mode: int = 0o644) -> None:
    """Write ``content`` (text as UTF-8) to ``path`` in one step, replacing what was there.

    Args:
        path: Where the file shall be; its folder must exist.
        content: The whole content.
        mode: Permission bits; the temporary file is 0600 until it has them, so a secret is never readable by others.

    Raises:
        OSError: The disk is full or the folder is not writable; ``path`` is unchanged then and no temporary file stays.
    """
    temporary = _beside(path, content, mode)
    try:
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def write_together(files: Mapping[Path, str]) -> None:
    """Write several texts, all of them or none, and the folders that they need.

    Raises:
        OSError: The disk is full, a folder takes no file or is where a file must be; no file or folder is there that
            was not, or is other than it was.
    """
    beside: dict[Path, Path] = {}
    made: list[Path] = []
    if folder := next((path for path in files if path.is_dir()), None):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(folder))
    try:
        for path, content in files.items():
            made += [folder for folder in reversed((path.parent, *path.parent.parents)) if not folder.exists()]
            path.parent.mkdir(parents=True, exist_ok=True)
            beside[path] = _beside(path, content)
        for path, temporary in beside.items():
            temporary.replace(path)
    except BaseException:
        for temporary in beside.values():
            temporary.unlink(missing_ok=True)
        for folder in reversed(made):
            with contextlib.suppress(OSError):  # it was not made, or a file of another program is in it by now
                folder.rmdir()
        raise


def _beside(path: Path, content: str | bytes, mode: int = 0o644) -> Path:
    """Write to a temporary name in the folder of a file; nothing is left there where that fails."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(mode)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary
