"""Resolve an expression against a vocabulary: does everything it speaks of exist, and can it return anything?

Labels are followed through functions, aggregations and vector matching the way the query engine does it
(https://prometheus.io/docs/prometheus/latest/querying/operators/), so a rule that could never match is an error when
it is built, not a silent alert. It refuses to guess: what it does not understand it names.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import NamedTuple

import promql_parser as ast

from vitals.model.promql import matching
from vitals.model.promql.build import Expr, parse
from vitals.model.promql.constants import number_of, text_of
from vitals.model.promql.mismatch import mismatch
from vitals.model.promql.native_histograms import FUNCTIONS, NATIVE_ONLY, is_native, refuse_bare
from vitals.model.promql.one_to_one import refuse_several
from vitals.model.promql.relabelled import labels_left
from vitals.model.promql.vocabulary import (
    PromqlError,
    SeriesType,
    UnknownSeriesError,
    Vocabulary,
    nearest,
)

_NEEDS_COUNTER = {"rate", "irate", "increase", "resets"}
_TAKES_COUNTER = _NEEDS_COUNTER | {
    "absent",
    "absent_over_time",
    "changes",
    "count",
    "count_over_time",
    "group",
    "last_over_time",
    "present_over_time",
    "timestamp",
}
"""Functions to which a counter may be given as it is; most ask only whether and when it was there."""
_GROWS = (SeriesType.COUNTER, SeriesType.HISTOGRAM)
_RULE = "rule"
"""What the whole expression stands in: which series it returns decides there, not their values."""
_SCALARS = {"scalar", "time", "pi"}
_SET_OPERATORS = {"and", "unless"}
_SELECTS = {"topk", "bottomk", "limitk", "limit_ratio"}
"""Aggregations that return elements of their operand as they are, grouped or not."""
_COUNTED = _SELECTS - {"limit_ratio"}
_STAYS_EMPTY = "the expression would stay empty"
_SIDE_STAYS_EMPTY = "this side of 'or' would stay empty"
_TAKES_NOTHING = "'unless' would take nothing away"
"""What follows for a selector that finds nothing, by where it stands."""
_WRITES_LABEL = {"label_replace", "label_join"}
_NAME = "__name__"


class SelectorReading(NamedTuple):
    """One selector of an expression.

    Attributes:
        name: The series that it reads.
        window: How far back, zero for an instant.
        newest: Whether only the newest sample of the window counts, so that what is over is over at once.
    """

    name: str
    window: timedelta
    newest: bool


class ResolvedQuery(NamedTuple):
    """What is known of a resolved expression.

    Attributes:
        labels: The labels of its result; ``None`` for a scalar.
        readings: Every selector in it, in order.
        made: The labels that the expression itself writes or takes over, wherever in it.
    """

    labels: frozenset[str] | None
    readings: tuple[SelectorReading, ...]
    made: frozenset[str] = frozenset()


def resolve(expr: Expr, vocabulary: Vocabulary) -> ResolvedQuery:
    """Check that an expression speaks only of what the vocabulary has.

    Args:
        expr: The expression.
        vocabulary: Every series it may read.

    Raises:
        PromqlError: An unknown metric, label or label value; a rate of a gauge; a bare counter; a grouping or matching
            label that the operand lacks; sides that never match, or have several for one. The message names the fix.
    """
    resolver = _Resolver(expr.text, vocabulary)
    tree = parse(expr.text)
    labels = resolver.labels(tree, within=_RULE)
    if any(vocabulary[reading.name].type is SeriesType.HISTOGRAM for reading in resolver.readings):
        refuse_bare(tree, vocabulary, expr.text)  # not of each of thousands: it walks the whole tree once more
    if any(word in expr.text for word in ("on (", "on(", "ignoring")):
        refuse_several(tree, vocabulary, expr.text)
    return ResolvedQuery(labels, tuple(resolver.readings), frozenset(resolver.made))


class _Resolver:
    def __init__(self, text: str, vocabulary: Vocabulary) -> None:
        self._text = text
        self._vocabulary = vocabulary
        self.readings: list[SelectorReading] = []
        self.made: set[str] = set()
        self._effect = _STAYS_EMPTY

    @contextmanager
    def _where_nothing_means(self, effect: str) -> Iterator[None]:
        """Resolve a part of which something else follows where it finds nothing."""
        outside, self._effect = self._effect, effect
        yield
        self._effect = outside

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
                return self._call(node, within)
            case ast.AggregateExpr():
                return self._aggregate(node)
            case ast.BinaryExpr():
                return self._binary(node, within)
        raise self._refuse(f"An expression of kind {type(node).__name__} is not understood.")

    def _selector(self, node: ast.VectorSelector, within: str, window: timedelta) -> frozenset[str]:
        labels: frozenset[str] = frozenset()
        for name in self._names(node):
            labels |= self._series(node, name, within)
            self.readings.append(SelectorReading(name, window, within == "last_over_time"))
        return labels

    def _names(self, node: ast.VectorSelector) -> list[str]:
        """The names that a selector reads: one before the braces, or all that its matchers can take."""
        if node.name:
            return [node.name]
        matchers = [matcher for matcher in node.matchers.matchers if matcher.name == _NAME]
        if matchers and all(matcher.op == ast.MatchOp.Equal for matcher in matchers):
            return [matchers[0].value]
        names = [name for name in self._vocabulary if all(matching.takes(matcher, name) for matcher in matchers)]
        if not names:
            wanted = ", ".join(matcher.value for matcher in matchers)
            raise self._refuse(f"Nothing emits or records anything called {wanted}: {self._effect}.")
        problems = {name: mismatch(node, self._vocabulary[name], self._effect) for name in names}
        if all(problems.values()):
            raise self._refuse(next(iter(problems.values())))
        return [name for name, problem in problems.items() if not problem]

    def _series(self, node: ast.VectorSelector, name: str, within: str) -> frozenset[str]:
        series = self._vocabulary.get(name)
        if series is None:
            problem = f"Nothing emits or records {name!r}: {self._effect}."
            raise UnknownSeriesError(name, f"{problem}{nearest(name, self._vocabulary)} In: {self._text}")
        if problem := mismatch(node, series, self._effect):
            raise self._refuse(problem)
        if within in _NEEDS_COUNTER and series.type is SeriesType.GAUGE:
            raise self._refuse(f"{within}() needs a counter and {name} is a gauge; use deriv() or delta().")
        if series.type in _GROWS and within not in _TAKES_COUNTER:
            raise self._refuse(
                f"{name} is a {series.type}: its bare value means nothing after a restart; wrap it in rate()."
            )
        return frozenset(series.labels)

    def _call(self, node: ast.Call, within: str) -> frozenset[str] | None:
        function = node.func.name
        if function.startswith("absent"):
            with self._where_nothing_means(f"{function}() would return 1 for ever"):
                self.labels(node.args[0], function)
            return self._absent_labels(node)
        # A relabelled counter is as bare as it was.
        results = [self.labels(argument, within if function in _WRITES_LABEL else function) for argument in node.args]
        if function in _SCALARS:
            return None
        if function == "vector":
            return frozenset()
        vectors = [result for result in results if result is not None]
        if function in FUNCTIONS:
            return self._of_histogram(node, vectors[0])
        if function in NATIVE_ONLY and not is_native(node.args[0], self._vocabulary):
            raise self._refuse(
                f"{function}() reads native histograms, and gives nothing for other series: the expression would stay "
                "empty. Of a classic histogram read the series that end in _sum and _count."
            )
        if function in _WRITES_LABEL:
            left = labels_left(node, vectors[0])
            self.made |= left.intersection({text_of(node.args[1])})
            return left
        return vectors[0] if vectors else frozenset()  # hour() and the like have one element then, without labels

    def _of_histogram(self, node: ast.Call, labels: frozenset[str]) -> frozenset[str]:
        """The labels of what a function says of a histogram, which must have buckets in whichever form."""
        if "le" not in labels and not is_native(node.args[-1], self._vocabulary):
            needs = "needs buckets: keep the label 'le' in the aggregation below it, or read a native histogram"
            raise self._refuse(f"{node.func.name}() {needs}.")
        return labels - {"le"}

    def _absent_labels(self, node: ast.Call) -> frozenset[str]:
        selector = node.args[0]
        if isinstance(selector, ast.MatrixSelector):
            selector = selector.vector_selector
        if not isinstance(selector, ast.VectorSelector):
            return frozenset()
        equal = [m.name for m in selector.matchers.matchers if m.op == ast.MatchOp.Equal and m.name != _NAME]
        return frozenset(name for name in equal if equal.count(name) == 1)

    def _aggregate(self, node: ast.AggregateExpr) -> frozenset[str]:
        operator = str(node.op)
        inner = self.labels(node.expr, within=operator) or frozenset()
        if node.param is not None:
            self.labels(node.param, within="")
        count = number_of(node.param) if operator in _COUNTED else None
        if count is not None and count < 1:
            raise self._refuse(f"{operator} asks for {count:g} elements, so it returns nothing. Write 1 or more.")
        text = text_of(node.param)
        written = frozenset() if text is None else frozenset({text})
        self.made |= written
        if node.modifier is None:
            return inner if operator in _SELECTS else written
        named = frozenset(node.modifier.labels)
        by = node.modifier.type == ast.AggModifierType.By
        missing = named - inner - written - {_NAME}  # which every series has until a function takes it away
        if missing and by:
            raise self._refuse(
                f"{operator} groups by {', '.join(sorted(missing))}, which its operand lacks; it has "
                f"{', '.join(sorted(inner)) or 'no label'}."
            )
        if operator in _SELECTS:
            return inner
        return (named if by else inner - named) | written

    def _binary(self, node: ast.BinaryExpr, within: str) -> frozenset[str] | None:
        operator = str(node.op)
        # 'and' and 'unless' ask of their right side only which series it has, as count() does; its values are not read.
        # Those of the left side are what comes out, which is read or not by whatever stands around it.
        passed = "count" if within == _RULE else within
        effects = {"or": (_SIDE_STAYS_EMPTY, _SIDE_STAYS_EMPTY), "unless": (self._effect, _TAKES_NOTHING)}
        of_left, of_right = effects.get(operator, (self._effect, self._effect))
        with self._where_nothing_means(of_left):
            left = self.labels(node.lhs, within=passed if operator in _SET_OPERATORS else "")
        with self._where_nothing_means(of_right):
            right = self.labels(node.rhs, within="count" if operator in _SET_OPERATORS else "")
        if left is None or right is None:
            return left if right is None else right
        matching = node.modifier.matching if node.modifier else None
        if operator == "or":
            return left | right
        if matching is None:
            if left != right:
                raise self._refuse(
                    f"The two sides of '{operator}' can never match: one has the labels {sorted(left)}, the other "
                    f"{sorted(right)}. Aggregate both alike, or add on (...), with group_left where one has several."
                )
            return left
        named = frozenset(matching.labels)
        if matching.type == ast.LabelModifierType.Include:
            for side in (left, right):
                if named - side:
                    raise self._refuse(
                        f"'{operator} on' names {', '.join(sorted(named - side))}, which one side lacks."
                    )
        if operator in _SET_OPERATORS:
            return left
        if node.modifier is None or node.modifier.card == ast.VectorMatchCardinality.OneToOne:
            return named if matching.type == ast.LabelModifierType.Include else left - named
        return self._grouped(node.modifier, left, right)

    def _grouped(self, modifier: ast.BinModifier, left: frozenset[str], right: frozenset[str]) -> frozenset[str]:
        """The labels of the side of many, and those that ``group_left`` or ``group_right`` take from the other."""
        to_left = modifier.card == ast.VectorMatchCardinality.ManyToOne
        many, one = (left, right) if to_left else (right, left)
        taken = frozenset(modifier.group_labels or ())
        if taken - one:
            raise self._refuse(
                f"group_{'left' if to_left else 'right'} takes {', '.join(sorted(taken - one))} from the side that "
                f"lacks it; that side has {', '.join(sorted(one)) or 'no label'}."
            )
        self.made |= taken
        return many | taken
