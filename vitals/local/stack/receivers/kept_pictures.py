"""The pictures that followed notifications in this run, as files for the portal."""

import hashlib
import threading
from pathlib import Path

from vitals.atomic import write_atomic

MOST = 200
"""Pictures that are kept: as many as messages are shown with their text. A usual one has 100 KiB, the largest 1 MiB."""
_PNG = b"\x89PNG\r\n\x1a\n"


class KeptPictures:
    """A folder of pictures; safe to use from several threads.

    Args:
        folder: Where they lie; it is made with the first.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._names: list[str] = []

    def keep(self, content: bytes) -> str:
        """Keep a picture.

        Returns:
            The name of its file; empty where it is not a PNG, or cannot be written.
        """
        if not content.startswith(_PNG):
            return ""
        name = f"{hashlib.sha256(content).hexdigest()[:32]}.png"
        with self._lock:
            try:
                self._folder.mkdir(mode=0o700, exist_ok=True)
                write_atomic(self._folder / name, content, mode=0o600)
                self._names = [*(one for one in self._names if one != name), name]
                while len(self._names) > MOST:
                    (self._folder / self._names.pop(0)).unlink(missing_ok=True)
            except OSError:
                return ""
        return name
