r"""Regular expressions as Prometheus reads them, which is RE2: its own engine judges them and matches with them.

Python's and Rust's dialects differ in both directions: ``no++de`` is one of theirs only, ``[[:space:]]`` means
something else in Python. Go's RE2 and the original one differ in a single escape, ``\C``.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Protocol

import re2

_BYTE = re.compile(r"(?:[^\\]|\\[^C])*\\C", re.DOTALL)
"""``\\C``, one byte, which Go does not know."""

_ESCAPES = re.compile(r"\\Q(?P<quoted>.*?)(?:\\E|$)|\\(?P<octal>[0-7]{1,3})|\\.", re.DOTALL)


class _Compiled(Protocol):
    """What is used of a compiled pattern; the library has no types of its own."""

    def search(self, text: str) -> object | None:
        """The first match."""


def problem(pattern: str, *, anchored: bool = False) -> str:
    """Why a pattern is not a regular expression; empty where it is one.

    Args:
        pattern: The pattern.
        anchored: Whether Prometheus puts its anchors around it before it looks, as ``label_replace()`` does, so that
            ``a)|(b`` is legal. A matcher looks first.
    """
    if _BYTE.match(pattern):
        return r"invalid escape sequence: \C"
    found = _compiled(_anchored(pattern) if anchored else pattern)
    return found if isinstance(found, str) else ""


def matches(pattern: str, text: str) -> bool:
    """Whether a legal pattern matches the whole of a text; one that is not legal matches nothing."""
    found = _compiled(_anchored(pattern))
    return not isinstance(found, str) and found.search(text) is not None


def portable(pattern: str) -> str:
    """A legal pattern without the two escapes that our parser's dialect lacks: quoted parts and octal numbers."""

    def one(found: re.Match[str]) -> str:
        if found["quoted"] is not None:
            return "".join(f"\\x{{{ord(character):x}}}" for character in found["quoted"])
        return f"\\x{{{int(found['octal'], 8):x}}}" if found["octal"] else found[0]

    return _ESCAPES.sub(one, pattern)


def _anchored(pattern: str) -> str:
    return f"^(?s:{pattern})$"


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> _Compiled | str:
    options = re2.Options()
    options.log_errors = False
    try:
        compiled: _Compiled = re2.compile(pattern, options)
    except re2.error as error:
        reason = error.args[0]
        return reason.decode() if isinstance(reason, bytes) else str(reason)
    return compiled
