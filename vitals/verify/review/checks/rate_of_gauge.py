"""rate() takes each fall of a gauge for a restart and adds it up: the result is a number that means nothing."""

from __future__ import annotations

from collections.abc import Iterator

from vitals.model.promql import SeriesType
from vitals.verify.review.check import ReviewCheck
from vitals.verify.review.defect import Found, Gravity
from vitals.verify.review.promql import RATES, name_of, windows
from vitals.verify.review.scope import Scope


def _find(scope: Scope) -> Iterator[Found]:
    known = scope.known
    if known is None:
        return
    for use in scope.uses:
        for function, selector, _ in windows(use.node) if use.node is not None else ():
            name = name_of(selector)
            metric = known.metrics.get(name)
            if function in RATES and metric is not None and metric.type is SeriesType.GAUGE and ":" not in name:
                yield Found(
                    use.at,
                    f"{name} is a gauge: {function}() takes each of its falls for a restart and counts it as a rise.",
                    f"Use deriv({name}[...]) or delta({name}[...]).",
                )


RATE_OF_GAUGE = ReviewCheck("rate-of-gauge", "rates of metrics that are gauges", Gravity.ERROR, _find)
