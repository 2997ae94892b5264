"""From whatever an application gives as a name to a text that every scrape, span and log can hold.

Applications give Enums, numbers, bytes, texts with half a surrogate pair, and by mistake whole objects. One label that
cannot be written takes every metric of the process away, because a scrape is answered whole or not at all; so each
value passes here before it becomes a label.
"""

from __future__ import annotations

from decimal import Decimal
from enum import Enum

from vitals_telemetry.metrics import OTHER

LONGEST = 200
"""Characters of a label value at most; a longer one is ``other``. Route templates and query shapes stay below 120, and
what is longer is data, which would be stored with every sample."""


def text_of(value: object) -> str:
    """Return the text of a value that names something.

    Args:
        value: A text, bytes, number, Enum member, or an object that has a text of its own (``__str__``).

    Raises:
        TypeError: It names nothing: it cannot be hashed, or its only text is where it lies in memory.
        Exception: Whatever its ``__str__`` raises.
    """
    if isinstance(value, Enum):
        return text_of(value.value if isinstance(value.value, (str, bytes, int)) else value.name)
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    if value is None or isinstance(value, (bool, int, float, Decimal)):
        return str(value)
    hash(value)
    if type(value).__str__ is object.__str__:
        raise TypeError(f"a {type(value).__qualname__} has no text of its own, so it names nothing")
    return str.__str__(str(value))  # a __str__ may give a text of a class with ways of its own


def label_value(value: object) -> str:
    """Return a value as a label can hold it, or ``other`` if it is too long.

    What is not printable, such as a line feed or half a surrogate pair, is written as its escape.

    Args:
        value: See ``text_of``.

    Raises:
        Exception: See ``text_of``.
    """
    text = text_of(value)
    if len(text) > LONGEST:
        return OTHER
    return text if text.isprintable() else printable(text)


def readable(value: object) -> str:
    """Return a value as ``label_value`` does, and ``other`` for what has no text."""
    try:
        return label_value(value)
    except Exception:
        return OTHER


def printable(text: str) -> str:
    """Return a text with the escape of each character that is not printable."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
