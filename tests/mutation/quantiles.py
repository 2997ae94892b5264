"""Where in an expression a factor that all series share changes nothing: in the buckets that a quantile is taken of.

An increase is a rate times the length of its window, so in a quantile of buckets the two are the same rule.
"""

from __future__ import annotations

from collections.abc import Sequence

import promql_parser as ast

_KEEPS_FACTOR = frozenset({"sum", "max", "min", "avg"})
_BY_A_FACTOR = frozenset({"rate", "increase"})


def only_a_factor_changes(node: ast.Expr, operator: str) -> bool:
    """Whether an operator multiplies every series of a node by the same number."""
    return isinstance(node, ast.Call) and operator == "function_swapped" and node.func.name in _BY_A_FACTOR


def buckets_of_quantiles(nodes: Sequence[ast.Expr]) -> set[int]:
    """The places of what the quantiles of an expression are taken of, below the aggregations over it.

    Args:
        nodes: Every node of the expression, outer ones first.
    """
    found = set()
    for place, node in enumerate(nodes):
        if isinstance(node, ast.Call) and node.func.name == "histogram_quantile":
            buckets = place + 2  # behind the share, which is a number
            while isinstance(nodes[buckets], ast.ParenExpr) or _keeps_factor(nodes[buckets]):
                buckets += 1
            found.add(buckets)
    return found


def _keeps_factor(node: ast.Expr) -> bool:
    return isinstance(node, ast.AggregateExpr) and str(node.op) in _KEEPS_FACTOR
