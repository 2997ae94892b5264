"""Whether a query is the whole load or that of one replica decides what its threshold means."""

from __future__ import annotations

from collections.abc import Iterator

import promql_parser as ast

from vitals.verify.review.check import ReviewCheck
from vitals.verify.review.defect import Found, Gravity
from vitals.verify.review.promql import name_of, selectors, without_substitute
from vitals.verify.review.scope import Scope

_WHOLE = frozenset({"sum", "count"})


def _find(scope: Scope) -> Iterator[Found]:
    for scaler in scope.scalers:
        for trigger in scaler.triggers:
            if trigger.node is None or trigger.type != "prometheus" or trigger.metric_type != "Value":
                continue
            node = without_substitute(trigger.node)
            if isinstance(node, ast.AggregateExpr) and str(node.op) in _WHOLE and not _is_share(node):
                yield Found(
                    trigger.at.inside("metricType"),
                    "It compares the whole load with the threshold and multiplies the replicas by the ratio: more "
                    "replicas do not lower the whole, so each round multiplies again, up to maxReplicaCount.",
                    "Write metricType: AverageValue, and as threshold what one replica can bear.",
                )


def _is_share(node: ast.Expr) -> bool:
    """Whether the name of what it asks first says that it is a share or a mean and not a whole."""
    first = next((name_of(one) for one in selectors(node)), "")
    return any(word in first for word in ("ratio", "utilization", "percent", "avg"))


SCALER_SHAPE = ReviewCheck(
    "scaler-shape", "whole loads that are compared as if they were one replica's", Gravity.ERROR, _find
)
