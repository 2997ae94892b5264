r"""Regular expressions as Prometheus reads them, which is RE2: its own engine judges them and matches with them.

Python's and Rust's dialects differ in both directions: ``no++de`` is one of theirs only, ``[[:space:]]`` means
something else in Python. Go's RE2 and the original one differ in an escape, ``\C``, and in the names of groups: Go
takes one name twice, and letters, digits and ``_`` of ASCII only. So names are judged here and never reach the engine.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Protocol

import re2

_BYTE = re.compile(r"(?:[^\\]|\\[^C])*\\C", re.DOTALL)
"""``\\C``, one byte, which Go does not know."""

_ESCAPE = r"\\Q(?P<quoted>.*?)(?:\\E|$)|\\(?P<octal>[0-7]{1,3})|\\."
_IN_SETS = re.compile(
    rf"(?P<class>\\[dDsSwW]|\\[pP](?:\{{[^}}]*\}}|.)|\[:\^?\w+:\])(?P<dash>-(?!\]))?|{_ESCAPE}|(?P<bracket>\[)",
    re.DOTALL,
)
"""What stands in a set; other dialects refuse a ``-`` behind a class, and take ``[`` for the beginning of a set."""
_PIECES = re.compile(
    rf"{_ESCAPE}|(?P<set>\[\^?\]?(?:\\.|\[:\^?\w+:\]|[^\]\\])*\])|\(\?P?<(?P<name>[^>!=][^>]*)>|(?P<group>\((?!\?))"
    r"|(?P<brace>\{(?=\{))",
    re.DOTALL,
)
"""Escapes, sets of characters, the beginnings of groups that are kept, and a brace before a brace, which repeats
nothing; a bracket within the first two is none."""
_NAME = re.compile(r"[A-Za-z0-9_]+")
PROBES = ("a", "host-1.example:9100", "/data\n")
"""Texts so different that a pattern which takes them all takes every text but perhaps the empty one."""


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
    if wrong := next((name for name in groups(pattern) if name and not _NAME.fullmatch(name)), ""):
        return f"invalid named capture: {wrong}"
    found = _compiled(_anchored(pattern) if anchored else pattern)
    return found if isinstance(found, str) else ""


def matches(pattern: str, text: str) -> bool:
    """Whether a legal pattern matches the whole of a text; one that is not legal matches nothing."""
    found = _compiled(_anchored(pattern))
    return not isinstance(found, str) and found.search(text) is not None


def groups(pattern: str) -> list[str]:
    """The groups of a legal pattern in their order, from the first on: the name of each, empty for one without."""
    found = _PIECES.finditer(pattern)
    return [one["name"] or "" for one in found if one["name"] is not None or one["group"] is not None]


def portable(pattern: str) -> str:
    """A legal pattern without what other dialects lack: quoted parts, octal numbers, names of groups, bare brackets."""
    return _PIECES.sub(_portable, pattern)


def _portable(found: re.Match[str]) -> str:
    parts = found.groupdict()
    if parts["quoted"] is not None:
        return "".join(f"\\x{{{ord(character):x}}}" for character in parts["quoted"])
    if parts["octal"] is not None:
        return f"\\x{{{int(parts['octal'], 8):x}}}"
    if parts.get("set") is not None:
        return f"[{_IN_SETS.sub(_portable, found[0][1:])}"
    if parts.get("class") is not None:
        return parts["class"] + ("\\-" if parts["dash"] else "")
    if parts.get("bracket") is not None or parts.get("brace") is not None:
        return f"\\{found[0]}"
    return "(" if parts.get("name") is not None else found[0]


def _unnamed(pattern: str) -> str:
    return _PIECES.sub(lambda found: "(" if found["name"] is not None else found[0], pattern)


def _anchored(pattern: str) -> str:
    return f"^(?s:{pattern})$"


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> _Compiled | str:
    options = re2.Options()
    options.log_errors = False
    try:
        compiled: _Compiled = re2.compile(_unnamed(pattern), options)
    except re2.error as error:
        reason = error.args[0]
        return reason.decode() if isinstance(reason, bytes) else str(reason)
    return compiled
