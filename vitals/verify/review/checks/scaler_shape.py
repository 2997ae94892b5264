"""Whether a query is the whole load or that of one replica decides what its threshold means."""

from __future__ import annotations

from collections.abc import Iterator

from vitals.verify.review.check import ReviewCheck
from vitals.verify.review.defect import Found, Gravity
from vitals.verify.review.scaler_query import is_whole
from vitals.verify.review.scope import Scope


def _find(scope: Scope) -> Iterator[Found]:
    for scaler in scope.scalers:
        for trigger in scaler.triggers:
            unread = trigger.metadata.get("metricType") if scaler.is_keda else None
            if unread and unread != trigger.metric_type and trigger.metric_type:
                yield Found(
                    trigger.at.inside("metadata", "metricType"),
                    f"metricType stands in metadata, where KEDA does not read it, so {trigger.metric_type} holds and "
                    f"not {unread}: the threshold means something else than what is written.",
                    "Move metricType beside type, out of metadata.",
                )
            if trigger.node is None or trigger.type != "prometheus" or trigger.metric_type != "Value":
                continue
            if is_whole(trigger.node):
                yield Found(
                    trigger.at.inside("metricType"),
                    "It compares the whole load with the threshold and multiplies the replicas by the ratio: more "
                    "replicas do not lower the whole, so each round multiplies again, up to maxReplicaCount.",
                    "Write metricType: AverageValue, and as threshold what one replica can bear.",
                )


SCALER_SHAPE = ReviewCheck(
    "scaler-shape", "whole loads that are compared as if they were one replica's", Gravity.ERROR, _find
)
