"""The rendered rules as data: what each one reads, and how far it looks back.

To know which series long windows need, or what a recorded name stands for, asks the rule files that run;
a list kept by hand would be wrong with the next signal. Nothing here judges a rule; promtool does that.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import promql_parser as ast

from vitals.local.draw.dashboard import parse_duration
from vitals.model.promql import PromqlError, parse
from vitals.model.promql.constants import bare
from vitals.rendered import RuleGroupEntry, groups_of

KNOWN_SHARE = "_known:ratio"
"""Part of the name of what records which share of a window is known."""


@dataclass(frozen=True)
class RenderedRule:
    """One rule of a rendered rule file.

    Attributes:
        group: Its group.
        interval_s: Seconds between two evaluations.
        name: The recorded name, or the alert's.
        records: Whether it records.
        expr: Its expression.
        labels: The labels that it sets.
    """

    group: str
    interval_s: float
    name: str
    records: bool
    expr: str
    labels: Mapping[str, str]

    @property
    def pace_s(self) -> float:
        """Seconds between two samples of what it records: its interval, or the slot of the clock that it waits for."""
        return slot(self.expr) or self.interval_s


@dataclass(frozen=True)
class RangeReading:
    """One selector of an expression: what it reads and how many seconds back the oldest sample may lie.

    Attributes:
        name: What it reads.
        reach_s: Seconds to the oldest sample that it may read.
        needs_s: The same without a window of which only the last value counts: that need not be filled.
    """

    name: str
    reach_s: float
    needs_s: float


def load_rules(folder: Path) -> list[RenderedRule]:
    """Read every rule of a folder, by file name and in the order of evaluation.

    Args:
        folder: ``rules`` of a rendered environment, or of a run folder's configuration.

    Raises:
        VitalsError: A file cannot be read.
    """
    return rules_in(groups_of(folder))


def rules_in(groups: Iterable[RuleGroupEntry]) -> list[RenderedRule]:
    """Return the rules of groups, in the order of evaluation."""
    return [
        RenderedRule(
            group=group.name,
            interval_s=parse_duration(group.interval) or 0.0,
            name=rule.name,
            records=rule.record is not None,
            expr=rule.expr,
            labels=rule.labels,
        )
        for group in groups
        for rule in group.rules
    ]


def readings(expr: str) -> list[RangeReading]:
    """Every selector of an expression, in its order.

    Raises:
        ValueError: It is not PromQL.
    """
    return list(_readings(_parsed(expr), 0.0, 0.0))


def trailing_mean(expr: str) -> tuple[str, float] | None:
    """Return what an expression is the mean of and over how many seconds, or None if it is not a mean of one series.

    A condition behind it (``and``) does not matter, nor the share that is known of its window.

    Raises:
        ValueError: It is not PromQL.
    """
    node = bare(_parsed(expr))
    while isinstance(node, ast.BinaryExpr) and (str(node.op) == "and" or _is_share_known(node)):
        node = bare(node.lhs)
    if not isinstance(node, ast.Call) or node.func.name != "avg_over_time":
        return None
    found = list(_readings(node, 0.0, 0.0))
    return (found[0].name, found[0].reach_s) if len(found) == 1 else None


def slot(expr: str) -> float | None:
    """Return the seconds of the clock's slots in each of which an expression has one value, or None if it always has.

    Raises:
        ValueError: It is not PromQL.
    """
    node = bare(_parsed(expr))
    if not isinstance(node, ast.BinaryExpr) or str(node.op) != "and":
        return None
    found: list[float] = []

    def see(inner: ast.Expr) -> None:
        if isinstance(inner, ast.BinaryExpr) and str(inner.op) == "%" and isinstance(inner.rhs, ast.NumberLiteral):
            found.append(inner.rhs.val)

    ast.walk(node.rhs, see)
    return found[0] if found else None


def _is_share_known(node: ast.BinaryExpr) -> bool:
    share = bare(node.rhs)
    return str(node.op) == "*" and isinstance(share, ast.VectorSelector) and KNOWN_SHARE in (share.name or "")


def _parsed(expr: str) -> ast.Expr:
    try:
        return parse(expr)
    except PromqlError as error:
        raise ValueError(str(error)) from None


def _readings(node: ast.Expr, reach_s: float, needs_s: float) -> Iterator[RangeReading]:
    match node:
        case ast.VectorSelector():
            back_s = _seconds(node.offset)
            yield RangeReading(node.name or "", reach_s + back_s, needs_s + back_s)
        case ast.MatrixSelector():
            window_s = _seconds(node.range)
            yield from _readings(node.vector_selector, reach_s + window_s, needs_s + window_s)
        case ast.SubqueryExpr():
            back_s = _seconds(node.range) + _seconds(node.offset)
            yield from _readings(node.expr, reach_s + back_s, needs_s + back_s)
        case ast.ParenExpr() | ast.UnaryExpr() | ast.AggregateExpr():
            yield from _readings(node.expr, reach_s, needs_s)
        case ast.Call():
            for argument in node.args:
                last_s = _window_s(argument) if node.func.name == "last_over_time" else 0.0
                yield from _readings(argument, reach_s, needs_s - last_s)
        case ast.BinaryExpr():
            yield from _readings(node.lhs, reach_s, needs_s)
            yield from _readings(node.rhs, reach_s, needs_s)


def _window_s(node: ast.Expr) -> float:
    return _seconds(node.range) if isinstance(node, ast.MatrixSelector | ast.SubqueryExpr) else 0.0


def _seconds(duration: timedelta | None) -> float:
    return duration.total_seconds() if duration else 0.0
