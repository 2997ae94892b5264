"""The least and the largest value that an expression can have, by its functions and names alone."""

from __future__ import annotations

import math
import re
from typing import NamedTuple

import promql_parser as ast

from vitals.model.promql.constants import bare, number_of
from vitals.verify.review.promql import COMPARISONS, RATES, name_of, nodes, operator

BY_NAME = ", as its name says,"
"""Of an exporter's metric: some call a percentage a ratio."""
_AT_MOST_ONE = re.compile(r"^up$|:up:|:(?:\w*_)?ratio(?![a-z])|_ratio$")
"""Names of what is a share: the convention of recorded ratios, and of metrics in the unit ratio."""
_KEEPS = frozenset(
    {
        *("avg", "max", "min", "quantile", "topk", "bottomk", "scalar", "sort", "sort_desc", "label_replace"),
        *("label_join", "avg_over_time", "max_over_time", "min_over_time", "last_over_time", "quantile_over_time"),
    }
)
"""What lies between the least and the largest of the values that it is given."""
_CALENDAR = {
    "minute": (0, 59),
    "hour": (0, 23),
    "day_of_week": (0, 6),
    "day_of_month": (1, 31),
    "days_in_month": (28, 31),
    "day_of_year": (1, 366),
    "month": (1, 12),
}
_NEVER_NEGATIVE = frozenset(
    {
        *("abs", "sqrt", "exp", "changes", "resets", "stddev_over_time", "stdvar_over_time", "stddev", "stdvar"),
        *("time", "timestamp", "acosh", "cosh"),
    }
)
_COUNTS = frozenset({"count", "count_values", "count_over_time"})
_ALWAYS_ONE = frozenset({"absent", "absent_over_time", "present_over_time", "group"})


class ValueRange(NamedTuple):
    """Bounds of a value, both included, and why; no reason where nothing is known."""

    low: float
    high: float
    why: str


_ANY = ValueRange(-math.inf, math.inf, "")


def range_of(node: ast.Expr) -> ValueRange:  # noqa: PLR0911 - one line for each kind of node
    """The range of an expression's values."""
    node = bare(node)
    constant = number_of(node)
    if constant is not None and not math.isnan(constant):
        return ValueRange(constant, constant, f"it is always {constant:g}")
    match node:
        case ast.AggregateExpr():
            return _of_function(str(node.op), node.expr)
        case ast.Call():
            return _of_call(node)
        case ast.MatrixSelector():
            return range_of(node.vector_selector)
        case ast.SubqueryExpr():
            return range_of(node.expr)
        case ast.VectorSelector() if _AT_MOST_ONE.search(name_of(node)):
            named = BY_NAME if ":" not in name_of(node) and name_of(node) != "up" else ""
            return ValueRange(0.0, 1.0, f"{name_of(node)} lies between 0 and 1{named}")
        case ast.BinaryExpr():
            return _of_binary(node)
    return _ANY


def _of_call(node: ast.Call) -> ValueRange:
    name = str(node.func.name)
    if name in RATES:
        inner = any(str(one.op) == "-" for one in nodes(node) if isinstance(one, ast.BinaryExpr))
        return _ANY if inner else ValueRange(0.0, math.inf, f"{name}() is never negative")
    if name == "vector":
        return range_of(node.args[0])
    if name in ("clamp", "clamp_min", "clamp_max"):
        return _clamped(name, node)
    values = [one for one in node.args if not isinstance(bare(one), ast.NumberLiteral | ast.StringLiteral)]
    return _of_function(name, values[-1] if values else None)


def _of_function(name: str, given: ast.Expr | None) -> ValueRange:
    if name in _COUNTS:
        return ValueRange(1.0, math.inf, f"{name}() of nothing returns nothing and never 0")
    if name in _ALWAYS_ONE:
        return ValueRange(1.0, 1.0, f"{name}() is 1 or returns nothing")
    if name in _CALENDAR:
        low, high = _CALENDAR[name]
        return ValueRange(low, high, f"{name}() lies between {low} and {high}")
    if name == "sgn":
        return ValueRange(-1.0, 1.0, "sgn() is -1, 0 or 1")
    if name in _NEVER_NEGATIVE:
        return ValueRange(0.0, math.inf, f"{name}() is never negative")
    return range_of(given) if name in _KEEPS and given is not None else _ANY


def _clamped(name: str, node: ast.Call) -> ValueRange:
    inner = range_of(node.args[0])
    low = number_of(node.args[1]) if name != "clamp_max" else -math.inf
    high = number_of(node.args[-1]) if name != "clamp_min" else math.inf
    if low is None or high is None:
        return _ANY
    bounds = (
        f"between {low:g} and {high:g}" if name == "clamp" else f"at {low:g}" if name == "clamp_min" else f"at {high:g}"
    )
    return ValueRange(max(inner.low, low), min(inner.high, high), f"{name}() holds it {bounds}")


def _of_binary(node: ast.BinaryExpr) -> ValueRange:
    sign = str(node.op)
    if sign in COMPARISONS:
        if node.modifier and node.modifier.return_bool:
            return ValueRange(0.0, 1.0, "a comparison with 'bool' is 0 or 1")
        return range_of(node.lhs)  # what is kept keeps its value
    if sign in ("and", "unless"):
        return range_of(node.lhs)
    if sign == "/" and _is_share(node):
        return ValueRange(0.0, 1.0, "a share of its own whole lies between 0 and 1")
    if sign == "*":
        for side, other in ((node.lhs, node.rhs), (node.rhs, node.lhs)):
            factor = number_of(other)
            low, high, why = range_of(side)
            if factor is not None and factor > 0 and why:
                return ValueRange(low * factor, high * factor, f"{why} and is multiplied by {factor:g}")
    return _ANY


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
