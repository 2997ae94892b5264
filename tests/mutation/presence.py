"""Where in an expression only the presence of series matters, so that another value there is the same rule.

What stands behind ``and`` or ``unless`` picks series of the other side by their labels, and a count counts them. There
a count, a sum and a maximum of the same series do the same, as do functions over the same window; what is compared
counts by its value.
"""

from __future__ import annotations

from collections.abc import Iterator

import promql_parser as ast

_PICKS = ("and", "unless")
_OF_TWO = ("rate", "increase", "irate")
_KEEPS_PRESENCE = frozenset({"sum", "max", "min", "avg", "count"})
_OVER_TIME = frozenset({*(f"{how}_over_time" for how in ("sum", "avg", "max", "min", "count", "last")), *_OF_TWO})


def only_values_change(node: ast.Expr, operator: str) -> bool:
    """Whether an operator gives the same series of a node other values and nothing else."""
    if isinstance(node, ast.AggregateExpr):
        return operator == "aggregation_swapped" and str(node.op) in _KEEPS_PRESENCE
    return isinstance(node, ast.Call) and operator == "function_swapped" and node.func.name in _OVER_TIME


def by_presence(node: ast.Expr, *, only: bool = False) -> Iterator[bool]:
    """For each node, outer ones first, whether only the presence of its series matters.

    Args:
        node: The expression.
        only: Whether that is so of the whole.
    """
    yield only
    match node:
        case ast.BinaryExpr():
            is_set = str(node.op) in (*_PICKS, "or")
            yield from by_presence(node.lhs, only=only and is_set)
            yield from by_presence(node.rhs, only=str(node.op) in _PICKS or (only and is_set))
        case ast.AggregateExpr():
            if node.param is not None:
                yield from by_presence(node.param)
            inside = str(node.op) == "count" or (only and str(node.op) in _KEEPS_PRESENCE)
            yield from by_presence(node.expr, only=inside)
        case ast.Call():
            for argument in node.args:
                yield from by_presence(argument, only=only and node.func.name in _OVER_TIME)
        case ast.MatrixSelector():
            yield from by_presence(node.vector_selector, only=only)
        case ast.SubqueryExpr() | ast.ParenExpr() | ast.UnaryExpr():
            yield from by_presence(node.expr, only=only)
