"""How many series an expression can return at most by its own words: ``topk(8, ...)`` never returns more than eight."""

from __future__ import annotations

import math

import promql_parser as ast

from vitals.model.promql import parse
from vitals.model.promql.constants import bare

_LIMITING = ("topk", "bottomk", "limitk")


def topk_limit(expr: str) -> float:
    """The limit that the outermost aggregation of an expression sets; infinite where it sets none.

    Args:
        expr: A PromQL expression that parses. A limit within groups (``topk by``) is not a limit of the whole.
    """
    if not any(word in expr for word in _LIMITING):  # most records, and a parse of each is a tenth of the estimate
        return math.inf
    node = bare(parse(expr))
    if not isinstance(node, ast.AggregateExpr) or str(node.op) not in _LIMITING or node.modifier is not None:
        return math.inf
    return node.param.val if isinstance(node.param, ast.NumberLiteral) else math.inf
