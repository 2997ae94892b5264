"""Which labels ``label_replace()`` and ``label_join()`` leave.

A label that a series lacks reads as an empty text, and one that is set to an empty text is taken away: so a mistake in
the name of the source makes no label, or deletes one.
"""

from __future__ import annotations

import re

import promql_parser as ast

from vitals.promql import regex

_GROUP = re.compile(r"\$(?:\w+|\{\w+\})")
_PROBES = ("", "a", "host-1.example:9100", "/data\n")
"""Values so different that a pattern which takes them all takes every value."""


def labels_left(call: ast.Call, labels: frozenset[str]) -> frozenset[str]:
    """The labels of the result.

    Args:
        call: One of the two functions.
        labels: The labels of its first argument.
    """
    texts = [_text(argument) for argument in call.args[1:]]
    return _replaced(texts, labels) if call.func.name == "label_replace" else _joined(texts, labels)


def _text(node: ast.Expr) -> str:
    while isinstance(node, ast.ParenExpr):
        node = node.expr
    return str(node.val) if isinstance(node, ast.StringLiteral) else ""


def _replaced(texts: list[str], labels: frozenset[str]) -> frozenset[str]:
    written, replacement, source, pattern = texts
    constant = _GROUP.sub("", replacement.replace("$$", "-"))
    if source in labels:
        if replacement or not all(regex.matches(pattern, probe) for probe in _PROBES):
            return labels | {written}
        return labels - {written}
    if not regex.matches(pattern, ""):
        return labels
    return labels | {written} if constant else labels - {written}


def _joined(texts: list[str], labels: frozenset[str]) -> frozenset[str]:
    written, separator, *sources = texts
    made = labels & set(sources) or (separator and len(sources) > 1)
    return labels | {written} if made else labels - {written}
