"""From the queries of an objective to the metrics behind them: which series count, and which of them are bad events.

What is kept of a query is what a :class:`~vitals.model.dialects.MetricSource` says: a metric and matchers. A query of
another shape has no place in the catalogue and is refused with its reason.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import promql_parser as ast

from vitals.errors import VitalsError
from vitals.kit.imports.slo_found import SourceObjective
from vitals.model.conventions import BUCKET_BOUND, INSTANCE, JOB, SERVICE

_WINDOW = re.compile(r"\[\s*(?:\{\{[^{}]*\}\}|\$\{?\w+\}?)\s*(?=[\]:])")
"""A window that the tool fills in, for which any does: which events count does not hang on it."""
_FILLED_IN = re.compile(r"\{\{.*?\}\}|\$\{?[A-Za-z_]\w*\}?", re.DOTALL)
_RATES = frozenset({"rate", "increase", "irate"})
OF_TARGET = frozenset({JOB, SERVICE, INSTANCE, "namespace", "cluster"})
"""Labels by which a query finds the targets of a service; here the scrape job does."""
_OPERATORS = (
    (ast.MatchOp.Equal, ""),
    (ast.MatchOp.NotEqual, "!"),
    (ast.MatchOp.Re, "~"),
    (ast.MatchOp.NotRe, "!~"),
)
_INVERSE = {"": "!", "!": "", "~": "!~", "!~": "~"}
Matchers = Mapping[str, str]
"""Label to value, as a dialect writes them: ``~5..`` matches a regular expression, ``!`` negates."""


@dataclass(frozen=True, slots=True)
class CountedEvents:
    """Some events that are counted.

    Attributes:
        series: The series that counts all of them.
        where: Which of its series count.
        failed: Which of those are bad; none for a latency.
        within: The time in the unit of the metric within which a good one is answered; None for an availability.
        target: The job or service that the queries name; empty for none.
    """

    series: str
    where: Matchers = field(default_factory=dict)
    failed: tuple[Matchers, ...] = ()
    within: float | None = None
    target: str = ""


def events_of(objective: SourceObjective) -> CountedEvents:
    """The events that an objective counts.

    Raises:
        VitalsError: Its queries are of a shape that cannot be said in the catalogue.
    """
    total, bad, good = objective.total, objective.bad, objective.good
    if objective.ratio:
        bad, total = _parted(objective.ratio)
    elif objective.good_ratio:
        good, total = _parted(objective.good_ratio)
    if not total or not (bad or good):
        raise VitalsError("it has no query of all events, or none of the good or the bad ones")
    of_all = _selector(_parsed(total))
    if bad:
        node = _bare(_parsed(bad))
        if isinstance(node, ast.BinaryExpr) and str(node.op) == "-":
            return _good(_selector(node.rhs), of_all)
        return _bad(_selector(node), of_all)
    return _good(_selector(_parsed(good)), of_all)


def _parsed(query: str) -> ast.Expr:
    text = _WINDOW.sub("[5m", query)
    if other := _FILLED_IN.search(text):
        raise VitalsError(
            f"its query has {other[0]} in it, which is filled in elsewhere, so it is not known which events it counts. "
            "Write what stands there"
        )
    try:
        return ast.parse(text)
    except ValueError as error:
        raise VitalsError(f"its query {' '.join(query.split())!r} is not PromQL ({error})") from None


def _parted(ratio: str) -> tuple[str, str]:
    """The two sides of a share of events."""
    node = _bare(_parsed(ratio))
    if not isinstance(node, ast.BinaryExpr) or str(node.op) != "/":
        raise VitalsError("its ratio is not one query divided by another, so nothing says which events it counts")
    return str(node.lhs), str(node.rhs)


def _bare(node: ast.Expr) -> ast.Expr:
    """A query without what changes no event of it: parentheses, sums, rates, and zero for nothing."""
    while True:
        if isinstance(node, ast.ParenExpr | ast.AggregateExpr):
            if isinstance(node, ast.AggregateExpr) and str(node.op) != "sum":
                raise VitalsError(f"its query takes {node.op} of its series, and events are summed here")
            node = node.expr
        elif isinstance(node, ast.Call) and node.func.name in _RATES:
            node = node.args[0]
        elif isinstance(node, ast.BinaryExpr) and str(node.op) == "or":
            node = node.lhs
        else:
            return node


def _selector(query: ast.Expr) -> ast.VectorSelector:
    node = _bare(query)
    if isinstance(node, ast.MatrixSelector):
        node = node.vector_selector
    if not isinstance(node, ast.VectorSelector) or not node.name:
        raise VitalsError(
            f"its query has the shape {str(query)!r}, and what can be said here is one metric with matchers, summed"
        )
    return node


def _matchers(node: ast.VectorSelector) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in node.matchers.matchers:
        if one.name in found:
            raise VitalsError(f"its query matches the label {one.name} twice, and a label is matched once here")
        found[one.name] = next(sign for operator, sign in _OPERATORS if one.op == operator) + one.value
    return found


def _counted(matchers: Mapping[str, str]) -> tuple[dict[str, str], str]:
    """Matchers without those that find the target, and the target."""
    named = [matchers[label] for label in (SERVICE, JOB) if matchers.get(label, "!")[:1] not in "!~"]
    return {label: value for label, value in matchers.items() if label not in OF_TARGET}, (named or [""])[-1]


def _bad(bad: ast.VectorSelector, total: ast.VectorSelector) -> CountedEvents:
    if bad.name != total.name:
        raise VitalsError(
            f"bad events are counted by {bad.name} and all events by {total.name}; an import needs one metric that "
            "says both. By hand it is promhttp(requests=..., failures=...), see docs/how-to/watch-what-you-have.md"
        )
    of_bad, of_all = _matchers(bad), _matchers(total)
    more = {label: value for label, value in of_bad.items() if of_all.get(label) != value}
    if not more:
        raise VitalsError("its bad events are all events")
    where, target = _counted(of_all)
    return CountedEvents(str(total.name), where, (more,), target=target)


def _good(good: ast.VectorSelector, total: ast.VectorSelector) -> CountedEvents:
    of_good, of_all = _matchers(good), _matchers(total)
    bound = of_good.pop(BUCKET_BOUND, "")
    of_all.pop(BUCKET_BOUND, "")
    where, target = _counted(of_all)
    if bound:
        base = str(good.name).removesuffix("_bucket")
        if str(total.name) not in (f"{base}_count", f"{base}_bucket"):
            raise VitalsError(f"its fast events are of {good.name} and all events of {total.name}, another metric")
        if of_good.keys() - of_all.keys() - OF_TARGET:
            raise VitalsError("its fast events are counted under another condition than all events")
        try:
            return CountedEvents(f"{base}_count", where, (), float(bound.lstrip("~")), target)
        except ValueError:
            raise VitalsError(f"its bucket is {bound!r}, and one bound is needed") from None
    if good.name != total.name:
        raise VitalsError(
            f"good events are counted by {good.name} and all events by {total.name}; here one metric must say both"
        )
    more = {label: value for label, value in of_good.items() if of_all.get(label) != value}
    if not more:
        raise VitalsError("its good events are all events")
    return CountedEvents(
        str(total.name), where, tuple({label: _inverse(value)} for label, value in more.items()), target=target
    )


def _inverse(value: str) -> str:
    sign = next(sign for sign in ("!~", "~", "!", "") if value.startswith(sign))
    return _INVERSE[sign] + value.removeprefix(sign)
