"""Python that is written for people, laid out as `ruff format` leaves it, so that `make check` passes on it as it is.

The formatter is a tool of those who develop, and not on every machine that imports. What is written here is calls,
tuples and dicts, each on one line where it fits and with one part on each line where it does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 120
"""The longest line, as ``pyproject.toml`` has it."""
_STEP = 4


@dataclass(frozen=True, slots=True)
class Brackets:
    """Something in brackets.

    Attributes:
        opening: What stands before its parts, up to the bracket.
        parts: What stands within.
        closing: The other bracket.
        single: Whether it is a tuple of one part, which keeps its comma on one line.
    """

    opening: str
    parts: Sequence[Brackets | str]
    closing: str
    single: bool = False


def tuple_of(*parts: Brackets | str, before: str = "") -> Brackets:
    """A tuple, of one part or none, too."""
    return Brackets(f"{before}(", parts, ")", single=len(parts) == 1)


def laid_out(written: Brackets | str, indent: int, *, before: str = "", after: str = ",") -> str:
    """Its lines.

    Args:
        written: What is written.
        indent: How many blanks stand before it.
        before: What stands before it on its first line, such as a name and a sign.
        after: What stands behind it.
    """
    margin, line = " " * indent, f"{before}{_on_one_line(written)}{after}"
    if isinstance(written, str) or indent + len(line) <= WIDTH:
        return f"{margin}{line}\n"
    inner = "".join(laid_out(part, indent + _STEP) for part in written.parts)
    return f"{margin}{before}{written.opening}\n{inner}{margin}{written.closing}{after}\n"


def _on_one_line(written: Brackets | str) -> str:
    if isinstance(written, str):
        return written
    parts = ", ".join(map(_on_one_line, written.parts))
    return f"{written.opening}{parts}{',' if written.single else ''}{written.closing}"
