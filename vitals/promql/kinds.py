"""What an expression evaluates to, and which failures of its evaluation can be seen beforehand."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

import promql_parser as ast

from vitals.promql.build import Expr, parse
from vitals.promql.vocabulary import PromqlError

_SCALARS = frozenset({"scalar", "time", "pi"})


class ResultKind(StrEnum):
    """The types of PromQL, in the words of its documentation."""

    VECTOR = "instant vector"
    RANGE = "range vector"
    SCALAR = "scalar"
    STRING = "string"


def kind_of(node: ast.Expr) -> ResultKind:
    """The type of what an expression returns."""
    kind = ResultKind.VECTOR
    match node:
        case ast.ParenExpr() | ast.UnaryExpr():
            kind = kind_of(node.expr)
        case ast.StringLiteral():
            kind = ResultKind.STRING
        case ast.MatrixSelector() | ast.SubqueryExpr():
            kind = ResultKind.RANGE
        case ast.NumberLiteral():
            kind = ResultKind.SCALAR
        case ast.Call() if node.func.name in _SCALARS:
            kind = ResultKind.SCALAR
        case ast.BinaryExpr() if {kind_of(node.lhs), kind_of(node.rhs)} == {ResultKind.SCALAR}:
            kind = ResultKind.SCALAR
    return kind


def evaluable(expr: Expr) -> None:
    """Refuse what Prometheus loads and then fails to evaluate, each time, without firing ever.

    Raises:
        PromqlError: A rule of a range or a text, or a relabelling that cannot be carried out.
    """
    node = parse(expr.text)
    kind = kind_of(node)
    if kind in (ResultKind.RANGE, ResultKind.STRING):
        fix = (
            "put it into a function such as avg_over_time() or rate()"
            if kind is ResultKind.RANGE
            else "write a condition on a metric"
        )
        raise PromqlError(
            f"The expression is a {kind}, and a rule needs an instant vector or a scalar: Prometheus would load it and "
            f"fail at each evaluation, so it would never fire; {fix}. In: {expr.source or expr.text}"
        )
    for inner in every(node):
        if isinstance(inner, ast.Call):
            _relabelling(inner, expr)
        elif isinstance(inner, ast.AggregateExpr) and getattr(inner.param, "val", None) == "":
            raise _nameless("count_values", expr)


def _relabelling(call: ast.Call, expr: Expr) -> None:
    texts = [argument.val if isinstance(argument, ast.StringLiteral) else None for argument in call.args]
    name = call.func.name
    if name in ("label_replace", "label_join") and len(texts) > 1 and texts[1] == "":
        raise _nameless(name, expr)
    if name == "label_replace" and isinstance(pattern := texts[4], str):
        try:
            ast.parse(f"{{a=~{_quote(pattern)},b='c'}}")
        except ValueError as error:
            raise PromqlError(
                f"label_replace() has the pattern {pattern!r}, which is not a regular expression as far as our parser "
                f"knows ({error}): Prometheus would fail at each evaluation. In: {expr.source or expr.text}"
            ) from None


def _nameless(function: str, expr: Expr) -> PromqlError:
    return PromqlError(
        f"{function}() writes a label without a name: Prometheus would load the rule and fail at each evaluation. "
        f"In: {expr.source or expr.text}"
    )


def _quote(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def every(node: ast.Expr) -> Iterator[ast.Expr]:
    """An expression and all that it is made of."""
    yield node
    for inner in children(node):
        yield from every(inner)


def children(node: ast.Expr) -> Iterator[ast.Expr]:
    """The expressions that an expression is made of, in their order."""
    match node:
        case ast.ParenExpr() | ast.UnaryExpr() | ast.SubqueryExpr():
            yield node.expr
        case ast.MatrixSelector():
            yield node.vector_selector
        case ast.Call():
            yield from node.args
        case ast.AggregateExpr():
            if node.param is not None:
                yield node.param
            yield node.expr
        case ast.BinaryExpr():
            yield node.lhs
            yield node.rhs
