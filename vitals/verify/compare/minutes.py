"""The minutes of two sides, endpoint by endpoint: what every source is brought to before it is judged."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from vitals.verify.compare.whitening import Floats

QUANTILE = 0.95
"""The quantile whose change counts: the one that the objectives of latency and the load tests' marks speak of."""
SLOWEST_NEEDED = 5
"""Requests beyond the quantile that a minute needs: with fewer its estimate is one request's own latency."""
REQUESTS_NEEDED = round(SLOWEST_NEEDED / (1 - QUANTILE))
SHARE_NEEDS = 20
"""Requests that a share of errors needs: with them one failed request moves a minute by at most five points."""


@dataclass(frozen=True)
class MinuteCounts:
    """One endpoint in one minute of one side.

    Attributes:
        requests: All of them, failed ones included.
        errors: Failed ones.
        latencies: Requests by latency, as (lower bound, upper bound, count) in seconds, ascending.
    """

    requests: float
    errors: float
    latencies: tuple[tuple[float, float, float], ...]


EndpointMinutes = Mapping[int, MinuteCounts]
"""An endpoint's minutes by their number from the start; minutes without a request may be left out."""


@dataclass(frozen=True)
class Side:
    """One of the two that are compared.

    Attributes:
        name: As the user called it.
        endpoints: Minutes by endpoint.
        remarks: What a reader must know about where the numbers come from.
        unfit: Why no verdict may rest on it; empty if one may.
        broke_off: How it stopped before its time, so that what it served before says too little; empty if it did not.
        finished: Whether it ended when its plan said so, whatever its numbers were, so that it is looked at once.
    """

    name: str
    endpoints: Mapping[str, EndpointMinutes]
    remarks: tuple[str, ...] = ()
    unfit: str = ""
    broke_off: str = ""
    finished: bool = False

    @property
    def requests(self) -> float:
        """All requests of all endpoints."""
        return sum(one.requests for minutes in self.endpoints.values() for one in minutes.values())


@dataclass(frozen=True)
class PairedLatencies:
    """The change of an endpoint's quantile, by groups of minutes that hold enough answers on both sides.

    Attributes:
        ends: Number of the last minute of each group, from 1 on.
        log_ratios: Natural logarithm of B's quantile over A's.
    """

    ends: Floats
    log_ratios: Floats


@dataclass(frozen=True)
class PairedErrors:
    """Requests and errors of an endpoint, by groups of minutes that hold enough requests on both sides.

    Attributes:
        ends: Number of the last minute of each group, from 1 on.
        requests_a: Requests of A in each.
        errors_a: Failed ones.
        requests_b: Requests of B.
        errors_b: Failed ones.
    """

    ends: Floats
    requests_a: Floats
    errors_a: Floats
    requests_b: Floats
    errors_b: Floats

    @property
    def differences(self) -> Floats:
        """B's share of failed requests minus A's, by group."""
        return self.errors_b / self.requests_b - self.errors_a / self.requests_a


@dataclass
class _Group:
    requests: float = 0.0
    errors: float = 0.0
    latencies: dict[tuple[float, float], float] = field(default_factory=dict)

    def add(self, one: MinuteCounts) -> None:
        self.requests += one.requests
        self.errors += one.errors
        for low, high, count in one.latencies:
            self.latencies[low, high] = self.latencies.get((low, high), 0.0) + count

    @property
    def answered(self) -> float:
        return sum(self.latencies.values())


def paired_latencies(a: EndpointMinutes, b: EndpointMinutes) -> PairedLatencies:
    """Compare the quantile of the answers of both sides at the same time."""
    ends, ratios = [], []
    for end, left, right in _groups(a, b, lambda group: group.answered >= REQUESTS_NEEDED):
        ends.append(end)
        ratios.append(math.log(quantile(right.latencies) / quantile(left.latencies)))
    return PairedLatencies(np.array(ends, dtype=np.float64), np.array(ratios, dtype=np.float64))


def pooled_latencies(endpoints: Sequence[tuple[EndpointMinutes, EndpointMinutes]]) -> PairedLatencies:
    """The change of the quantile over several endpoints: of each by itself, then their mean by traffic.

    The weights are the traffic of both sides together, so that a mix of endpoints that differs between the sides is no
    change; and the mean varies less than any of them, which finds what makes all of them a little slower.
    """
    ends, ratios = [], []
    groups = [(_Group(), _Group()) for _ in endpoints]
    for minute in sorted({minute for a, b in endpoints for minute in a.keys() & b.keys()}):
        for (a, b), (left, right) in zip(endpoints, groups, strict=True):
            if _both_served(a, b, minute):
                left.add(a[minute])
                right.add(b[minute])
        if min(side.answered for pair in groups for side in pair) >= REQUESTS_NEEDED:
            weights = [left.answered + right.answered for left, right in groups]
            changes = [math.log(quantile(right.latencies) / quantile(left.latencies)) for left, right in groups]
            ends.append(minute + 1)
            ratios.append(float(np.average(changes, weights=weights)))
            groups = [(_Group(), _Group()) for _ in endpoints]
    return PairedLatencies(np.array(ends, dtype=np.float64), np.array(ratios, dtype=np.float64))


def paired_errors(a: EndpointMinutes, b: EndpointMinutes) -> PairedErrors:
    """Put requests and errors of both sides at the same time beside each other."""
    rows = [
        (end, left.requests, left.errors, right.requests, right.errors)
        for end, left, right in _groups(a, b, lambda group: group.requests >= SHARE_NEEDS)
    ]
    return PairedErrors(*np.array(rows, dtype=np.float64).reshape(-1, 5).T)


def _groups(
    a: EndpointMinutes, b: EndpointMinutes, enough: Callable[[_Group], bool]
) -> Iterator[tuple[int, _Group, _Group]]:
    """Join neighbouring minutes until both sides have enough; what remains is left for the next look.

    A minute in which only one side answered says nothing about the other and is left out.
    """
    left, right = _Group(), _Group()
    for minute in sorted(a.keys() & b.keys()):
        if not _both_served(a, b, minute):
            continue
        left.add(a[minute])
        right.add(b[minute])
        if enough(left) and enough(right):
            yield minute + 1, left, right
            left, right = _Group(), _Group()


def _both_served(a: EndpointMinutes, b: EndpointMinutes, minute: int) -> bool:
    return minute in a and minute in b and a[minute].requests > 0 and b[minute].requests > 0


def quantile(latencies: Mapping[tuple[float, float], float], share: float = QUANTILE) -> float:
    """The latency at a share, in seconds, from counts between bounds.

    The rank is ``share * (count + 1)``, whose expectation is the same for few requests and many; a canary has few
    beside a version that has many, and the rank ``share * count`` would call it faster for that alone.
    """
    ordered: Sequence[tuple[tuple[float, float], float]] = sorted(latencies.items())
    rank = share * (sum(latencies.values()) + 1)
    below = 0.0
    for (low, high), count in ordered:
        if count > 0 and below + count >= rank:
            if not math.isfinite(high):
                return low
            return low + (high - low) * (rank - below) / count
        below += count
    low, high = ordered[-1][0]
    return high if math.isfinite(high) else low
