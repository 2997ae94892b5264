"""Alternatives of which only some exist here: what others wrote to be read by several versions of a program.

``renamed_total or old_name_total`` asks for a metric under both of its names. A name that nothing exposes gives no
series, so the other side alone means the same. The text is edited in place, because comments, lines and the variables
of Grafana must stay.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from vitals.model.promql import PromqlError, Vocabulary, names_in, written
from vitals.model.promql.variables import WORD, filled

_TOKEN = re.compile(
    r"""(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`|\#[^\n]*)|(?P<open>[(\[{])|(?P<close>[)\]}])|(?P<comma>,)"""
    r"""|(?P<or>(?<![\w:$.])or(?![\w:])(?:\s*(?:on|ignoring)\s*\([^()]*\))?)""",
    re.IGNORECASE | re.VERBOSE,
)


def without_unknown_alternatives(text: str, known: Vocabulary, coming: Collection[str] = ()) -> tuple[str, list[str]]:
    """Take out what stands beside an ``or`` and reads nothing that exists, where the other side does.

    Args:
        text: An expression.
        known: Every series that exists.
        coming: Names that may exist later: what other rules of the same source record.

    Returns:
        The expression, and what was changed.
    """
    changes: list[str] = []
    while (found := _first(text, known, frozenset(coming))) is not None:
        start, end, names = found
        changes.append(f"{', '.join(names)} is taken out beside an or: nothing emits it here")
        text = f"{text[:start].rstrip()}{_gap(text, start, end)}{text[end:].lstrip()}"
    return text, changes


def _gap(text: str, start: int, end: int) -> str:
    """A blank, unless a bracket stands on one side."""
    before, after = text[:start].rstrip()[-1:], text[end:].lstrip()[:1]
    return "" if before in ("", "(", ",") or after in ("", ")", ",") else " "


def _first(text: str, known: Vocabulary, coming: frozenset[str]) -> tuple[int, int, list[str]] | None:
    """The first place to take out, with what it reads."""
    for sides, words in _alternatives(text):
        reads = [_reads(text[start:end]) for start, end in sides]
        # A side without any metric, such as vector(0), is no other name of one.
        if not any(names & known.keys() for names in reads):
            continue
        for index, names in enumerate(reads):
            if names and not names & (known.keys() | coming):
                start, end = sides[index]
                # With the ``or`` before it, and the first side with the one behind it.
                span = (words[index - 1][0], end) if index else (start, words[0][1])
                return *span, sorted(names)
    return None


def _reads(side: str) -> frozenset[str]:
    """The metrics that a side reads, if it is an expression whose metrics no variable names."""
    try:
        names = names_in(written(filled(side.strip())))
    except PromqlError:
        return frozenset()
    return frozenset() if any(WORD in name for name in names) else names


_Span = tuple[int, int]


def _alternatives(text: str) -> Iterator[tuple[list[_Span], list[_Span]]]:
    """Of each pair of brackets, and of the whole, the sides of its ``or``s and these themselves: none binds weaker."""
    begun: list[tuple[int, list[_Span]]] = [(0, [])]
    for token in _TOKEN.finditer(text):
        if token["open"]:
            begun.append((token.end(), []))
        elif token["or"]:
            begun[-1][1].append(token.span())
        elif token["comma"] or token["close"]:
            start, words = begun.pop() if token["close"] and len(begun) > 1 else begun[-1]
            yield from _sides(start, token.start(), words)
            if token["comma"]:
                begun[-1] = (token.end(), [])
    start, words = begun[0]
    yield from _sides(start, len(text), words)


def _sides(start: int, end: int, words: list[_Span]) -> Iterator[tuple[list[_Span], list[_Span]]]:
    if words:
        starts = [start, *(after for _, after in words)]
        ends = [*(before for before, _ in words), end]
        yield list(zip(starts, ends, strict=True)), words
