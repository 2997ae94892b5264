"""What came of a drill: the numbers, what was computed beside what was measured, and the verdict."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from itertools import pairwise

from pydantic import BaseModel, ConfigDict, Field

from vitals.verify.scaling_loop.processor import full_above, host_bound_above

FIRST_SCALE_UP_WITHIN_S = 60.0
"""The promise: where there was load before, a step of it is answered with another replica in a minute."""


class LoopVerdict(StrEnum):
    """What a drill says."""

    AS_EXPECTED = "as expected"
    FAILED = "failed"
    HOST_BOUND = "host-bound"


class Second(BaseModel):
    """One look at the loop.

    Attributes:
        t: Seconds since the step of load; negative before it.
        asked: Replicas that the Deployment asks for.
        ready: Replicas that get requests.
        users: Simulated users.
        failed: Requests that have failed so far.
        problem: What was wrong with the latest of them.
        p95_s: 95th percentile of the latest ten seconds, as users see it.
        drill_cpu: Per cent of one core that the drill uses.
        machine_cpu: Per cent of one core that is used on the machine.
    """

    model_config = ConfigDict(frozen=True)

    t: float
    asked: int
    ready: int
    users: int
    failed: int
    problem: str
    p95_s: float | None
    drill_cpu: float
    machine_cpu: float


class FaultOutcome(BaseModel):
    """What came of one fault.

    Attributes:
        name: Its name.
        begun: Seconds since the step of load.
        ended: When it was over.
        asked_for: Replicas that the load asked for before the first fault; it stays the same.
        fewest: The fewest replicas that the Deployment asked for meanwhile.
        failed_requests: Requests that failed meanwhile.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    begun: float
    ended: float
    asked_for: int
    fewest: int
    failed_requests: int

    @property
    def held(self) -> bool:
        """Whether the replicas never fell below what was asked for."""
        return self.fewest >= self.asked_for


class LoopOutcome(BaseModel):
    """A drill; seconds unless said otherwise, from the step of load where nothing else is named.

    Attributes:
        environment: Whose scaler was drilled.
        service: What was scaled.
        up_only: Whether it ended with the first replica that was added; neither latency nor the way down was awaited.
        lowest: Its fewest replicas.
        slo_s: The latency objective that the 95th percentile is held against.
        first_scale_up_s: When the Deployment asked for more replicas; None if it never did.
        first_scale_up_computed_s: When it must have, by the rendered files.
        slo_recovered_s: When the 95th percentile was back under the objective for good; None if it never was.
        max_replicas: The most replicas that were asked for.
        back_to_min_s: From the end of the load to the fewest replicas; None where that was not awaited, or in vain.
        back_to_min_computed_s: When that must be, by the rendered files; None where it was not awaited.
        failed_requests: Requests that failed, those during a fault excluded.
        problem: What was wrong with the latest of them.
        drill_cpu: Per cent of one core that the drill used while the load rose, on average.
        machine_cpu: The same for the whole machine.
        replicas: ``[t, replicas asked for]``.
        ready: ``[t, replicas that get requests]``.
        load: ``[t, users]``.
        p95: ``[t, seconds]``.
        faults: The faults.
    """

    model_config = ConfigDict(frozen=True)

    environment: str
    service: str
    up_only: bool = False
    lowest: int
    slo_s: float
    first_scale_up_s: float | None
    first_scale_up_computed_s: float
    slo_recovered_s: float | None
    max_replicas: int
    back_to_min_s: float | None = None
    back_to_min_computed_s: float | None = None
    failed_requests: int
    problem: str = ""
    drill_cpu: float
    machine_cpu: float
    replicas: Sequence[tuple[float, int]]
    ready: Sequence[tuple[float, int]]
    load: Sequence[tuple[float, int]]
    p95: Sequence[tuple[float, float]]
    faults: Sequence[FaultOutcome] = Field(default_factory=tuple)

    @property
    def host_bound(self) -> bool:
        """Whether the machine was too small, or too busy, for the latencies to say anything."""
        return self.drill_cpu > host_bound_above() or self.machine_cpu > full_above()

    @property
    def slow_s(self) -> float:
        """Seconds after the step in which the 95th percentile was above the objective."""
        after = [(t, p95) for t, p95 in self.p95 if t >= 0]
        return sum(then - t for (t, p95), (then, _) in pairwise(after) if p95 > self.slo_s)

    def replica_s(self, since: float) -> float:
        """Seconds of replicas that were asked for, each counted, from a moment on."""
        asked = [(t, replicas) for t, replicas in self.replicas if t >= since]
        return sum((then - t) * replicas for (t, replicas), (then, _) in pairwise(asked))

    def problems(self) -> list[str]:
        """What was not as it must be."""
        found = []
        if self.first_scale_up_s is None:
            found.append("no replica was added")
        elif self.first_scale_up_s > max(FIRST_SCALE_UP_WITHIN_S, self.first_scale_up_computed_s):
            found.append(f"the first replica was asked for after {self.first_scale_up_s:.0f} s")
        if self.slo_recovered_s is None and not self.up_only:
            found.append(f"the 95th percentile did not come back under {self.slo_s:g} s")
        if self.back_to_min_s is None and not self.up_only:
            found.append(f"the replicas did not return to {self.lowest}")
        if self.failed_requests:
            found.append(f"{self.failed_requests} requests failed: {self.problem}")
        found += [
            f"{fault.name}: replicas fell to {fault.fewest}, and {fault.asked_for} were asked for"
            for fault in self.faults
            if not fault.held
        ]
        return found

    def verdict(self) -> LoopVerdict:
        """What the drill says; a host-bound one says nothing else."""
        if self.host_bound:
            return LoopVerdict.HOST_BOUND
        return LoopVerdict.FAILED if self.problems() else LoopVerdict.AS_EXPECTED
