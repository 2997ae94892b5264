"""Resolve an expression against a vocabulary: does everything it speaks of exist, and can it return anything?

Labels are followed through functions, aggregations and vector matching the way the query engine does it
(https://prometheus.io/docs/prometheus/latest/querying/operators/), so a rule that could never match is an error when
it is built, not a silent alert. It refuses to guess: what it does not understand it names.
"""

from __future__ import annotations

import difflib
import re
from datetime import timedelta
from typing import NamedTuple

import promql_parser as ast

from vitals.promql.build import Expr, parse
from vitals.promql.vocabulary import PromqlError, SeriesType, Vocabulary

_NEEDS_COUNTER = {"rate", "irate", "increase", "resets"}
_TAKES_COUNTER = _NEEDS_COUNTER | {"absent", "absent_over_time", "count_over_time", "present_over_time", "count"}
_LOSES_ALL_LABELS = {"vector", "absent", "absent_over_time"}
_SCALARS = {"scalar", "time", "pi"}
_SET_OPERATORS = {"and", "unless"}


class Reading(NamedTuple):
    """One selector of an expression.

    Attributes:
        name: The series that it reads.
        window: How far back, zero for an instant.
        newest: Whether only the newest sample of the window counts, so that what is over is over at once.
    """

    name: str
    window: timedelta
    newest: bool


class Resolved(NamedTuple):
    """What is known of a resolved expression.

    Attributes:
        labels: The labels of its result; ``None`` for a scalar.
        readings: Every selector in it, in order.
    """

    labels: frozenset[str] | None
    readings: tuple[Reading, ...]


def resolve(expr: Expr, vocabulary: Vocabulary) -> Resolved:
    """Check that an expression speaks only of what the vocabulary has.

    Args:
        expr: The expression.
        vocabulary: Every series it may read.

    Raises:
        PromqlError: An unknown metric, label or label value; a rate of a gauge; a bare counter; a grouping or matching
            label that the operand lacks; two sides whose labels can never match. The message names the nearest fix.
    """
    resolver = _Resolver(expr.text, vocabulary)
    labels = resolver.labels(parse(expr.text), within="")
    return Resolved(labels, tuple(resolver.readings))


