"""How a rule is mutated: its expression at one place, its duration, its labels, or a matcher throughout.

Each mutated rule has one mutation. One that does not parse could not be shipped, so it is not made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import promql_parser as ast

from tests.mutation import of_expressions
from tests.mutation.one_value import same_bound
from tests.mutation.presence import by_presence, only_values_change
from tests.mutation.quantiles import buckets_of_quantiles, only_a_factor_changes
from tests.mutation.rules import FileRule
from vitals.model.promql import PromqlError, parse

_SEVERITIES = {"critical": "warning", "warning": "critical", "info": "warning", "none": "warning"}


@dataclass(frozen=True)
class MutatedRule:
    """A rule with one mutation.

    Attributes:
        operator: The name of the operator that made it.
        rule: The rule as it is now.
        before: What stood at the place.
        after: What stands there now.
    """

    operator: str
    rule: FileRule
    before: str
    after: str


def for_removed(rule: FileRule) -> Iterator[FileRule]:
    """An alert does not wait any more."""
    if rule.alerting and _waits(rule):
        yield rule.but(for_="0s")


def for_doubled(rule: FileRule) -> Iterator[FileRule]:
    """An alert waits twice as long."""
    if rule.alerting and _waits(rule):
        yield rule.but(for_=ast.display_duration(2 * ast.parse_duration(rule.body["for"])))


def for_added(rule: FileRule) -> Iterator[FileRule]:
    """An alert that fires at once waits for a minute."""
    if rule.alerting and not _waits(rule):
        yield rule.but(for_="1m")


def _waits(rule: FileRule) -> bool:
    return str(rule.body.get("for", "0s")) != "0s"


def severity_changed(rule: FileRule) -> Iterator[FileRule]:
    """An alert has another severity: what should page does not, or the reverse."""
    severity = rule.labels.get("severity", "")
    if severity in _SEVERITIES:
        yield rule.but(labels={**rule.labels, "severity": _SEVERITIES[severity]})


def label_changed(rule: FileRule) -> Iterator[FileRule]:
    """A label that the rule sets, such as service or owner, has another value."""
    for label, value in rule.labels.items():
        if label != "severity":
            yield rule.but(labels={**rule.labels, label: f"{value}-other"})


def matcher_dropped(rule: FileRule) -> Iterator[FileRule]:
    """A label may have any value, at all places of the rule: at one side of a match it would change nothing."""
    selectors = [node for node in _nodes(parse(rule.expr)) if isinstance(node, ast.VectorSelector)]
    for dropped in dict.fromkeys(str(matcher) for one in selectors for matcher in one.matchers.matchers):

        def without(node: ast.Expr, dropped: str = dropped) -> ast.Expr | None:
            if not isinstance(node, ast.VectorSelector | ast.MatrixSelector):
                return None
            selector, window = of_expressions.parts(node)
            return parse(of_expressions.selector_text(selector, window=window, dropped=dropped))

        yield rule.but(expr=ast.transform(parse(rule.expr), without).prettify())


def grouping_label_dropped(rule: FileRule) -> Iterator[FileRule]:
    """An aggregation keeps one label less, but for one that the rule sets itself and would put back."""
    for place, node in enumerate(_nodes(parse(rule.expr))):
        if isinstance(node, ast.AggregateExpr) and node.modifier is not None:
            for label in node.modifier.labels:
                if label not in rule.labels:
                    kept = ", ".join(one for one in node.modifier.labels if one != label)
                    first = f"{node.param.prettify()}, " if node.param is not None else ""
                    text = f"{node.op} by ({kept}) ({first}{node.expr.prettify()})"
                    yield rule.but(expr=_with(rule.expr, place, text))


OPERATORS: tuple[Callable[[FileRule], Iterator[FileRule]], ...] = (
    for_removed,
    for_doubled,
    for_added,
    severity_changed,
    label_changed,
    matcher_dropped,
    grouping_label_dropped,
)
"""Every operator that looks at a rule as a whole."""


def mutated(rule: FileRule) -> Iterator[MutatedRule]:
    """Every mutant that the operators make of a rule, in a fixed order, none twice."""
    seen = {parse(rule.expr).prettify()}
    nodes = _nodes(parse(rule.expr))
    compared: dict[int, ast.BinaryExpr] = {}
    buckets = buckets_of_quantiles(nodes)
    for place, (node, only) in enumerate(zip(nodes, by_presence(parse(rule.expr)), strict=True)):
        if isinstance(node, ast.VectorSelector) and place and isinstance(nodes[place - 1], ast.MatrixSelector):
            continue  # it is mutated with its window
        if isinstance(node, ast.BinaryExpr):
            compared[place + 1 + len(_nodes(node.lhs))] = node
        for operator in of_expressions.OPERATORS:
            name = operator.__name__
            if (only and only_values_change(node, name)) or (place in buckets and only_a_factor_changes(node, name)):
                continue
            for text in operator(node):
                if _is_the_same_bound(node, text, compared.get(place)):
                    continue
                try:
                    expr = _with(rule.expr, place, text)
                except PromqlError:
                    continue
                if expr not in seen:
                    seen.add(expr)
                    yield MutatedRule(name, rule.but(expr=expr), node.prettify(), text)
    for change in OPERATORS:
        for other in change(rule):
            (key,) = (key for key in other.body if other.body[key] != rule.body.get(key))
            if key == "expr" and other.expr in seen:
                continue
            seen.add(other.expr)
            yield MutatedRule(change.__name__, other, f"{key}: {rule.body.get(key)}", f"{key}: {other.body[key]}")


def _is_the_same_bound(node: ast.Expr, text: str, compared: ast.BinaryExpr | None) -> bool:
    """Whether a number that stands at the right of an operator became another bound for the same counts."""
    if not isinstance(node, ast.NumberLiteral) or compared is None:
        return False
    return same_bound(str(compared.op), compared.lhs, node.val, float(text))


def _nodes(expr: ast.Expr) -> list[ast.Expr]:
    """Every node, outer ones first, in the order in which ``ast.transform`` visits them."""
    found: list[ast.Expr] = []
    ast.walk(expr, found.append)
    return found


def _with(expr: str, place: int, text: str) -> str:
    """The expression with a text instead of one of its nodes."""
    count = iter(range(place + 1))

    def visit(_: ast.Expr) -> ast.Expr | None:
        if next(count, None) != place:
            return None
        new = parse(text)
        return parse(f"({text})") if place and isinstance(new, ast.BinaryExpr) else new

    return ast.transform(parse(expr), visit).prettify()
