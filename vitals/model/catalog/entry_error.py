"""An entry of the catalogue that does not fit what is made of it: what knows the problem does not know the file."""

from __future__ import annotations

from typing import Protocol

from vitals.errors import VitalsError


class _Entry(Protocol):
    @property
    def name(self) -> str: ...


class EntryError(VitalsError):
    """A problem of one entry, in which its file and line are still missing.

    Attributes:
        entry: The service, environment or team.
    """

    def __init__(self, entry: _Entry, problem: str) -> None:
        """Name the entry.

        Args:
            entry: The service, environment or team.
            problem: What is wrong with it, from behind its name on: ``, field scrape: ...`` or ``: ...``.
        """
        super().__init__(f"{type(entry).__name__} {entry.name!r}{problem}")
        self.entry = entry
