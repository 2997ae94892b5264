"""The rendered rules as data: what each one reads, and how far it looks back.

Whoever wants to know which series long windows need, or what a recorded name stands for, asks the rule files that run;
a list kept by hand would be wrong with the next signal. Nothing here judges a rule; promtool does that.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import promql_parser as ast
import yaml

from vitals.errors import VitalsError
from vitals.local.draw.dashboard import parse_duration
from vitals.model.promql import PromqlError, parse


@dataclass(frozen=True)
class Rule:
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
class Reading:
    """One selector of an expression: what it reads and how many seconds back the oldest sample may lie."""

    name: str
    reach_s: float


def load_rules(folder: Path) -> list[Rule]:
    """Read every rule file of a folder, by file name and in the order of evaluation.

    Args:
        folder: ``rules`` of a rendered environment, or of a run folder's configuration.

    Raises:
        VitalsError: A file is no rule file.
    """
    rules: list[Rule] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            for group in yaml.safe_load(path.read_text(encoding="utf-8"))["groups"]:
                rules += [as_data(group["name"], group["interval"], rule) for rule in group["rules"]]
        except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
            raise VitalsError(
                f"{path} cannot be read as a rule file ({error!r}). Run `vitals render` to write it anew."
            ) from error
    return rules


def as_data(group: str, interval: str, rule: Mapping[str, object]) -> Rule:
    """Return a rule as it stands in a group of a rule file.

    Args:
        group: The group's name.
        interval: Its interval, a duration.
        rule: The rule; one that neither records nor alerts raises ``KeyError``.
    """
    labels = rule.get("labels")
    return Rule(
        group=group,
        interval_s=parse_duration(interval) or 0.0,
        name=str(rule.get("record") or rule["alert"]),
        records="record" in rule,
        expr=str(rule["expr"]),
        labels=dict(labels) if isinstance(labels, Mapping) else {},
    )


def readings(expr: str) -> list[Reading]:
    """Every selector of an expression, in its order.

    Raises:
        ValueError: It is not PromQL.
    """
    return list(_readings(_parsed(expr), 0.0))


def trailing_mean(expr: str) -> tuple[str, float] | None:
    """Return what an expression is the mean of and over how many seconds, or None if it is no mean of one series.

    A condition behind it (``and``) does not matter, nor the share that is known of its window.

    Raises:
        ValueError: It is not PromQL.
    """
    node = _without_parentheses(_parsed(expr))
    while isinstance(node, ast.BinaryExpr) and (str(node.op) == "and" or _is_share_known(node)):
        node = _without_parentheses(node.lhs)
    if not isinstance(node, ast.Call) or node.func.name != "avg_over_time":
        return None
    found = list(_readings(node, 0.0))
    return (found[0].name, found[0].reach_s) if len(found) == 1 else None


def slot(expr: str) -> float | None:
    """Return the seconds of the clock's slots in each of which an expression has one value, or None if it always has.

    Raises:
        ValueError: It is not PromQL.
    """
    node = _without_parentheses(_parsed(expr))
    if not isinstance(node, ast.BinaryExpr) or str(node.op) != "and":
        return None
    found: list[float] = []

    def see(inner: ast.Expr) -> None:
        if isinstance(inner, ast.BinaryExpr) and str(inner.op) == "%" and isinstance(inner.rhs, ast.NumberLiteral):
            found.append(inner.rhs.val)

    ast.walk(node.rhs, see)
    return found[0] if found else None


def _without_parentheses(node: ast.Expr) -> ast.Expr:
    while isinstance(node, ast.ParenExpr):
        node = node.expr
    return node


def _is_share_known(node: ast.BinaryExpr) -> bool:
    share = _without_parentheses(node.rhs)
    counted = share.lhs if isinstance(share, ast.BinaryExpr) and str(share.op) == "/" else None
    return str(node.op) == "*" and isinstance(counted, ast.Call) and counted.func.name == "count_over_time"


def _parsed(expr: str) -> ast.Expr:
    try:
        return parse(expr)
    except PromqlError as error:
        raise ValueError(str(error)) from None


def _readings(node: ast.Expr, beyond_s: float) -> Iterator[Reading]:
    match node:
        case ast.VectorSelector():
            yield Reading(node.name or "", beyond_s + _seconds(node.offset))
        case ast.MatrixSelector():
            yield from _readings(node.vector_selector, beyond_s + _seconds(node.range))
        case ast.SubqueryExpr():
            yield from _readings(node.expr, beyond_s + _seconds(node.range) + _seconds(node.offset))
        case ast.ParenExpr() | ast.UnaryExpr() | ast.AggregateExpr():
            yield from _readings(node.expr, beyond_s)
        case ast.Call():
            for argument in node.args:
                yield from _readings(argument, beyond_s)
        case ast.BinaryExpr():
            yield from _readings(node.lhs, beyond_s)
            yield from _readings(node.rhs, beyond_s)


def _seconds(duration: timedelta | None) -> float:
    return duration.total_seconds() if duration else 0.0
