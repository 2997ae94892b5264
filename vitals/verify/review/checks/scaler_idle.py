"""A query that is empty while its service idles looks like a lost metric, so the scaler falls back every night."""

from __future__ import annotations

from collections.abc import Iterator

import promql_parser as ast

from vitals.model.promql.constants import bare
from vitals.verify.review.check import ReviewCheck
from vitals.verify.review.defect import Found, Gravity
from vitals.verify.review.promql import is_comparison, nodes
from vitals.verify.review.scalers import ReviewedTrigger
from vitals.verify.review.scope import Scope


def _find(scope: Scope) -> Iterator[Found]:
    for scaler in scope.scalers:
        for trigger in scaler.triggers:
            if trigger.node is None or trigger.type != "prometheus" or not scaler.is_keda or trigger.ignores_nulls:
                continue
            if why := _empty(trigger):
                yield Found(
                    trigger.at.inside("metadata", "query"),
                    f"{why}, and ignoreNullValues is false: each quiet night counts as a failure of the scaler, which "
                    "then holds the replicas of its fallback.",
                    "Add 'or vector(0)', or '0 *' something that exists while the service runs.",
                )


def _empty(trigger: ReviewedTrigger) -> str:
    node = trigger.node
    if node is None or any(isinstance(one, ast.BinaryExpr) and str(one.op) == "or" for one in nodes(node)):
        return ""
    top = bare(node)
    if is_comparison(top):
        return "Below its bound it returns nothing"
    if isinstance(top, ast.Call) and str(top.func.name) == "histogram_quantile":
        return "Without a request it is NaN, which KEDA refuses"
    if isinstance(top, ast.BinaryExpr) and str(top.op) == "/" and not _constant(top.rhs):
        return "Without traffic it divides zero by zero"
    return ""


def _constant(node: ast.Expr) -> bool:
    return not any(isinstance(one, ast.VectorSelector) for one in nodes(node))


SCALER_IDLE = ReviewCheck(
    "scaler-idle", "scaler queries that are empty while the service idles", Gravity.WARNING, _find
)
