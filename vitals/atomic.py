"""Files that are either whole or not there.

A reader of the run folder (Prometheus watching its target files, `vitals status`, a second `vitals up`) must never see
half a file, not even when the disk fills up in the middle of a write. So everything is written under a temporary name
in the same folder and renamed. This module refuses to append: logs and delivery records have their own homes.
"""

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
        OSError: The disk is full, or a folder takes no file; no file is there that was not, or is other than it was.
    """
    beside: dict[Path, Path] = {}
    try:
        for path, content in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            beside[path] = _beside(path, content)
        for path, temporary in beside.items():
            temporary.replace(path)
    finally:
        for temporary in beside.values():
            temporary.unlink(missing_ok=True)


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
