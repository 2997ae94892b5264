"""Where a mutation of an expression cannot change its result: equal mutants, which no case could ever kill.

Two sides that both have one value of a label, and the same, are matched alike with and without it. A count is a whole
number, so a bound between two of them is the same bound.
"""

from __future__ import annotations

import math

import promql_parser as ast

_MAY_CHANGE_LABELS = frozenset({"label_replace", "label_join", "absent", "absent_over_time", "scalar", "vector"})
_COUNTS = frozenset({"count_over_time", "changes", "resets"})
_PICKS = ("and", "unless")


def one_value(node: ast.Expr, label: str) -> str | None:
    """The value of a label that every series of an expression has; ``None`` where that is not plain from its text."""
    if isinstance(node, ast.VectorSelector):
        equal = [one.value for one in node.matchers.matchers if one.name == label and one.op == ast.MatchOp.Equal]
        return equal[0] if equal else None
    if not _keeps(node, label):
        return None
    found = {one_value(part, label) for part in _parts(node) if not isinstance(part, ast.NumberLiteral)}
    return found.pop() if len(found) == 1 else None


def _parts(node: ast.Expr) -> list[ast.Expr]:
    """The expressions that the labels of the result come from."""
    match node:
        case ast.MatrixSelector():
            return [node.vector_selector]
        case ast.SubqueryExpr() | ast.ParenExpr() | ast.UnaryExpr() | ast.AggregateExpr():
            return [node.expr]
        case ast.Call():
            return node.args
        case ast.BinaryExpr():
            return [node.lhs] if str(node.op) in _PICKS else [node.lhs, node.rhs]
        case _:
            return []


def _keeps(node: ast.Expr, label: str) -> bool:
    """Whether what a node makes of its parts still has a label: a match of one with one has what it is matched on."""
    match node:
        case ast.AggregateExpr():
            by = node.modifier is not None and node.modifier.type == ast.AggModifierType.By
            return node.modifier is not None and (label in node.modifier.labels) is by
        case ast.Call():
            return node.func.name not in _MAY_CHANGE_LABELS
        case ast.BinaryExpr():
            matching = node.modifier.matching if node.modifier else None
            if matching is None or str(node.op) in (*_PICKS, "or"):
                return True
            return (label in matching.labels) is bool(matching.type == ast.LabelModifierType.Include)
        case _:
            return True


def same_bound(operator: str, node: ast.Expr, before: float, after: float) -> bool:
    """Whether a comparison of an expression with one number is the comparison with another: no count lies between."""
    if operator not in (">", "<=", ">=", "<") or not _is_count(node):
        return False
    whole = math.floor if operator in (">", "<=") else math.ceil
    return whole(before) == whole(after)


def _is_count(node: ast.Expr) -> bool:
    match node:
        case ast.ParenExpr():
            return _is_count(node.expr)
        case ast.BinaryExpr():
            return str(node.op) in _PICKS and _is_count(node.lhs)
        case ast.AggregateExpr():
            return str(node.op) == "count"
        case ast.Call():
            return node.func.name in _COUNTS
        case _:
            return False
