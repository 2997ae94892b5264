"""Results of earlier runs, so that a second run asks only what is new.

A result is kept under the hash of everything that it depends on: rules, test case and the version of promtool, or the
sources of the generators. An old result is never wrong, only unused, and deleting the file costs nothing but time.
"""

from __future__ import annotations

import base64
import hashlib
import json
import sqlite3
import zlib
from pathlib import Path
from types import TracebackType

from vitals.errors import VitalsError


def key(*parts: object) -> str:
    """The hash of what a result depends on; every part can be written as JSON."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def packed(text: str) -> str:
    """A long text as a shorter one, for results that are long: all rules, or all that is recorded in a case."""
    return base64.b64encode(zlib.compress(text.encode())).decode()


def unpacked(text: str) -> str:
    """The text that was packed."""
    return zlib.decompress(base64.b64decode(text)).decode()


class ResultCache:
    """Results by key, in one SQLite file that several runs may use at once."""

    def __init__(self, file: Path) -> None:
        """Open or create the file.

        Raises:
            VitalsError: There is something else in its place, or it cannot be written.
        """
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            self._database = sqlite3.connect(file, isolation_level=None, timeout=60)
            self._database.execute("PRAGMA journal_mode = WAL")
            self._database.execute("PRAGMA synchronous = OFF")
            self._database.execute("CREATE TABLE IF NOT EXISTS found (key TEXT PRIMARY KEY, what TEXT) WITHOUT ROWID")
        except (OSError, sqlite3.Error) as error:
            raise VitalsError(
                f"{file} cannot be used to cache verdicts ({error}), so every run would take long. Delete it, or "
                "set VITALS_CACHE to a folder that can be written."
            ) from None

    def __enter__(self) -> ResultCache:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._database.close()

    def get(self, key: str) -> str | None:
        """The result, or ``None``."""
        row = self._database.execute("SELECT what FROM found WHERE key = ?", (key,)).fetchone()
        return None if row is None else str(row[0])

    def put(self, key: str, what: str) -> None:
        """Keep a result."""
        self._database.execute("INSERT OR REPLACE INTO found VALUES (?, ?)", (key, what))
