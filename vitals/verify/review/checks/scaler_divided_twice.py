"""AverageValue divides by the number of replicas by itself: a query that divides as well is divided twice."""

from __future__ import annotations

from collections.abc import Iterator

from vitals.verify.review.check import ReviewCheck
from vitals.verify.review.defect import Found, Gravity
from vitals.verify.review.scaler_query import per_replica
from vitals.verify.review.scope import Scope


def _find(scope: Scope) -> Iterator[Found]:
    for scaler in scope.scalers:
        for trigger in scaler.triggers:
            if trigger.node is None or trigger.type != "prometheus" or trigger.metric_type != "AverageValue":
                continue
            if how := per_replica(trigger.node):
                yield Found(
                    trigger.at.inside("metadata", "query"),
                    f"It {how}, and AverageValue divides once more: at ten replicas it sees a tenth of the "
                    "load of each, "
                    "so it hardly scales up and then scales down again.",
                    "Ask for the whole load with sum(), or write metricType: Value.",
                )


SCALER_DIVIDED_TWICE = ReviewCheck(
    "scaler-divided-twice", "loads per replica that are divided by the replicas again", Gravity.ERROR, _find
)
