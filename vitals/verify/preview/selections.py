"""What queries select: of each metric the labels that must be there, for the query to find it and to tell it apart.

Labels are followed from the result of a query inwards. A grouping asks for its own labels and for no other; a matching
asks both of its sides for what it matches on, and is refused where the one side has such labels twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import promql_parser as ast

from vitals.model.promql import PromqlError, parse
from vitals.model.promql.constants import number_of, text_of
from vitals.model.promql.kinds import children
from vitals.model.promql.matching import sign_of

NAME = "__name__"
_RATES = frozenset({"rate", "irate", "increase"})
_KEEP_LABELS = frozenset({"topk", "bottomk", "limitk"})
_SETS = frozenset({"and", "or", "unless"})
_REPLACE_ARGS = 5


@dataclass(frozen=True, slots=True)
class Matched:
    """A matcher: the label, ``=``, ``!=``, ``=~`` or ``!~``, and the text."""

    label: str
    sign: str
    text: str


@dataclass(frozen=True, slots=True)
class Selection:
    """One selector within a query.

    Attributes:
        name: Of the metric; empty where only a matcher says it.
        matched: Its matchers.
        labels: What the query needs of a series beside them.
        unique_by: Labels of which no two series may have the same values; None where that does no harm.
        counted: Whether its increase is asked for, so that it is a counter.
        level: A value that it must have for a comparison to keep it; None for any.
    """

    name: str
    matched: tuple[Matched, ...]
    labels: frozenset[str] = frozenset()
    unique_by: frozenset[str] | None = None
    counted: bool = False
    level: float | None = None


@dataclass(frozen=True, slots=True)
class Needs:
    """What the outer parts of a query ask of an inner one."""

    labels: frozenset[str] = frozenset()
    unique_by: frozenset[str] | None = None
    counted: bool = False
    level: float | None = None


@dataclass(slots=True)
class Patterns:
    """Patterns that values of labels must match, for another label to be made of them."""

    of_label: dict[str, list[str]] = field(default_factory=dict)

    def add(self, label: str, pattern: str) -> None:
        """Note one, once."""
        known = self.of_label.setdefault(label, [])
        if pattern not in known:
            known.append(pattern)


def selections(text: str, labels: Iterable[str], patterns: Patterns) -> list[Selection]:
    """Every selector of a query; none where it is not PromQL.

    Args:
        text: PromQL without variables.
        labels: What its legend or its columns show.
        patterns: Gets those of relabellings.
    """
    try:
        node = parse(text)
    except PromqlError:
        return []  # what is not PromQL is said where it is asked
    return list(_walk(node, Needs(frozenset(labels)), patterns))


def _walk(node: ast.Expr, needs: Needs, patterns: Patterns) -> Iterator[Selection]:
    match node:
        case ast.VectorSelector():
            matched = tuple(Matched(one.name, sign_of(one), one.value) for one in node.matchers.matchers)
            yield Selection(
                node.name or "",
                tuple(one for one in matched if one.label != NAME or not node.name),
                needs.labels,
                needs.unique_by,
                needs.counted,
                needs.level,
            )
        case ast.MatrixSelector():
            yield from _walk(node.vector_selector, needs, patterns)
        case ast.ParenExpr() | ast.UnaryExpr() | ast.SubqueryExpr():
            yield from _walk(node.expr, needs, patterns)
        case ast.AggregateExpr():
            yield from _walk(node.expr, _grouped(node, needs), patterns)
        case ast.Call():
            yield from _called(node, needs, patterns)
        case ast.BinaryExpr():
            yield from _joined(node, needs, patterns)


def _grouped(node: ast.AggregateExpr, needs: Needs) -> Needs:
    if str(node.op) in _KEEP_LABELS:
        return needs
    if node.modifier is None:
        return Needs()
    named = frozenset(node.modifier.labels)
    return Needs(named if node.modifier.type == ast.AggModifierType.By else needs.labels)


def _called(node: ast.Call, needs: Needs, patterns: Patterns) -> Iterator[Selection]:
    name = node.func.name
    if name in ("label_replace", "label_join"):
        needs = _relabelled(node, needs, patterns)
    elif name == "histogram_quantile":
        needs = Needs(needs.labels | {"le"}, None)
    elif name in ("scalar", "absent", "absent_over_time"):
        needs = Needs()
    elif name in _RATES:
        needs = Needs(needs.labels, needs.unique_by, counted=True)
    else:
        needs = Needs(needs.labels, needs.unique_by, needs.counted)
    for argument in node.args:
        yield from _walk(argument, needs, patterns)


def _relabelled(node: ast.Call, needs: Needs, patterns: Patterns) -> Needs:
    texts = [text_of(one) for one in node.args]
    to = texts[1] or ""
    if node.func.name == "label_join":
        return Needs(needs.labels - {to} | {one for one in texts[3:] if one}, None)
    if len(texts) < _REPLACE_ARGS or not texts[3]:
        return Needs(needs.labels - {to}, None)
    patterns.add(texts[3], texts[4] or "")
    return Needs(needs.labels - {to} | {texts[3]}, None)


def _joined(node: ast.BinaryExpr, needs: Needs, patterns: Patterns) -> Iterator[Selection]:
    level = _level(node)
    modifier = node.modifier
    matching = modifier.matching if modifier is not None else None
    named = frozenset(matching.labels) if matching is not None else frozenset()
    on = matching is not None and matching.type == ast.LabelModifierType.Include
    if on or str(node.op) == "or":
        left = right = Needs(needs.labels, level=level)
    else:  # all labels must be the same, so each side has those of the other
        left = Needs(needs.labels | (_result_labels(node.rhs) - named), needs.unique_by, level=level)
        right = Needs(needs.labels | (_result_labels(node.lhs) - named), needs.unique_by)
    if modifier is not None and matching is not None:
        taken = frozenset(modifier.group_labels or ())
        to_left = modifier.card == ast.VectorMatchCardinality.ManyToOne
        to_right = modifier.card == ast.VectorMatchCardinality.OneToMany
        shared = named if on else right.labels - named
        many = Needs(needs.labels - taken | (named if on else frozenset()))
        one = Needs(shared | taken, named if on else None)
        if to_left or to_right:
            left, right = (many, one) if to_left else (one, many)
        elif str(node.op) in _SETS:
            left, right = Needs(needs.labels | shared), Needs(shared)
        else:
            left = right = one
    yield from _walk(node.lhs, left, patterns)
    if str(node.op) != "unless":  # what it leaves out need not be there
        yield from _walk(node.rhs, right, patterns)


def _result_labels(node: ast.Expr) -> frozenset[str]:
    """The labels that a result is known to have: those that are selected by, and those that are grouped by."""
    match node:
        case ast.VectorSelector():
            return frozenset(one.name for one in node.matchers.matchers if one.name != NAME and one.value)
        case ast.AggregateExpr() if str(node.op) not in _KEEP_LABELS:
            by = node.modifier
            return frozenset(by.labels) if by is not None and by.type == ast.AggModifierType.By else frozenset()
        case ast.Call() if node.func.name == "histogram_quantile":
            return _result_labels(node.args[1]) - {"le"}
        case _:
            return frozenset[str]().union(*map(_result_labels, children(node)))


def _level(node: ast.BinaryExpr) -> float | None:
    """The value for which a comparison with a number keeps a series."""
    value = number_of(node.rhs)
    if value is None or (node.modifier is not None and node.modifier.return_bool):
        return None
    return {"==": value, "<": value / 2, "<=": value, ">=": value, ">": 2 * value or 1.0}.get(str(node.op))
