"""At night one failed request of three is 33 %: a share without a minimum of events pages for it."""

from __future__ import annotations

from collections.abc import Iterator

import promql_parser as ast

from vitals.model.promql.constants import bare, number_of
from vitals.verify.review.check import ReviewCheck
from vitals.verify.review.defect import Found, Gravity
from vitals.verify.review.promql import RATES, every_selector_name, is_comparison, nodes
from vitals.verify.review.scope import Scope


def _find(scope: Scope) -> Iterator[Found]:
    for alert in scope.alerts:
        node = alert.node
        if node is None or not alert.pages or not alert.expr:
            continue
        shares = [one for one in nodes(node) if isinstance(one, ast.BinaryExpr) and str(one.op) == "/" and _rates(one)]
        if shares and not any(_guards(one) for one in nodes(node)):
            yield Found(
                alert.at.inside("expr"),
                "It pages on a share of events and asks for no number of them: with three requests an hour a single "
                "failure is 33 % and wakes on-call.",
                "Add 'and' with a minimum, such as sum(increase(requests_total[1h])) > 100.",
            )


def _rates(node: ast.BinaryExpr) -> bool:
    means = [any(name.endswith(end) for name in every_selector_name(side)) for side, end in _sides(node)]
    return not all(means) and all(
        any(isinstance(one, ast.Call) and str(one.func.name) in RATES for one in nodes(side))
        for side in (node.lhs, node.rhs)
    )


def _sides(node: ast.BinaryExpr) -> tuple[tuple[ast.Expr, str], tuple[ast.Expr, str]]:
    """Both sides with how their metrics end where the whole is a mean, such as seconds per request."""
    return (node.lhs, "_sum"), (node.rhs, "_count")


def _guards(node: ast.Expr) -> bool:
    """A side of 'and' that compares something else than a share, or a denominator that is compared itself."""
    if not isinstance(node, ast.BinaryExpr):
        return False
    if str(node.op) in ("and", "unless"):
        return any(_counts(side) for side in (node.lhs, node.rhs))
    return str(node.op) == "/" and is_comparison(bare(node.rhs))


def _counts(node: ast.Expr) -> bool:
    node = bare(node)
    if isinstance(node, ast.BinaryExpr) and str(node.op) in ("and", "or"):
        return _counts(node.lhs) or _counts(node.rhs)
    if not is_comparison(node) or not isinstance(node, ast.BinaryExpr) or number_of(node.rhs) is None:
        return False
    return not any(isinstance(one, ast.BinaryExpr) and str(one.op) == "/" for one in nodes(node.lhs))


MINIMUM_EVENTS = ReviewCheck("minimum-events", "pages on a share of any number of events", Gravity.WARNING, _find)
