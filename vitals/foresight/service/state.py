"""What survives a restart: one CSV file per series, each whole or not there.

Prometheus is asked again for what happened meanwhile, so a state that is some minutes old loses nothing; one that is
gone or broken costs only what Prometheus no longer keeps.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from vitals.atomic import write_atomic
from vitals.errors import VitalsError
from vitals.foresight.series import read_series
from vitals.foresight.service.history import SeriesHistory
from vitals.foresight.service.key import SeriesKey


class StateFolder:
    """The histories on disk.

    Args:
        folder: Where they are; made if it is not there.

    Raises:
        VitalsError: The folder cannot be made or written.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
            write_atomic(folder / ".writable", "")
        except OSError as error:
            raise VitalsError(
                f"The state folder {folder} cannot be written ({error.strerror}), so a restart would forget what "
                "Prometheus no longer keeps. Nothing was started. Give a folder of your own with --state."
            ) from error

    def path(self, key: SeriesKey) -> Path:
        """The file of a series: readable, and unique by a checksum of all labels."""
        readable = re.sub(r"[^A-Za-z0-9._-]+", "-", f"{key.service}.{key.name}.{key.series}").strip(".-")[:100]
        return self.folder / f"{readable}.{zlib.crc32(repr(key).encode()):08x}.csv"

    def load(self, key: SeriesKey, report: Callable[[str], None]) -> SeriesHistory:
        """The history of a series; an empty one where there is no file, or none that can be read."""
        path = self.path(key)
        if not path.exists():
            return SeriesHistory.empty()
        try:
            read = read_series(path)
        except VitalsError as error:
            report(f"{error} The history of {key.service} {key.name} begins anew with what Prometheus still has.")
            return SeriesHistory.empty()
        # A file that was copied in part may end within a number, which would be another one.
        whole = len(read.times) - (not path.read_bytes().endswith(b"\n"))
        return SeriesHistory(read.times[:whole], read.values[:whole])

    def remove(self, key: SeriesKey) -> None:
        """Remove the file of a series, where there is one that can be removed."""
        with suppress(OSError):
            self.path(key).unlink(missing_ok=True)

    def save(self, histories: Mapping[SeriesKey, SeriesHistory]) -> None:
        """Write the histories, each in one step.

        Raises:
            OSError: One of them could not be written; its file is as it was.
        """
        for key, history in histories.items():
            if len(history.times):
                write_atomic(self.path(key), history.text())
