"""A scaler needs one number: of a query that returns several KEDA takes none and reports an error."""

from __future__ import annotations

from collections.abc import Iterator

import promql_parser as ast

from vitals.model.promql.constants import bare, number_of
from vitals.verify.review.check import ReviewCheck
from vitals.verify.review.defect import Found, Gravity
from vitals.verify.review.promql import matchers, operator, result_labels, selectors
from vitals.verify.review.scope import Scope

_ONE = frozenset({"vector", "scalar", "absent", "time"})


def _find(scope: Scope) -> Iterator[Found]:
    for scaler in (*scope.scalers, *scope.scaled_jobs):
        for trigger in scaler.triggers:
            if trigger.node is None or trigger.type != "prometheus":
                continue
            if open_labels := _open(trigger.node):
                yield Found(
                    trigger.at.inside("metadata", "query"),
                    f"It returns one element for each {open_labels}: with two of them KEDA fails with "
                    "'returned multiple "
                    "elements', and the scaler gets no value.",
                    "Wrap it in sum(), or fix each label that it groups by in its matchers.",
                )


def _open(node: ast.Expr) -> str:
    """The labels of which the result can have several values; empty where it has one element."""
    node = bare(node)
    if isinstance(node, ast.Call) and str(node.func.name) in _ONE:
        return ""
    labels = result_labels(node)
    if labels is None:
        if number_of(node) is not None or (operator(node) in ("topk", "bottomk") and _is_one(node)):
            return ""
        return "series that it reads"
    pinned = [{one.name for one in matchers(s) if one.op == ast.MatchOp.Equal} for s in selectors(node)]
    fixed = set.intersection(*pinned) if pinned else set()
    return ", ".join(sorted(labels - fixed))


def _is_one(node: ast.Expr) -> bool:
    return isinstance(node, ast.AggregateExpr) and number_of(node.param) == 1 and node.modifier is None


SCALER_ONE_ELEMENT = ReviewCheck(
    "scaler-one-element", "scaler queries that can return several elements", Gravity.ERROR, _find
)
