"""More than eight lines cannot be distinguished, and a query without a limit grows with every pod and user."""

from __future__ import annotations

from collections.abc import Iterator

import promql_parser as ast

from vitals.model.promql.constants import bare
from vitals.verify.review.check import ReviewCheck
from vitals.verify.review.defect import Found, Gravity
from vitals.verify.review.known import Known
from vitals.verify.review.promql import matchers, name_of, operator, result_labels, selectors
from vitals.verify.review.scope import Scope

_LIMITS = frozenset({"topk", "bottomk", "limitk"})
_MOST = 8
_OVER_TIME = frozenset({"timeseries", "graph", "barchart"})
_UNBOUNDED = frozenset({"instance", "pod", "container", "endpoint", "path", "user", "id", "name", "url", "handler"})
"""Labels with as many values as there are machines, routes or people."""


def _find(scope: Scope) -> Iterator[Found]:
    for dashboard in scope.dashboards:
        for panel in dashboard.panels:
            if panel.type not in _OVER_TIME:
                continue
            for use, target in scope.uses_of_panel(panel):
                if use.node is None or target.content.get("hide") or operator(bare(use.node)) in _LIMITS:
                    continue
                if loose := sorted(_loose(use.node, scope.known) & _UNBOUNDED):
                    yield Found(
                        use.at,
                        f"It draws one line for each {', '.join(loose)}: beyond {_MOST} of them none can be "
                        "distinguished from "
                        "the next, and the browser draws them all.",
                        f"Write topk({_MOST}, ...), or choose one with a variable.",
                    )


def _loose(node: ast.Expr, known: Known | None) -> set[str]:
    """Labels that the result keeps and that no matcher narrows down."""
    labels = result_labels(node)
    pinned = {one.name for selector in selectors(node) for one in matchers(selector)}
    if labels is None:
        of_metrics = [
            known.metrics[name_of(one)].labels for one in selectors(node) if known and name_of(one) in known.metrics
        ]
        if not of_metrics or any(one is None for one in of_metrics):
            return set()
        labels = frozenset(label for one in of_metrics for label in one or ())
    return set(labels) - pinned


MANY_SERIES = ReviewCheck("many-series", "charts that draw a line for each of many", Gravity.NOTE, _find)
