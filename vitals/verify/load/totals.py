"""Sums over a part of a run: what a mark, a step or a picture asks of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from vitals.rendered import AvailabilityEntry, LatencyEntry
from vitals.verify.load.recorded_run import LoadRun, RequestInterval
from vitals.verify.load.sketch import LatencySketch

SERVER_ERROR = "5"
"""How the statuses begin that count as a failure of the service; 4xx are its users' mistakes, as in the objective."""


@dataclass(frozen=True)
class Totals:
    """Requests of some endpoints over some time.

    Attributes:
        count: Requests, failed ones included.
        errors: Failed requests by what failed.
        good: Latencies of the requests that did not fail.
        answered: Latencies of all requests that were answered.
        busy_s: Seconds for which the requests were in flight, all together.
        lasts_s: Seconds that the sums are over.
    """

    count: int
    errors: dict[str, int]
    good: LatencySketch
    answered: LatencySketch
    busy_s: float
    lasts_s: float

    @property
    def failed(self) -> int:
        """Requests that failed, whatever the reason."""
        return sum(self.errors.values())

    @property
    def refused(self) -> int:
        """Requests that were answered with a status that is their user's mistake, which breaks no objective."""
        return sum(
            count for error, count in self.errors.items() if error.isdigit() and not error.startswith(SERVER_ERROR)
        )

    @property
    def throughput(self) -> float:
        """Answered requests per second that did not fail; 0 where no time has passed."""
        return (self.count - self.failed) / self.lasts_s if self.lasts_s > 0 else 0.0

    @property
    def concurrency(self) -> float:
        """Requests in flight on average (Little's law); 0 where no time has passed."""
        return self.busy_s / self.lasts_s if self.lasts_s > 0 else 0.0

    def bad(self, slo: AvailabilityEntry | LatencyEntry) -> int:
        """Requests that break an objective, counted as its burn-rate alerts count them.

        A request without an answer breaks both: its user has waited for nothing.
        """
        if isinstance(slo, LatencyEntry):
            return self.count - self.answered.count + self.answered.above(slo.bound_s)
        return self.failed - self.refused


def totals(run: LoadRun, *, endpoint: str | None = None, since_s: float = 0.0, until_s: float | None = None) -> Totals:
    """Add up a part of a run.

    Args:
        run: The run.
        endpoint: ``GET /route``; None for all.
        since_s: First second that counts.
        until_s: First second that does not count any more; None for the end of the run.
    """
    end = run.measured_s if until_s is None else min(until_s, run.measured_s)
    chosen = [
        interval
        for record in run.endpoints
        if endpoint in (None, record.name)
        for interval in record.intervals
        if since_s <= interval.at_s < end
    ]
    return _sum(chosen, max(0.0, end - since_s))


def _sum(intervals: Iterable[RequestInterval], lasts_s: float) -> Totals:
    found = list(intervals)
    errors: dict[str, int] = {}
    for one in found:
        for error, count in one.errors.items():
            errors[error] = errors.get(error, 0) + count
    good = LatencySketch.sum_of(one.latency for one in found)
    return Totals(
        count=sum(one.count for one in found),
        errors=dict(sorted(errors.items())),
        good=good,
        answered=LatencySketch.sum_of([good, *(one.failed_latency for one in found)]),
        busy_s=sum(one.busy_s for one in found),
        lasts_s=lasts_s,
    )
