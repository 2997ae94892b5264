"""An empty answer counts as zero unless a scaler says otherwise: when the metric vanishes, so do the replicas."""

from __future__ import annotations

from collections.abc import Iterator

from vitals.verify.review.check import ReviewCheck
from vitals.verify.review.defect import Found, Gravity
from vitals.verify.review.scope import Scope


def _find(scope: Scope) -> Iterator[Found]:
    for scaler in scope.scalers:
        for trigger in scaler.triggers:
            if trigger.type == "prometheus" and scaler.is_keda and trigger.ignores_nulls:
                least = "its minimum" if scaler.least is None else scaler.least
                yield Found(
                    trigger.at.inside("metadata"),
                    "ignoreNullValues is true, its default: when a renamed metric, a failed scrape or a new "
                    "label makes "
                    f"the answer empty, that counts as no load and scales to {least} in the middle of a peak.",
                    "Write ignoreNullValues: 'false', and a fallback; let the query return 0 while the service idles.",
                )


SCALER_NULLS = ReviewCheck("scaler-nulls", "scalers that take a missing metric for no load", Gravity.WARNING, _find)