class _Resolver:
    def __init__(self, text: str, vocabulary: Vocabulary) -> None:
        self._text = text
        self._vocabulary = vocabulary
        self.readings: list[Reading] = []

    def _refuse(self, problem: str) -> PromqlError:
        return PromqlError(f"{problem} In: {self._text}")

    def labels(self, node: ast.Expr, within: str) -> frozenset[str] | None:  # noqa: PLR0911 - one line per node kind
        match node:
            case ast.NumberLiteral() | ast.StringLiteral():
                return None
            case ast.ParenExpr() | ast.UnaryExpr():
                return self.labels(node.expr, within)
            case ast.VectorSelector():
                return self._selector(node, within, timedelta(0))
            case ast.MatrixSelector():
                return self._selector(node.vector_selector, within, node.range)
            case ast.SubqueryExpr():
                return self.labels(node.expr, within)
            case ast.Call():
                return self._call(node)
            case ast.AggregateExpr():
                return self._aggregate(node)
            case ast.BinaryExpr():
                return self._binary(node)
        raise self._refuse(f"An expression of kind {type(node).__name__} is not understood.")

    def _selector(self, node: ast.VectorSelector, within: str, window: timedelta) -> frozenset[str]:
        name = node.name or ""
        series = self._vocabulary.get(name)
        if series is None:
            raise self._refuse(
                f"Nobody emits or records {name!r}: the expression would stay empty.{_nearest(name, self._vocabulary)}"
            )
        for matcher in node.matchers.matchers:
            if matcher.name not in series.labels:
                raise self._refuse(f"{name} has no label {matcher.name!r}; it has {', '.join(sorted(series.labels))}.")
            self._value(name, matcher, series.labels[matcher.name])
        is_counter = series.type is SeriesType.COUNTER
        if within in _NEEDS_COUNTER and not is_counter:
            raise self._refuse(f"{within}() needs a counter and {name} is a gauge; use deriv() or delta().")
        if is_counter and within not in _TAKES_COUNTER:
            raise self._refuse(f"{name} is a counter: its bare value means nothing after a restart; wrap it in rate().")
        self.readings.append(Reading(name, window, within == "last_over_time"))
        return frozenset(series.labels)

    def _value(self, name: str, matcher: ast.Matcher, allowed: frozenset[str]) -> None:
        if not allowed or not matcher.value or matcher.op not in (ast.MatchOp.Equal, ast.MatchOp.Re):
            return
        pattern = matcher.value if matcher.op == ast.MatchOp.Re else re.escape(matcher.value)
        if not any(re.fullmatch(pattern, value) for value in allowed):
            known = ", ".join(sorted(allowed))
            raise self._refuse(f"{name}: {matcher.name}={matcher.value!r} matches none of its values ({known}).")

    def _call(self, node: ast.Call) -> frozenset[str] | None:
        function = node.func.name
        results = [self.labels(argument, function) for argument in node.args]
        if function in _SCALARS:
            return None
        if function in _LOSES_ALL_LABELS:
            return self._absent_labels(node) if function.startswith("absent") else frozenset()
        vectors = [result for result in results if result is not None]
        if function == "histogram_quantile":
            if "le" not in vectors[0]:
                raise self._refuse(
                    "histogram_quantile() needs buckets: keep the label 'le' in the aggregation below it."
                )
            return vectors[0] - {"le"}
        return vectors[0] if vectors else None

    def _absent_labels(self, node: ast.Call) -> frozenset[str]:
        selector = node.args[0]
        if isinstance(selector, ast.MatrixSelector):
            selector = selector.vector_selector
        if not isinstance(selector, ast.VectorSelector):
            return frozenset()
        return frozenset(m.name for m in selector.matchers.matchers if m.op == ast.MatchOp.Equal)

    def _aggregate(self, node: ast.AggregateExpr) -> frozenset[str]:
        inner = self.labels(node.expr, within=str(node.op)) or frozenset()
        if node.modifier is None:
            return inner if str(node.op) in ("topk", "bottomk", "limitk") else frozenset()
        named = frozenset(node.modifier.labels)
        missing = named - inner
        if missing:
            raise self._refuse(f"{node.op} groups by {', '.join(sorted(missing))}, which its operand lacks.")
        return named if node.modifier.type == ast.AggModifierType.By else inner - named

    def _binary(self, node: ast.BinaryExpr) -> frozenset[str] | None:
        left, right = self.labels(node.lhs, within=""), self.labels(node.rhs, within="")
        if left is None or right is None:
            return left if right is None else right
        operator = str(node.op)
        matching = node.modifier.matching if node.modifier else None
        if operator == "or":
            return left | right
        if matching is None:
            if left != right:
                raise self._refuse(
                    f"The two sides of '{operator}' can never match: one has the labels "
                    f"{sorted(left)}, the other {sorted(right)}. Add on (...) or aggregate both alike."
                )
            return left
        named = frozenset(matching.labels)
        if matching.type == ast.LabelModifierType.Include:
            for side in (left, right):
                if named - side:
                    raise self._refuse(
                        f"'{operator} on' names {', '.join(sorted(named - side))}, which one side lacks."
                    )
        many_to_one = node.modifier is not None and node.modifier.card != ast.VectorMatchCardinality.OneToOne
        if operator in _SET_OPERATORS or many_to_one:
            return left
        return named if matching.type == ast.LabelModifierType.Include else left - named


def _nearest(name: str, vocabulary: Vocabulary) -> str:
    close = difflib.get_close_matches(name, list(vocabulary), n=1)
    return f" Did you mean {close[0]}?" if close else ""
