"""Every PromQL expression of a scope, whatever it stands in, so that one check serves panels, rules and scalers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import promql_parser as ast

from vitals.local.draw.data_sources import source_type
from vitals.model.promql.variables import filled, has_variable
from vitals.verify.review.defect import At
from vitals.verify.review.panels import ReviewedDashboard, ReviewedTarget
from vitals.verify.review.promql import parsed
from vitals.verify.review.rules import ReviewedRule
from vitals.verify.review.scalers import ReviewedScaler

_IN_VARIABLE = re.compile(
    r"^\s*(?:label_values\(\s*(?P<of>.+?)\s*,\s*[\w.]+\s*\)|query_result\((?P<result>.+)\))\s*$", re.S
)


class UseRole(StrEnum):
    """What an expression stands in."""

    PANEL = "panel"
    VARIABLE = "variable"
    ANNOTATION = "annotation"
    ALERT = "alert"
    RECORD = "record"
    SCALER = "scaler"


@dataclass(frozen=True, slots=True)
class PromqlUse:
    """One expression.

    Attributes:
        at: Where it is.
        role: What it stands in.
        text: As the file has it.
        plain: Grafana's variables replaced.
    """

    at: At
    role: UseRole
    text: str
    plain: str

    @property
    def node(self) -> ast.Expr | None:
        """Its syntax tree; None where it is not PromQL."""
        return parsed(self.plain)[0]

    @property
    def problem(self) -> str:
        """Why it is not PromQL; empty where it is."""
        return parsed(self.plain)[1]

    @property
    def templated(self) -> bool:
        """Whether variables of Grafana stand in it, so that what it asks is not known in full."""
        return has_variable(self.text)


def of_dashboard(dashboard: ReviewedDashboard) -> Iterator[PromqlUse]:
    """The expressions of a dashboard."""
    for panel in dashboard.panels:
        for target in panel.promql:
            yield of_target(target)
    for at, annotation in dashboard.annotations:
        expr = annotation.get("expr")
        if isinstance(expr, str) and expr.strip() and _of_prometheus(annotation, dashboard):
            yield _use(at.inside("expr"), UseRole.ANNOTATION, expr)
    for at, variable in dashboard.variables:
        if variable.get("type") != "query" or not _of_prometheus(variable, dashboard):
            continue
        query = variable.get("query")
        text = query.get("query") if isinstance(query, dict) else query
        found = _IN_VARIABLE.match(text) if isinstance(text, str) else None
        if found:
            yield _use(at.inside("query"), UseRole.VARIABLE, found["of"] or found["result"])


def _of_prometheus(asking: Mapping[str, Any], dashboard: ReviewedDashboard) -> bool:
    return source_type(asking.get("datasource"), dashboard.sources) in ("", "prometheus")


def of_target(target: ReviewedTarget) -> PromqlUse:
    """The expression of a panel's query."""
    return _use(target.at.inside("expr"), UseRole.PANEL, target.expr)


def _use(at: At, role: UseRole, text: str) -> PromqlUse:
    return PromqlUse(at, role, text, filled(text))


def of_rule(rule: ReviewedRule) -> PromqlUse:
    """The expression of a rule."""
    return PromqlUse(rule.at.inside("expr"), UseRole.ALERT if rule.alert else UseRole.RECORD, rule.expr, rule.expr)


def of_scaler(scaler: ReviewedScaler) -> Iterator[PromqlUse]:
    """The expressions of a scaler."""
    return (
        PromqlUse(trigger.at.inside("metadata", "query"), UseRole.SCALER, trigger.query, trigger.query)
        for trigger in scaler.triggers
        if trigger.query
    )
