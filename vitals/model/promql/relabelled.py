"""Which labels ``label_replace()`` and ``label_join()`` leave.

A label that a series lacks reads as an empty text, and one that is set to an empty text is taken away: so a mistake in
the name of the source makes no label, or deletes one.
"""

from __future__ import annotations

import re

import promql_parser as ast

from vitals.model.promql import regex
from vitals.model.promql.build import Expr, parse
from vitals.model.promql.kinds import every

_GROUP = re.compile(r"\$(?:\w+|\{\w+\})")
_PROBES = ("", "a", "host-1.example:9100", "/data\n")
"""Values so different that a pattern which takes them all takes every value."""


def made_labels(expr: Expr) -> frozenset[str]:
    """Every label that an expression names to write it, anywhere in it."""
    found: set[str] = set()
    for node in every(parse(expr.text)):
        if isinstance(node, ast.Call) and node.func.name in ("label_replace", "label_join"):
            found.add(_text(node.args[1]))
        elif isinstance(node, ast.AggregateExpr) and str(node.op) == "count_values" and node.param is not None:
            found.add(_text(node.param))
    return frozenset(found)


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
