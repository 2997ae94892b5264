"""The actions of a template, each in pieces, as Go's lexer parts them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vitals.kit.alerts.template_values import TemplateError

_ACTION = re.compile(r"\{\{(?:-\s)?/\*(?:(?!\*/).)*\*/(?:\s-)?\}\}|\{\{(?:-(?=\s))?", re.DOTALL)
_TOKEN = re.compile(
    r"""(?P<end>\s+-\}\}|\s*\}\})|(?P<space>\s+)|(?P<text>"(?:[^"\\\n]|\\.)*"|`[^`]*`|'(?:[^'\\\n]|\\.)*')"""
    r"""|(?P<variable>\$\w*)(?P<of>(?:\.[^\W\d]\w*)*)|(?P<fields>(?:\.[A-Za-z_]\w*)+)|(?P<dot>\.(?![\w]))"""
    r"""|(?P<number>[+-]?(?:\d[\w.]*|\.\d+))|(?P<word>[A-Za-z_]\w*)|(?P<sign>:=|[()|,=])"""
)
Tokens = list[tuple[str, str]]
"""Pieces of an action: what each is, and its text."""
PlacedTokens = list[tuple[str, str, int]]
"""The same with where each begins."""


def actions(text: str) -> Iterator[Tokens]:
    """Every action of a text, in order, without comments; fails as :func:`placed_actions` does."""
    return ([(kind, word) for kind, word, _ in tokens] for tokens in placed_actions(text))


def placed_actions(text: str) -> Iterator[PlacedTokens]:
    """Every action of a text, in order, without comments, and where its pieces stand.

    Raises:
        TemplateError: One is never closed, or holds what Go does not know.
    """
    at = 0
    while found := _ACTION.search(text, at):
        at = found.end()
        if not found[0].endswith("}}"):
            tokens, at = _action(text, at)
            yield tokens


def _action(text: str, start: int) -> tuple[PlacedTokens, int]:
    """One action, and the place behind it."""
    tokens: PlacedTokens = []
    at = start
    while at < len(text):
        found = _TOKEN.match(text, at)
        if not found:
            raise TemplateError(f"unexpected {text[at]!r} in {{{{{text[start : at + 1]}")
        at = found.end()
        kind = str(found.lastgroup if found["variable"] is None else "variable")
        if kind == "end":
            return tokens, at
        if kind != "space":
            tokens.append((kind, found[0], found.start()))
    raise TemplateError(f"{{{{{text[start:]} is never closed by }}}}")
