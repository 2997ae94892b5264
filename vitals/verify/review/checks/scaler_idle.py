"""A query that is empty while its service idles looks like a lost metric, so the scaler falls back every night."""

from __future__ import annotations

from collections.abc import Iterator

import promql_parser as ast

from vitals.model.promql.constants import number_of
from vitals.model.promql.kinds import children
from vitals.verify.review.check import ReviewCheck
from vitals.verify.review.defect import Found, Gravity
from vitals.verify.review.promql import RATES, SET_OPERATORS, is_comparison, nodes, without_substitute
from vitals.verify.review.scaler_query import counts_replicas
from vitals.verify.review.scope import Scope

_STAYS_ABOVE = frozenset({"clamp_min", "clamp"})
"""Functions that a divisor is put into so that it is not zero."""


def _find(scope: Scope) -> Iterator[Found]:
    for scaler in scope.scalers:
        for trigger in scaler.triggers:
            if trigger.node is None or trigger.type != "prometheus" or not scaler.is_keda or trigger.ignores_nulls:
                continue
            if (found := _without_load(trigger.node)) is not None:
                why, mend = found
                yield Found(
                    trigger.at.inside("metadata", "query"),
                    f"{why}, and ignoreNullValues is false: each quiet night counts as a failure of the scaler, which "
                    "then holds the replicas of its fallback.",
                    mend,
                )


def _without_load(node: ast.Expr) -> tuple[str, str] | None:
    """Why a query returns no number while its service idles, and what to write; None where it may return one."""
    top = without_substitute(node)
    if not_a_number := _not_a_number(top):
        return f"{not_a_number}, which KEDA refuses and 'or' does not replace", "Add '>= 0 or vector(0)' to it."
    if is_comparison(top) and not any(_has_substitute(one) for one in nodes(node)):
        return (
            "Below its bound it returns nothing",
            "Add 'or vector(0)', or '0 *' something that exists while the service runs.",
        )
    return None


def _has_substitute(node: ast.Expr) -> bool:
    return isinstance(node, ast.BinaryExpr) and str(node.op) == "or"


def _not_a_number(node: ast.Expr) -> str:
    """Why a query is NaN without traffic; empty where it is not, or is filtered by a comparison that NaN fails."""
    node = without_substitute(node)
    match node:
        case ast.Call() if str(node.func.name) in ("histogram_quantile", "histogram_avg"):
            return "Without a request it is NaN"
        case ast.BinaryExpr() if is_comparison(node):
            return ""
        case ast.BinaryExpr() if str(node.op) == "/" and _can_be_zero(node.rhs, node.lhs):
            return "Without traffic it divides zero by zero, which is NaN"
        case ast.BinaryExpr() if str(node.op) in SET_OPERATORS:
            return _not_a_number(node.lhs)
    return next(filter(None, map(_not_a_number, children(node))), "")


def _can_be_zero(divisor: ast.Expr, divided: ast.Expr) -> bool:
    """Whether a divisor counts what passes by, so that it is zero while nothing does."""
    top = without_substitute(divisor)
    if is_comparison(top) or counts_replicas(top, divided):
        return False
    if isinstance(top, ast.Call) and str(top.func.name) in _STAYS_ABOVE:
        return False
    if isinstance(top, ast.BinaryExpr) and str(top.op) == "+" and (number_of(top.lhs) or number_of(top.rhs)):
        return False
    return any(isinstance(one, ast.Call) and str(one.func.name) in RATES for one in nodes(top))


SCALER_IDLE = ReviewCheck(
    "scaler-idle", "scaler queries that are empty while the service idles", Gravity.WARNING, _find
)
