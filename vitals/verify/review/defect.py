"""A problem as a value: what is wrong, where, what it would do in production, and how it is mended."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from vitals.verify.review.document import Document, JsonPath


class Gravity(IntEnum):
    """How bad a defect is: an error does not do what it was written for, a warning may not, a note is about craft."""

    NOTE = 1
    WARNING = 2
    ERROR = 3

    @property
    def word(self) -> str:
        """The gravity in lower case, as reports and SARIF spell it."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class At:
    """A place in a document.

    Attributes:
        document: The document.
        path: Keys and indexes that lead there.
        what: The place in words, such as ``alert ServiceOutage``; empty for the document itself.
    """

    document: Document
    path: JsonPath = ()
    what: str = ""

    def inside(self, *more: str | int) -> At:
        """A place farther inside."""
        return At(self.document, (*self.path, *more), self.what)


@dataclass(frozen=True, slots=True)
class Found:
    """What a check yields; the name and gravity of the check are added to it.

    Attributes:
        at: Where.
        why: What is wrong, and what it does in production.
        fix: What to do.
        gravity: Where this one is not as bad as the check's others; None for the check's own.
    """

    at: At
    why: str
    fix: str
    gravity: Gravity | None = None


@dataclass(frozen=True, slots=True)
class Defect:
    """A problem of a file.

    Attributes:
        check: Name of the check.
        file: Path of the file, as it was given.
        line: Line of it, from 1.
        gravity: How bad it is.
        what: The place in words.
        why: What is wrong, and what it does in production.
        fix: What to do.
    """

    check: str
    file: str
    line: int
    gravity: Gravity
    what: str
    why: str
    fix: str
