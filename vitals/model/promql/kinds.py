"""What an expression evaluates to, and which failures of its evaluation can be seen beforehand."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from enum import StrEnum

import promql_parser as ast

from vitals.model.promql import regex
from vitals.model.promql.build import Expr, parse
from vitals.model.promql.constants import number_of, text_of
from vitals.model.promql.matching import sign_of
from vitals.model.promql.vocabulary import PromqlError

_SCALARS = frozenset({"scalar", "time", "pi"})
_COUNTED = frozenset({"topk", "bottomk"})
_QUANTILES = frozenset({"quantile", "quantile_over_time", "histogram_quantile"})
_PERCENT = 100
_DEEPEST = 200
"""Parts within parts of an expression; what follows its labels would run out of stack at about 300."""
_SHOWN = 200
_MOST = 9223372036854774784.0
"""How many elements ``topk()`` may be asked for: the largest float that fits into Prometheus' integers."""


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
    """Refuse what Prometheus loads and then fails to evaluate, each time, or answers without looking at the data.

    Raises:
        PromqlError: A rule of a range or a text, a relabelling that cannot be carried out, or a quantile of no share.
    """
    node = parse(expr.text)
    _not_too_deep(node, expr)
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
            _share(inner.func.name, inner.args[0] if inner.args else None, expr)
        elif isinstance(inner, ast.AggregateExpr):
            _parameter(inner, expr)
            _share(str(inner.op), inner.param, expr)


def _not_too_deep(node: ast.Expr, expr: Expr) -> None:
    inner, depth = [node], 0
    while inner := [one for outer in inner for one in children(outer)]:
        depth += 1
        if depth > _DEEPEST:
            raise PromqlError(
                f"The expression is nested more than {_DEEPEST} deep, as each further 'or' nests it, and is not "
                "followed here, though Prometheus would take it. Record parts of it and read the records. In: "
                f"{(expr.source or expr.text)[:_SHOWN]}..."
            )


def _share(name: str, of: ast.Expr | None, expr: Expr) -> None:
    share = number_of(of) if name in _QUANTILES else None
    if share is not None and not math.isnan(share) and not 0 <= share <= 1:
        meant = f"{share / _PERCENT:g}" if 1 < share < _PERCENT else "a number from 0 to 1"
        raise PromqlError(
            f"{name}() is asked for {share:g}, which is not a share: Prometheus answers with infinity, "
            f"whatever the data are. Write {meant}. In: {expr.source or expr.text}"
        )


def _parameter(node: ast.AggregateExpr, expr: Expr) -> None:
    if text_of(node.param) == "":
        raise _nameless("count_values", expr)
    count = number_of(node.param)
    if str(node.op) not in _COUNTED or count is None:
        return
    if math.isnan(count) or count >= _MOST:
        raise PromqlError(
            f"{node.op}() asks for {count:g} elements, which is not a number that Prometheus can count to: it would "
            f"load the rule and fail at each evaluation. In: {expr.source or expr.text}"
        )


def _relabelling(call: ast.Call, expr: Expr) -> None:
    texts = [text_of(argument) for argument in call.args]
    name = call.func.name
    if name in ("label_replace", "label_join") and len(texts) > 1 and texts[1] == "":
        raise _nameless(name, expr)
    pattern = texts[4] if name == "label_replace" else None
    if pattern is not None and (reason := regex.problem(pattern, anchored=True)):
        raise PromqlError(
            f"label_replace() has the pattern {pattern!r}, which is not a regular expression ({reason}): Prometheus "
            f"would load the rule and fail at each evaluation. In: {expr.source or expr.text}"
        )


def _nameless(function: str, expr: Expr) -> PromqlError:
    return PromqlError(
        f"{function}() writes a label without a name: Prometheus would load the rule and fail at each evaluation. "
        f"In: {expr.source or expr.text}"
    )


def every(node: ast.Expr) -> Iterator[ast.Expr]:
    """An expression and all that it is made of."""
    left = [node]
    while left:
        found = left.pop()
        yield found
        left += reversed(list(children(found)))


def names_in(expr: Expr) -> frozenset[str]:
    """The names of all series that an expression selects."""
    return frozenset(
        node.name for node in every(parse(expr.text)) if isinstance(node, ast.VectorSelector) and node.name
    )


def parts_of(expr: Expr) -> list[Expr]:
    """The selectors of an expression as instant vectors, each once, in their order."""
    selectors = [node for node in every(parse(expr.text)) if isinstance(node, ast.VectorSelector) and node.name]
    return [Expr(text) for text in dict.fromkeys(_now(node) for node in selectors)]


def _now(node: ast.VectorSelector) -> str:
    """A selector without its offset."""
    matchers = ", ".join(
        f"{one.name}{sign_of(one)}{json.dumps(one.value, ensure_ascii=False)}" for one in node.matchers.matchers
    )
    return f"{node.name}{{{matchers}}}"


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
