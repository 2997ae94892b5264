"""AverageValue divides by the number of replicas by itself: a query that divides as well is divided twice."""

from __future__ import annotations

import re
from collections.abc import Iterator

import promql_parser as ast

from vitals.verify.review.check import ReviewCheck
from vitals.verify.review.defect import Found, Gravity
from vitals.verify.review.promql import every_selector_name, names_a_share, without_substitute
from vitals.verify.review.scope import Scope

_COUNTS = re.compile(
    r"^up$|kube_(?:deployment|statefulset)_\w*replicas|kube_pod_\w*(?:ready|info|phase)|kube_hpa_|:up:"
)
"""Metrics that count replicas."""
_PICKS = frozenset({"max", "min", "quantile"})
"""Aggregations that are as large as one of the values; a sum of shares grows with the replicas and may be divided."""


def _find(scope: Scope) -> Iterator[Found]:
    for scaler in scope.scalers:
        for trigger in scaler.triggers:
            if trigger.node is None or trigger.type != "prometheus" or trigger.metric_type != "AverageValue":
                continue
            node = without_substitute(trigger.node)
            if how := _per_replica(node):
                yield Found(
                    trigger.at.inside("metadata", "query"),
                    f"It {how}, and AverageValue divides once more: at ten replicas it sees a tenth of the "
                    "load of each, "
                    "so it hardly scales up and then scales down again.",
                    "Ask for the whole load with sum(), or write metricType: Value.",
                )


def _per_replica(node: ast.Expr) -> str:
    """How a query says what one replica bears; empty where it may be the whole load."""
    if isinstance(node, ast.BinaryExpr) and str(node.op) == "/" and _counts_replicas(node.rhs):
        return "divides by the number of replicas"
    if isinstance(node, ast.AggregateExpr) and str(node.op) == "avg":
        return "is the mean of the replicas"
    if isinstance(node, ast.AggregateExpr) and str(node.op) in _PICKS and names_a_share(node):
        return "is the share at which one replica stands"
    return ""


def _counts_replicas(node: ast.Expr) -> bool:
    return any(_COUNTS.search(name) for name in every_selector_name(node))


SCALER_DIVIDED_TWICE = ReviewCheck(
    "scaler-divided-twice", "loads per replica that are divided by the replicas again", Gravity.ERROR, _find
)
