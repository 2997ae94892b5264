"""The value of a counter is what happened since its process started: it only rises, and a restart sets it to zero."""

from __future__ import annotations

from collections.abc import Iterator

import promql_parser as ast

from vitals.model.promql import SeriesType
from vitals.model.promql.constants import bare, number_of
from vitals.verify.review.check import ReviewCheck
from vitals.verify.review.defect import Found, Gravity
from vitals.verify.review.known import Known
from vitals.verify.review.promql import COMPARISONS, name_of
from vitals.verify.review.scope import Scope
from vitals.verify.review.uses import UseRole

_SUMS = frozenset({"sum", "avg", "max", "min", "topk"})
_OVER_TIME = frozenset({"timeseries", "graph"})


def _find(scope: Scope) -> Iterator[Found]:
    known = scope.known
    for use in scope.uses:
        if use.node is None or use.role is not UseRole.ALERT:
            continue
        node = bare(use.node)
        if isinstance(node, ast.BinaryExpr) and str(node.op) in COMPARISONS and number_of(node.rhs) is not None:
            name = _counter(node.lhs, known)
            if name and number_of(node.rhs) != 0:
                yield Found(
                    use.at,
                    f"{name} is a counter: once above the bound it stays there until a restart, so the alert never "
                    "resolves, and a restart hides what it is about.",
                    f"Compare increase({name}[...]) or rate({name}[...]).",
                )
    for dashboard in scope.dashboards:
        for panel in dashboard.panels:
            for use, target in scope.uses_of_panel(panel):
                name = _counter(use.node, known) if use.node is not None else ""
                if name and panel.type in _OVER_TIME and not target.content.get("instant"):
                    yield Found(
                        use.at,
                        f"{name} is a counter: drawn as it is, the curve only rises and falls to zero with "
                        "each restart.",
                        f"Draw rate({name}[$__rate_interval]).",
                    )


def _counter(node: ast.Expr, known: Known | None) -> str:
    """The counter that an expression is, summed or not; empty for anything else."""
    node = bare(node)
    while isinstance(node, ast.AggregateExpr) and str(node.op) in _SUMS:
        node = bare(node.expr)
    if not isinstance(node, ast.VectorSelector):
        return ""
    name = name_of(node)
    metric = known.metrics.get(name) if known else None
    if metric is not None and metric.type is not None:
        return name if metric.type is SeriesType.COUNTER else ""
    return name if name.endswith("_total") and ":" not in name else ""


BARE_COUNTER = ReviewCheck("bare-counter", "counters that are read without a rate", Gravity.WARNING, _find)
