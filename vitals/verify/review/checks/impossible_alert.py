"""A condition that can never hold is an alert that on-call relies on and that never fires."""

from __future__ import annotations

import math
from collections.abc import Iterator

import promql_parser as ast

from vitals.model.promql.constants import bare, number_of
from vitals.verify.review.check import ReviewCheck
from vitals.verify.review.defect import Found, Gravity
from vitals.verify.review.promql import is_comparison
from vitals.verify.review.scope import Scope
from vitals.verify.review.value_range import BY_NAME, range_of

_MIRRORED = {">": "<", "<": ">", ">=": "<=", "<=": ">="}


def _find(scope: Scope) -> Iterator[Found]:
    for alert in scope.alerts:
        if alert.node is None:
            continue
        for node in _conditions(alert.node):
            if why := _never(node) or _contradicts(node):
                yield Found(
                    alert.at.inside("expr"),
                    f"{why}, so the alert never fires.",
                    "Correct the bound or the condition, and write a test case in which it fires.",
                    Gravity.WARNING if BY_NAME in why else None,
                )
                break


def _conditions(node: ast.Expr) -> Iterator[ast.BinaryExpr]:
    """The comparisons without which the alert cannot fire."""
    node = bare(node)
    if isinstance(node, ast.BinaryExpr):
        sign = str(node.op)
        if sign == "and":
            yield node
            yield from _conditions(node.lhs)
            yield from _conditions(node.rhs)
        elif sign == "unless":
            yield node
            yield from _conditions(node.lhs)
        elif is_comparison(node):
            yield node
            for side, other in ((node.lhs, node.rhs), (node.rhs, node.lhs)):
                if number_of(other) is not None:
                    yield from _conditions(side)


def _never(node: ast.BinaryExpr) -> str:
    """Why a comparison holds for no value of its sides; empty where it can hold."""
    if not is_comparison(node):
        return ""
    sign, side, bound = str(node.op), node.lhs, number_of(node.rhs)
    if bound is None:
        sign, side, bound = _MIRRORED.get(sign, sign), node.rhs, number_of(node.lhs)
    if bound is None:
        return "Both sides are the same" if _same(node) and sign in (">", "<") else ""
    if math.isnan(bound):
        return "Nothing compares with NaN" if sign != "!=" else ""
    low, high, why = range_of(side)
    impossible = {
        ">": bound >= high,
        ">=": bound > high,
        "<": bound <= low,
        "<=": bound < low,
        "==": not low <= bound <= high,
        "!=": low == high == bound,
    }[sign]
    return f"{why or 'No value is beyond infinity'} and is compared with {sign} {bound:g}" if impossible else ""


def _same(node: ast.BinaryExpr) -> bool:
    """Whether both sides are one expression, and each element meets itself."""
    meets_itself = node.modifier is None or node.modifier.matching is None
    return meets_itself and str(bare(node.lhs)) == str(bare(node.rhs))


def _contradicts(node: ast.BinaryExpr) -> str:
    """Two bounds of one value that exclude each other, or what is taken away from itself."""
    if str(node.op) == "unless":
        return "Everything is taken away from itself" if _same(node) else ""
    if str(node.op) != "and":
        return ""
    held: dict[str, list[tuple[float, float, str]]] = {}
    for side in map(bare, (node.lhs, node.rhs)):
        if isinstance(side, ast.BinaryExpr) and is_comparison(side) and (bound := number_of(side.rhs)) is not None:
            above = bound if str(side.op) in (">", ">=", "==") else -math.inf
            below = bound if str(side.op) in ("<", "<=", "==") else math.inf
            held.setdefault(str(bare(side.lhs)), []).append((above, below, str(side.op)))
    for bounds in held.values():
        least, most = max(above for above, _, _ in bounds), min(below for _, below, _ in bounds)
        strict = any(sign in (">", "<") for _, _, sign in bounds)
        if least > most or (least == most and strict and math.isfinite(least)):
            return f"Nothing is above {least:g} and below {most:g} at once"
    return ""


IMPOSSIBLE_ALERT = ReviewCheck("impossible-alert", "alerts whose condition can never hold", Gravity.ERROR, _find)
