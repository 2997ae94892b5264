"""What is said about something that was imported: where it stood, what it was, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ImportNote:
    """One thing that was changed on the way, or left behind.

    Attributes:
        where: File and line, as far as they can be known.
        what: What it is, such as ``alert DiskFull`` or ``panel "Load"``.
        why: What was changed and for what reason, or why it could not be taken.
    """

    where: str
    what: str
    why: str


def changed(where: str, what: str, reasons: Iterable[str]) -> list[ImportNote]:
    """A note for each reason, each once."""
    return [ImportNote(where, what, reason) for reason in dict.fromkeys(reasons)]
