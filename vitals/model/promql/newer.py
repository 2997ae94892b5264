"""What a pasted expression may hold that Prometheus 3 knows and Prometheus 2 does not."""

from __future__ import annotations

import re

from vitals.model.promql.lexer import BEFORE_OPERANDS, TokenKind, tokens

_SUSPICIOUS = re.compile(r"anchored|smoothed|</|>/|\[[^\]\"']*[-+*/%^(]|offset\s*[-+]?\(", re.IGNORECASE)
_SIGNS = frozenset("+-*/%^(")


def newer_than_two(text: str) -> str:
    """The first thing in an expression that an older Prometheus would refuse; empty where there is none.

    Args:
        text: An expression that the pinned Prometheus takes.
    """
    if not _SUSPICIOUS.search(text):
        return ""
    before, behind_operand = "", False
    for token in tokens(text):
        if token.low in ("anchored", "smoothed") and behind_operand:
            return token.low
        if token.kind is TokenKind.SIGN and token.text in ("</", ">/"):
            return f"the operator {token.text}"
        if token.window and token.kind is TokenKind.SIGN and token.text in _SIGNS:
            return "a calculated window"
        if before == "offset" and token.text == "(":
            return "a calculated offset"
        word = token.kind is TokenKind.WORD and not token.braces and token.low not in BEFORE_OPERANDS
        before, behind_operand = token.low, word or token.text in ("]", "}")
    return ""
