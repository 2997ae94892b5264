"""Write rendered files whole or not at all, and find out whether committed ones are still what would be rendered."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from vitals.errors import VitalsError
from vitals.rendered.names import MODEL


@dataclass(frozen=True, slots=True)
class Drift:
    """How a folder differs from what would be rendered, as relative paths.

    Attributes:
        changed: Files with other content.
        missing: Files that would be rendered and are not there.
        extra: Files that are there and would not be rendered.
    """

    changed: tuple[str, ...]
    missing: tuple[str, ...]
    extra: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.changed or self.missing or self.extra)


def drift(files: Mapping[str, str], folder: Path) -> Drift:
    """Compare rendered files with those in a folder."""
    there = {p.relative_to(folder).as_posix(): p for p in folder.rglob("*") if p.is_file()} if folder.exists() else {}
    changed = [name for name, text in files.items() if name in there and there[name].read_bytes() != text.encode()]
    return Drift(tuple(changed), tuple(sorted(set(files) - set(there))), tuple(sorted(set(there) - set(files))))


def write(files: Mapping[str, str], folder: Path) -> None:
    """Replace a folder by rendered files; the old folder stays until every new file is on the disk.

    Raises:
        VitalsError: The folder holds something that was not rendered, or cannot be written (full disk, no permission);
            what was there is unchanged.
    """
    if folder.exists() and not (folder / MODEL).is_file() and any(folder.iterdir()):
        raise VitalsError(
            f"{folder} holds files and no {MODEL}, so it was not rendered by Vitals and its files would be lost. "
            "Nothing was written. Give another folder, or empty this one."
        )
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as scratch:
            fresh, old = Path(scratch, "fresh"), Path(scratch, "old")
            for name, text in files.items():
                target = fresh / name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(text.encode())
            if folder.exists():
                folder.rename(old)
            try:
                fresh.rename(folder)
            except OSError:
                if old.exists():
                    old.rename(folder)
                raise
            shutil.rmtree(old, ignore_errors=True)
    except OSError as error:
        raise VitalsError(
            f"{folder} cannot be written: {error.strerror or error}. What was rendered before is unchanged. "
            "Free space or correct the permissions, then render again."
        ) from error
