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

from vitals.draw.dashboard import parse_duration
from vitals.errors import VitalsError
from vitals.promql import PromqlError, parse


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
                rules += [_rule(group, rule) for rule in group["rules"]]
        except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
            raise VitalsError(
                f"{path} cannot be read as a rule file ({error!r}). Run `vitals render` to write it anew."
            ) from error
    return rules


def _rule(group: Mapping[str, str], rule: Mapping[str, object]) -> Rule:
    labels = rule.get("labels")
    return Rule(
        group=group["name"],
        interval_s=parse_duration(group["interval"]) or 0.0,
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

    A condition behind it (``and``) does not matter.

    Raises:
        ValueError: It is not PromQL.
    """
    node = _parsed(expr)
    while isinstance(node, ast.BinaryExpr) and str(node.op) == "and":
        node = node.lhs
    if not isinstance(node, ast.Call) or node.func.name != "avg_over_time":
        return None
    found = list(_readings(node, 0.0))
    return (found[0].name, found[0].reach_s) if len(found) == 1 else None


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
