"""The number or text of an expression that reads no series, as Prometheus calculates it at each evaluation."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable

import promql_parser as ast

_CALCULATES: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "%": math.fmod,
    "^": math.pow,
    "atan2": math.atan2,
}
_COMPARES: dict[str, Callable[[float, float], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
}


def number_of(node: ast.Expr | None) -> float | None:  # noqa: PLR0911 - one line for each kind of node
    """The number that an expression always is, a vector of it behind ``scalar()`` included; None for anything else."""
    match node:
        case ast.ParenExpr():
            return number_of(node.expr)
        case ast.NumberLiteral():
            return float(node.val)
        case ast.UnaryExpr():
            value = number_of(node.expr)
            return None if value is None else -value
        case ast.BinaryExpr():
            left, right = number_of(node.lhs), number_of(node.rhs)
            return None if left is None or right is None else _calculated(str(node.op), left, right)
        case ast.Call() if node.func.name == "pi":
            return math.pi
        case ast.Call() if node.func.name == "scalar":
            inner = bare(node.args[0])
            return number_of(inner.args[0]) if isinstance(inner, ast.Call) and inner.func.name == "vector" else None
    return None


def text_of(node: ast.Expr | None) -> str | None:
    """The text that an expression is, in brackets or not; None for anything else."""
    inner = None if node is None else bare(node)
    return str(inner.val) if isinstance(inner, ast.StringLiteral) else None


def bare(node: ast.Expr) -> ast.Expr:
    """An expression without brackets around it."""
    while isinstance(node, ast.ParenExpr):
        node = node.expr
    return node


def _calculated(sign: str, left: float, right: float) -> float | None:
    if sign in _COMPARES:
        return float(_COMPARES[sign](left, right))  # between two numbers there is always 'bool'
    if sign not in _CALCULATES:
        return None
    try:
        return _CALCULATES[sign](left, right)
    except ZeroDivisionError:
        return math.nan if left == 0 or math.isnan(left) else math.copysign(math.inf, left) * math.copysign(1.0, right)
    except OverflowError:
        return -math.inf if left < 0 and math.fmod(right, 2) else math.inf
    except ValueError:
        return math.inf if sign == "^" and left == 0 else math.nan
