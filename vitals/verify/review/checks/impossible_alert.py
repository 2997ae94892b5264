"""A condition that can never hold is an alert that on-call relies on and that never fires."""

from __future__ import annotations

import re
from collections.abc import Iterator

import promql_parser as ast

from vitals.verify.review.check import ReviewCheck
from vitals.verify.review.defect import Found, Gravity
from vitals.verify.review.promql import RATES, bare, name_of, nodes, number, operator
from vitals.verify.review.scope import Scope

_AT_MOST_ONE = re.compile(r"^up$|:up:|:(?:\w*_)?ratio(?![a-z])|_ratio$")
"""Names of what is a share: the convention of recorded ratios, and of metrics in the unit ratio."""

_BY_NAME = ", as its name says,"
"""Of an exporter's metric: some call a percentage a ratio."""
_MEANS = frozenset({"avg", "max", "min", "quantile", "topk", "bottomk"})
_OVER_TIME = frozenset({"avg_over_time", "max_over_time", "min_over_time", "last_over_time", "quantile_over_time"})


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
                    Gravity.WARNING if _BY_NAME in why else None,
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
            yield from _conditions(node.lhs)
        elif sign in ("==", "!=", ">", "<", ">=", "<=") and not (node.modifier and node.modifier.return_bool):
            yield node
            if number(node.rhs) is not None:
                yield from _conditions(node.lhs)


def _never(node: ast.BinaryExpr) -> str:
    bound, sign = number(node.rhs), str(node.op)
    if bound is None or sign in ("and", "unless"):
        return ""
    low, high, what = _range(node.lhs)
    impossible = {
        ">": bound >= high,
        ">=": bound > high,
        "<": bound <= low,
        "<=": bound < low,
        "==": not low <= bound <= high,
    }.get(sign, False)
    return f"{what} and is compared with {sign} {bound:g}" if impossible else ""


def _range(node: ast.Expr) -> tuple[float, float, str]:  # noqa: PLR0911, PLR0912 - one line for each kind of value
    """The least and the largest value that an expression can have, and why."""
    node = bare(node)
    everything = (float("-inf"), float("inf"), "")
    if isinstance(node, ast.AggregateExpr):
        if str(node.op) in ("count", "count_values"):
            return 1.0, float("inf"), "count() of nothing returns nothing and never 0"
        if str(node.op) == "group":
            return 1.0, 1.0, "group() is always 1"
        return _range(node.expr) if str(node.op) in _MEANS else everything
    if isinstance(node, ast.Call):
        name = str(node.func.name)
        if name in ("absent", "absent_over_time"):
            return 1.0, 1.0, f"{name}() is 1 or returns nothing"
        if name in RATES and not any(str(one.op) == "-" for one in nodes(node) if isinstance(one, ast.BinaryExpr)):
            return 0.0, float("inf"), f"{name}() is never negative"
        if name in ("count_over_time", "present_over_time"):
            return 1.0, float("inf"), f"{name}() of nothing returns nothing and never 0"
        return _range(node.args[-1]) if name in _OVER_TIME else everything
    if isinstance(node, ast.MatrixSelector):
        return _range(node.vector_selector)
    if isinstance(node, ast.VectorSelector) and _AT_MOST_ONE.search(name_of(node)):
        named = _BY_NAME if ":" not in name_of(node) and name_of(node) != "up" else ""
        return 0.0, 1.0, f"{name_of(node)} lies between 0 and 1{named}"
    if isinstance(node, ast.BinaryExpr) and str(node.op) == "/" and _is_share(node):
        return 0.0, 1.0, "a share of its own whole lies between 0 and 1"
    if isinstance(node, ast.BinaryExpr) and str(node.op) == "*":
        for side, other in ((node.lhs, node.rhs), (node.rhs, node.lhs)):
            factor = number(other)
            low, high, what = _range(side)
            if factor is not None and factor > 0 and what:
                return low * factor, high * factor, f"{what} and is multiplied by {factor:g}"
    return everything


def _is_share(node: ast.BinaryExpr) -> bool:
    """Whether the left side is a part of the right: the same but for further matchers."""
    left, right = _text(node.lhs), _text(node.rhs)
    return left is not None and right is not None and left[0] == right[0] and left[1] > right[1]


def _text(node: ast.Expr) -> tuple[str, frozenset[str]] | None:
    """An expression of one selector without its matchers, and these."""
    inner = [one for one in nodes(node) if isinstance(one, ast.VectorSelector)]
    if len(inner) != 1 or any(operator(one) in ("*", "/", "+", "-") for one in nodes(node)):
        return None
    shape = str(bare(node)).replace(str(inner[0]), "#")
    if "#" not in shape:
        shape = re.sub(re.escape(name_of(inner[0])) + r"(\{[^}]*\})?", "#", str(bare(node)))
    found = frozenset(f"{one.name}{one.op}{one.value}" for one in inner[0].matchers.matchers)
    return f"{name_of(inner[0])} {shape}", found


def _contradicts(node: ast.BinaryExpr) -> str:
    """Two bounds of one value that exclude each other."""
    if str(node.op) != "and":
        return ""
    sides = [bare(node.lhs), bare(node.rhs)]
    bounds: dict[str, tuple[str, float]] = {}
    for side in sides:
        if isinstance(side, ast.BinaryExpr) and (value := number(side.rhs)) is not None:
            bounds[str(side.op)[:1]] = (str(bare(side.lhs)), value)
    above, below = bounds.get(">"), bounds.get("<")
    if above and below and above[0] == below[0] and above[1] >= below[1]:
        return f"Nothing is above {above[1]:g} and below {below[1]:g} at once"
    return ""


IMPOSSIBLE_ALERT = ReviewCheck("impossible-alert", "alerts whose condition can never hold", Gravity.ERROR, _find)
