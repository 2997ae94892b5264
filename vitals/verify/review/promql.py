"""PromQL as checks look at it: parsed once, with the few questions that many of them ask."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import lru_cache

import promql_parser as ast

from vitals.model.promql import PromqlError, every, parse
from vitals.model.promql.constants import bare, number_of
from vitals.model.promql.kinds import children

RATES = frozenset({"rate", "irate", "increase"})
COMPARISONS = frozenset({"==", "!=", ">", "<", ">=", "<="})
SET_OPERATORS = frozenset({"and", "or", "unless"})
_SELECTS = frozenset({"topk", "bottomk", "limitk", "limit_ratio"})


_LOGQL = re.compile(r"\|=|\|~|\}\s*\|\s*\w|\|\s*(?:json|logfmt|pattern|unwrap)\b|\bbytes_(?:over_time|rate)\b|!=\s*`")
"""What PromQL never has: filters and stages behind a selector, and functions of bytes."""


def is_logql(text: str) -> bool:
    """Whether an expression asks Loki, whose language looks alike."""
    return _LOGQL.search(text) is not None


@lru_cache(maxsize=16384)
def parsed(text: str) -> tuple[ast.Expr | None, str]:
    """The syntax tree of an expression and no problem, or None and what is wrong with it."""
    try:
        return parse(text), ""
    except PromqlError as error:
        return None, error.reason or str(error)
    except RecursionError:
        return None, "it is nested too deeply"


@lru_cache(maxsize=16384)
def nodes(node: ast.Expr) -> tuple[ast.Expr, ...]:
    """An expression and all that it is made of; walked once, for a tree is asked by thirty checks."""
    return tuple(every(node))


@lru_cache(maxsize=16384)
def selectors(node: ast.Expr) -> tuple[ast.VectorSelector, ...]:
    """Every selector of an expression."""
    return tuple(one for one in nodes(node) if isinstance(one, ast.VectorSelector))


def name_of(selector: ast.VectorSelector) -> str:
    """The metric that a selector names; empty where it names none or a pattern."""
    if selector.name:
        return str(selector.name)
    named = [one for one in selector.matchers.matchers if one.name == "__name__" and one.op == ast.MatchOp.Equal]
    return str(named[0].value) if named else ""


def matchers(selector: ast.VectorSelector) -> list[ast.Matcher]:
    """The matchers of a selector but for that of its name, those of ``or`` within braces included."""
    alternatives = [one for several in selector.matchers.or_matchers for one in several]
    return [one for one in (*selector.matchers.matchers, *alternatives) if one.name != "__name__"]


@lru_cache(maxsize=16384)
def windows(node: ast.Expr) -> tuple[tuple[str, ast.VectorSelector, timedelta], ...]:
    """Each range of a selector: the function around it, the selector, how far back."""
    return tuple(
        (str(one.func.name), inner.vector_selector, inner.range)
        for one in nodes(node)
        if isinstance(one, ast.Call)
        for inner in map(bare, one.args)
        if isinstance(inner, ast.MatrixSelector)
    )


def operator(node: ast.Expr) -> str:
    """The operator of a binary expression or the name of an aggregation; empty for anything else."""
    return str(node.op) if isinstance(node, ast.BinaryExpr | ast.AggregateExpr) else ""


def is_comparison(node: ast.Expr) -> bool:
    """Whether an expression compares and keeps what holds; one with ``bool`` keeps everything."""
    return (
        isinstance(node, ast.BinaryExpr)
        and str(node.op) in COMPARISONS
        and not (node.modifier and node.modifier.return_bool)
    )


def result_labels(node: ast.Expr) -> frozenset[str] | None:  # noqa: PLR0911 - one line for each kind of node
    """The labels that a result can have, where the expression alone decides; None where its series do."""
    node = bare(node)
    match node:
        case ast.AggregateExpr():
            if str(node.op) in _SELECTS:
                return result_labels(node.expr)
            written = {node.param.val} if isinstance(node.param, ast.StringLiteral) else set()
            if node.modifier is None:
                return frozenset(written)
            if node.modifier.type == ast.AggModifierType.By:
                return frozenset({*node.modifier.labels, *written})
            inner = result_labels(node.expr)
            return None if inner is None else inner - set(node.modifier.labels) | written
        case ast.BinaryExpr():
            return _of_binary(node)
        case ast.Call():
            return _of_call(node)
        case ast.UnaryExpr() | ast.SubqueryExpr():
            return result_labels(node.expr)
    return None


def _of_binary(node: ast.BinaryExpr) -> frozenset[str] | None:  # noqa: PLR0911 - one line for each way to match
    left, right, sign = result_labels(node.lhs), result_labels(node.rhs), str(node.op)
    if sign == "or":
        return None if left is None or right is None else left | right
    if sign in SET_OPERATORS or number_of(node.rhs) is not None:
        return left
    if number_of(node.lhs) is not None:
        return right
    modifier = node.modifier
    if modifier and modifier.card == ast.VectorMatchCardinality.ManyToOne:
        return None if left is None else left | set(modifier.group_labels or ())
    if modifier and modifier.card == ast.VectorMatchCardinality.OneToMany:
        return None if right is None else right | set(modifier.group_labels or ())
    if modifier and modifier.matching and modifier.matching.type == ast.LabelModifierType.Include:
        return frozenset(modifier.matching.labels)
    return left if left is not None else right


def _of_call(node: ast.Call) -> frozenset[str] | None:
    name = str(node.func.name)
    if name in ("vector", "scalar", "time"):
        return frozenset()
    if name in ("absent", "absent_over_time"):
        equal = [one for inner in children(node) for s in selectors(inner) for one in matchers(s)]
        return frozenset(one.name for one in equal if one.op == ast.MatchOp.Equal)
    vectors = [result_labels(one) for one in node.args if not isinstance(one, ast.NumberLiteral | ast.StringLiteral)]
    if not vectors or any(one is None for one in vectors):
        return None
    found = frozenset(label for one in vectors for label in one or ())
    if name == "histogram_quantile":
        return found - {"le"}
    if name in ("label_replace", "label_join") and isinstance(node.args[1], ast.StringLiteral):
        return found | {node.args[1].val}
    return found


def every_selector_name(node: ast.Expr) -> list[str]:
    """The metrics that an expression reads, in their order; patterns of names are left out."""
    return [name for name in map(name_of, selectors(node)) if name]


def without_substitute(node: ast.Expr) -> ast.Expr:
    """The query without what stands in for it while it is empty."""
    node = bare(node)
    while isinstance(node, ast.BinaryExpr) and str(node.op) == "or":
        node = bare(node.lhs)
    return node


_SHARES = re.compile(r"(?:^|[_:])(?:ratio|utilization|utilisation|percent|percentage|avg)(?:$|[_:])")


def names_a_share(node: ast.Expr) -> bool:
    """Whether the name of what it asks first says that it is a share or a mean and not a whole."""
    return bool(_SHARES.search(next((name_of(one) for one in selectors(node)), "")))
