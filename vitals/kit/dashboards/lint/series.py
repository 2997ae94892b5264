"""More than eight lines cannot be distinguished: a query names one series by its labels, or takes the top eight."""

from __future__ import annotations

import re

import promql_parser as ast

from vitals.kit.dashboards.lint.problem import DashboardsJson, Found, all_panels
from vitals.kit.dashboards.theme import MOST_SERIES
from vitals.model.promql import Expr, PromqlError, Vocabulary, resolve
from vitals.model.promql.variables import filled

_PINNED = re.compile(r'(\w+)="')


def check(dashboards: DashboardsJson, vocabulary: Vocabulary) -> Found:
    """Find queries that may return many series; a table may, because it scrolls."""
    for uid, panel in all_panels(dashboards):
        for target in panel.get("targets", []) if panel["type"] != "table" else []:
            query = filled(target["expr"])
            if not _limited(query) and (loose := _loose(query, vocabulary)):
                yield (
                    uid,
                    panel["title"],
                    f"one line for each {', '.join(loose)}: take topk({MOST_SERIES}, ...) or name one in a matcher.",
                )


def _limited(query: str) -> bool:
    try:
        node = ast.parse(query)
    except ValueError:
        return False
    if not isinstance(node, ast.AggregateExpr) or str(node.op) not in ("topk", "bottomk"):
        return False
    return isinstance(node.param, ast.NumberLiteral) and node.param.val <= MOST_SERIES


def _loose(query: str, vocabulary: Vocabulary) -> list[str]:
    try:
        labels = resolve(Expr(query), vocabulary).labels or frozenset()
    except PromqlError:
        return []
    return sorted(labels - set(_PINNED.findall(query)))
