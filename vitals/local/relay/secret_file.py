"""A secret of a channel, read anew each time: it may be exchanged while the relay runs."""

from __future__ import annotations

from pathlib import Path

from vitals.local.relay.problem import NoPictureError


def secret(folder: Path, name: str) -> str:
    """Read a secret file.

    Args:
        folder: Where secret files lie.
        name: Of the file.

    Raises:
        NoPictureError: It cannot be read.
    """
    try:
        return (folder / name).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise NoPictureError("refused", f"the secret file {name} cannot be read") from error
