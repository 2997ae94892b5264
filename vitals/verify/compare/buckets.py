"""What the buckets of a histogram hide: a change of the quantile inside one of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from vitals.verify.compare.minutes import QUANTILE, MinuteCounts, Side

WIDE = 1.1
"""Upper over lower bound of a bucket from which it can hide the change that matters by default (10 %)."""


def hidden_changes(a: Side, b: Side) -> Iterator[str]:
    """A remark on each endpoint whose quantile lies in the same wide bucket on both sides.

    The quantile is placed inside its bucket by the counts, whatever the latencies in it are.
    """
    for endpoint in sorted(a.endpoints.keys() & b.endpoints.keys()):
        left, right = (_bucket_of_quantile(side.endpoints[endpoint].values()) for side in (a, b))
        if left is not None and left == right and left[1] > left[0] * WIDE:
            yield (
                f"the p95 of {endpoint} lies between {left[0] * 1000:g} and {left[1] * 1000:g} ms on both sides, which "
                "is one bucket of its histogram: a change inside it may not show, whatever the verdict"
            )


def _bucket_of_quantile(minutes: Iterable[MinuteCounts]) -> tuple[float, float] | None:
    counts: dict[tuple[float, float], float] = defaultdict(float)
    for one in minutes:
        for low, high, count in one.latencies:
            counts[low, high] += count
    below, total = 0.0, sum(counts.values())
    for bounds, count in sorted(counts.items()):
        below += count
        if count > 0 and below >= QUANTILE * total:
            return bounds
    return None
