"""Which labels ``label_replace()`` and ``label_join()`` leave.

A label that a series lacks reads as an empty text, and one that is set to an empty text is taken away: so a mistake in
the name of the source makes no label, or deletes one.
"""

from __future__ import annotations

import re

import promql_parser as ast

from vitals.model.promql import regex
from vitals.model.promql.build import Expr, parse
from vitals.model.promql.constants import text_of
from vitals.model.promql.kinds import every

_GROUP = re.compile(r"\$(?:(\w+)|\{(\w+)\})")
_PROBES = ("", *regex.PROBES)


def made_labels(expr: Expr) -> frozenset[str]:
    """Every label that an expression names to write it, anywhere in it."""
    found: set[str] = set()
    for node in every(parse(expr.text)):
        if isinstance(node, ast.Call) and node.func.name in ("label_replace", "label_join"):
            found.add(text_of(node.args[1]) or "")
        elif isinstance(node, ast.AggregateExpr) and str(node.op) == "count_values" and node.param is not None:
            found.add(text_of(node.param) or "")
    return frozenset(found)


def labels_left(call: ast.Call, labels: frozenset[str]) -> frozenset[str]:
    """The labels of the result.

    Args:
        call: One of the two functions.
        labels: The labels of its first argument.
    """
    texts = [text_of(argument) or "" for argument in call.args[1:]]
    return _replaced(texts, labels) if call.func.name == "label_replace" else _joined(texts, labels)


def _replaced(texts: list[str], labels: frozenset[str]) -> frozenset[str]:
    written, replacement, source, pattern = texts
    constant = _GROUP.sub("", replacement.replace("$$", "-"))
    if source in labels:
        if constant or _names_a_group(replacement, pattern):
            return labels | {written}
        return labels - {written} if all(regex.matches(pattern, probe) for probe in _PROBES) else labels
    if not regex.matches(pattern, ""):
        return labels
    return labels | {written} if constant else labels - {written}


def _names_a_group(replacement: str, pattern: str) -> bool:
    """Whether a replacement has something of the match: ``$1_x`` asks for a group of that name, which is empty."""
    groups = regex.groups(pattern)
    numbers = {str(number) for number in range(len(groups) + 1)}
    asked = {first or second for first, second in _GROUP.findall(replacement.replace("$$", "-"))}
    return bool(asked & {*groups, *numbers})


def _joined(texts: list[str], labels: frozenset[str]) -> frozenset[str]:
    written, separator, *sources = texts
    made = labels & set(sources) or (separator and len(sources) > 1)
    return labels | {written} if made else labels - {written}
