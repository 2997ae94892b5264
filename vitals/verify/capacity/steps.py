"""The steps of stress tests as numbers for one replica, and others of their kind drawn from their seconds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from vitals.errors import VitalsError
from vitals.rendered import LatencyEntry, ServiceLoad
from vitals.verify.capacity.scalability import Floats
from vitals.verify.load.bound_by import generator_bound, host_bound
from vitals.verify.load.knee import StepResult, steps_of
from vitals.verify.load.recorded_run import LoadRun, RequestInterval
from vitals.verify.load.sketch import LatencySketch, value_of

_BLOCK_S = 3.0
"""Seconds that stay together when a step is drawn anew: a queue outlives a second, so neighbours are alike."""


@dataclass(frozen=True, eq=False)
class CapacityStep:
    """One step of a stress test, for one replica.

    Attributes:
        rate: Arrivals per second that were planned.
        kept: Whether it kept every objective.
        machine_full: Whether the machine that generator and service share was full, so that it may have been the limit.
        interval_s: Length of an interval.
        good: Requests that did not fail, by interval.
        busy_s: Seconds for which requests were in flight, by interval.
        counts: Latencies, by interval and bound.
        bounds: The latency in seconds of each bound, rising.
    """

    rate: float
    kept: bool
    interval_s: float
    good: Floats
    busy_s: Floats
    counts: Floats
    bounds: Floats
    machine_full: bool = False

    @property
    def throughput(self) -> float:
        """Requests per second that did not fail."""
        return float(self.good.mean() / self.interval_s)

    @property
    def concurrency(self) -> float:
        """Requests in flight."""
        return float(self.busy_s.mean() / self.interval_s)

    @property
    def count(self) -> float:
        """Requests that did not fail."""
        return float(self.good.sum())

    def quantile(self, share: float) -> float | None:
        """The latency in seconds that this share did not exceed; None without one."""
        upto = self.counts.sum(axis=0).cumsum()
        if not len(upto) or not upto[-1]:
            return None
        return float(self.bounds[np.searchsorted(upto, share * upto[-1])])

    def drawn(self, rng: np.random.Generator) -> CapacityStep:
        """Another step of its kind: blocks of its intervals, drawn with replacement."""
        count = len(self.good)
        block = min(count, max(1, round(_BLOCK_S / self.interval_s)))
        starts = rng.integers(0, count, size=-(-count // block))
        chosen = ((starts[:, None] + np.arange(block)).ravel() % count)[:count]
        return replace(self, good=self.good[chosen], busy_s=self.busy_s[chosen], counts=self.counts[chosen])


def usable_steps(runs: Sequence[LoadRun], load: ServiceLoad, replicas: int | None) -> list[CapacityStep]:
    """The steps from which a law can be fitted, by rate; those that the generator bound are left out.

    Args:
        runs: Stress tests of one service.
        load: Its marks.
        replicas: How many replicas served; None for as many as answered for their metrics.

    Raises:
        VitalsError: It is not known how many replicas served, or nothing was answered.
    """
    found = []
    steps = [(run, step) for run in runs for step in steps_of(run, load)]
    if steps and not any(step.found.throughput for _, step in steps):
        errors = sorted({error for _, step in steps for error in step.found.errors})
        raise VitalsError(
            f"No request was answered without an error ({', '.join(errors) or 'none was sent'}), so there is no "
            "throughput to fit. Nothing was written. Mend the service, and run `vitals load stress` again."
        )
    for run, step in steps:
        served = replicas or step.replicas or _last_seen(run, load.service, step.until_s)
        if not served:
            raise VitalsError(
                f"The run against {run.provenance.host} read no metrics of replicas, so the capacity of one is not "
                "known. Say how many served with --replicas N, or run it again with --metrics URL."
            )
        if generator_bound(run, step.since_s, step.until_s) is None and step.found.throughput > 0:
            found.append(_step(run, step, served))
    return sorted(found, key=lambda one: one.rate)


def _last_seen(run: LoadRun, service: str, until_s: float) -> int:
    """Replicas at the last look before a moment: a step that the end of its run cut short may lie between two looks."""
    looks = [(one.at_s, one.replica) for one in run.replicas if one.service == service and one.at_s < until_s]
    last = max((at for at, _ in looks), default=0.0)
    return sum(at == last for at, _ in looks)


def _step(run: LoadRun, step: StepResult, replicas: int) -> CapacityStep:
    places = {
        one.at_s: place
        for place, one in enumerate(one for one in run.generator if step.since_s <= one.at_s < step.until_s)
    }
    inside = [one for record in run.endpoints for one in record.intervals if one.at_s in places]
    numbers = sorted({number for one in inside for sketch in _sketches(one) for number in sketch.root})
    columns = {number: column for column, number in enumerate(numbers)}
    good, busy_s, counts = np.zeros(len(places)), np.zeros(len(places)), np.zeros((len(places), len(numbers)))
    for one in inside:
        place = places[one.at_s]
        good[place] += (one.count - sum(one.errors.values())) / replicas
        busy_s[place] += one.busy_s / replicas
        for sketch in _sketches(one):
            for number, count in sketch.root.items():
                counts[place, columns[number]] += count
    return CapacityStep(
        rate=step.rate,
        kept=not step.missed,
        interval_s=run.interval_s,
        good=good,
        busy_s=busy_s,
        counts=counts,
        bounds=np.array([value_of(number) for number in numbers]),
        machine_full=host_bound(run, step.since_s, step.until_s) is not None,
    )


def _sketches(interval: RequestInterval) -> tuple[LatencySketch, LatencySketch]:
    return interval.latency, interval.failed_latency


def latency_objective(load: ServiceLoad) -> LatencyEntry:
    """The latency objective of a service.

    Raises:
        VitalsError: It has none, so there is no load that is too much.
    """
    for mark in load.marks:
        if mark.endpoint is None and isinstance(mark.slo, LatencyEntry):
            return mark.slo
    raise VitalsError(
        f"{load.service} has no latency objective, so no load is too much for it. Add Latency(...) to its slos and run "
        "`vitals render`."
    )
