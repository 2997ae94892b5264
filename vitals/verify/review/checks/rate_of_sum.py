"""rate() must see each counter by itself: in a sum, the restart of one looks like a jump of all."""

from __future__ import annotations

from collections.abc import Iterator

import promql_parser as ast

from vitals.model.promql.constants import bare
from vitals.verify.review.check import ReviewCheck
from vitals.verify.review.defect import Found, Gravity
from vitals.verify.review.promql import RATES, name_of, nodes, selectors
from vitals.verify.review.scope import Scope

_SUMS = frozenset({"sum", "avg", "count"})


def _find(scope: Scope) -> Iterator[Found]:
    sums = {rule.record: rule for rule in scope.rules if rule.record and rule.node is not None and _is_sum(rule.node)}
    for use in scope.uses:
        for node in nodes(use.node) if use.node is not None else ():
            if not isinstance(node, ast.Call) or str(node.func.name) not in RATES:
                continue
            inner = bare(node.args[0])
            if isinstance(inner, ast.SubqueryExpr) and _is_sum(inner.expr):
                what = "a sum"
            else:
                read = [name_of(one) for one in selectors(inner)]
                what = next((f"{name}, which is a sum" for name in read if name in sums), "")
            if what:
                yield Found(
                    use.at,
                    f"{node.func.name}() of {what}: when one process restarts, the sum falls, and the whole of it is "
                    "counted again as a rise.",
                    "Take the rate first and sum afterwards.",
                )


def _is_sum(node: ast.Expr) -> bool:
    """Whether it adds up counters as they are."""
    node = bare(node)
    return (
        isinstance(node, ast.AggregateExpr)
        and str(node.op) in _SUMS
        and isinstance(bare(node.expr), ast.VectorSelector)
        and any(name_of(one).endswith(("_total", "_count", "_bucket")) for one in selectors(node))
    )


RATE_OF_SUM = ReviewCheck("rate-of-sum", "rates of sums of counters", Gravity.ERROR, _find)
