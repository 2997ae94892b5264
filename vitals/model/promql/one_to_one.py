"""Which labels are sure to set several series of a result apart, so that a match of one to one fails on them.

Prometheus loads such a rule and fails at each evaluation as soon as two series of one side fall into one group. Which
series there are at a time is not known; that a label has several declared values, of which nothing is left out, is.
What filters by value or by another series may leave one of each group, so nothing is said of it.
"""

from __future__ import annotations

import promql_parser as ast

from vitals.model.promql import matching
from vitals.model.promql.kinds import every
from vitals.model.promql.vocabulary import PromqlError, Vocabulary

_ARITHMETIC = frozenset("+-*/%^") | {"atan2"}
_SELECTS = frozenset({"topk", "bottomk", "limitk", "limit_ratio", "count_values"})
"""Aggregations whose result is not one series for each group."""
_SETS = frozenset({"and", "or", "unless"})
_RELABELS = frozenset({"label_replace", "label_join"})


def apart(node: ast.Expr, vocabulary: Vocabulary) -> frozenset[str]:
    """The labels of a result of which several declared values are there beside each other.

    Args:
        node: An expression that resolves.
        vocabulary: Every series that it may read.
    """
    found: frozenset[str] = frozenset()
    match node:
        case ast.ParenExpr() | ast.UnaryExpr() | ast.SubqueryExpr():
            found = apart(node.expr, vocabulary)
        case ast.MatrixSelector():
            found = _of_selector(node.vector_selector, vocabulary)
        case ast.VectorSelector():
            found = _of_selector(node, vocabulary)
        case ast.Call() if node.func.name not in _RELABELS:
            found = frozenset[str]().union(*(apart(one, vocabulary) for one in node.args))
            found -= {"le"} if node.func.name.startswith("histogram_") else frozenset()
        case ast.AggregateExpr() if str(node.op) not in _SELECTS and node.modifier is not None:
            named = frozenset(node.modifier.labels)
            by = node.modifier.type == ast.AggModifierType.By
            inner = apart(node.expr, vocabulary)
            found = inner & named if by else inner - named
        case ast.BinaryExpr() if str(node.op) in _ARITHMETIC and node.modifier is None:
            found = apart(node.lhs, vocabulary) | apart(node.rhs, vocabulary)
    return found


def _of_selector(node: ast.VectorSelector, vocabulary: Vocabulary) -> frozenset[str]:
    series = vocabulary.get(node.name) if node.name else None
    if series is None:
        return frozenset()
    matchers = node.matchers.matchers
    return frozenset(
        label
        for label, values in series.labels.items()
        if sum(all(matching.takes(one, value) for one in matchers if one.name == label) for value in values) > 1
    )


def refuse_several(tree: ast.Expr, vocabulary: Vocabulary, text: str) -> None:
    """Refuse a match in which one series of a side is wanted and several are there.

    Args:
        tree: The expression, which resolves.
        vocabulary: Every series that it may read.
        text: The expression, for the message.

    Raises:
        PromqlError: Of a match of one to one, or of the side of one behind ``group_left`` or ``group_right``.
    """
    for node in every(tree):
        if not isinstance(node, ast.BinaryExpr) or node.modifier is None or node.modifier.matching is None:
            continue
        matched, card = node.modifier.matching, node.modifier.card
        if str(node.op) in _SETS:
            continue
        sides = [node.lhs] if card != ast.VectorMatchCardinality.ManyToOne else []
        sides += [node.rhs] if card != ast.VectorMatchCardinality.OneToMany else []
        named = frozenset(matched.labels)
        include = matched.type == ast.LabelModifierType.Include
        for side in sides:
            found = apart(side, vocabulary)
            if several := sorted(found - named if include else found & named):
                one = card == ast.VectorMatchCardinality.OneToOne
                fix = "Write group_left or group_right for the side that has several" if one else "Match on it, too"
                raise PromqlError(
                    f"'{node.op} {'on' if include else 'ignoring'} ({', '.join(sorted(named))})' wants one series of "
                    f"a side for each match, and that side has several, which differ in {', '.join(several)}: "
                    f"Prometheus would load the rule and fail at each evaluation. {fix}, or aggregate "
                    f"{', '.join(several)} away. In: {text}"
                )
