"""Where in an expression a factor that all series share changes nothing: in the buckets that a quantile is taken of.

An increase is a rate times the length of its window, so in a quantile of buckets the two are the same rule.
"""

from __future__ import annotations

from collections.abc import Iterator

import promql_parser as ast

_KEEPS_FACTOR = frozenset({"sum", "max", "min", "avg"})
_BY_A_FACTOR = frozenset({"rate", "increase"})


def only_a_factor_changes(node: ast.Expr, operator: str) -> bool:
    """Whether an operator multiplies every series of a node by the same number."""
    return isinstance(node, ast.Call) and operator == "function_swapped" and node.func.name in _BY_A_FACTOR


def in_quantiles(node: ast.Expr, *, within: bool = False) -> Iterator[bool]:
    """For each node, outer ones first, whether it is of the buckets of a quantile.

    Args:
        node: The expression.
        within: Whether the whole is.
    """
    yield within
    match node:
        case ast.BinaryExpr():
            yield from in_quantiles(node.lhs)
            yield from in_quantiles(node.rhs)
        case ast.AggregateExpr():
            if node.param is not None:
                yield from in_quantiles(node.param)
            yield from in_quantiles(node.expr, within=within and str(node.op) in _KEEPS_FACTOR)
        case ast.Call():
            for place, argument in enumerate(node.args):
                yield from in_quantiles(argument, within=node.func.name == "histogram_quantile" and place == 1)
        case ast.MatrixSelector():
            yield from in_quantiles(node.vector_selector)
        case ast.ParenExpr():
            yield from in_quantiles(node.expr, within=within)
        case ast.SubqueryExpr() | ast.UnaryExpr():
            yield from in_quantiles(node.expr)
