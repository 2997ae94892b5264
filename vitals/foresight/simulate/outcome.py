"""What each policy made of a trace: who waited, what it cost, how often it acted; a mean of several runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from vitals.foresight.simulate import cluster
from vitals.foresight.simulate.cluster import PER_POD, STEPS_PER_MINUTE, Course, PolicyInputs
from vitals.foresight.simulate.demand import REACTIVE_TARGET
from vitals.foresight.simulate.policies import ORACLE, OURS, POLICIES, REACTIVE, Policy, cpu_targets, rps_targets
from vitals.foresight.simulate.queueing import SERVICE_S, SLO_SHARE, WORKERS, shares
from vitals.foresight.simulate.scaler import LEAST_PODS, SYNC_S
from vitals.foresight.simulate.trace import Floats

MOST_PODS = 600.0
"""Replicas that no policy exceeds: twice what the highest minute of a scaled trace needs."""
READY_STEPS = (2, 4)
"""Steps from a pod's start until it is ready, from and to: 30 s to a minute."""
WORST_MIN = 10
_AT_ONCE = 20_000_000
"""Steps times columns that are held in memory at once."""
_SEED = 13


@dataclass(frozen=True)
class PolicyOutcome:
    """One policy on one trace.

    Attributes:
        slow_share: Share of requests that waited for a worker for longer than 300 ms.
        violating_minutes: Minutes whose p95 was above 300 ms.
        pod_hours: Pods that were paid for, in hours.
        scale_actions_per_day: How often their number was changed.
        worst_10min: Highest share of slow requests in any ten minutes.
    """

    slow_share: float
    violating_minutes: float
    pod_hours: float
    scale_actions_per_day: float
    worst_10min: float


@dataclass(frozen=True)
class Column:
    """One policy as it is simulated.

    Attributes:
        policy: Which.
        targets: Utilisation that its triggers aim at, by minute.
        floors: Pods that it asks for beside them, by minute.
    """

    policy: Policy
    targets: Floats
    floors: Floats


def column(name: str, rate: Floats, target: float = REACTIVE_TARGET) -> Column:
    """A policy on a trace of so many requests per second by minute."""
    policy = POLICIES[name]
    if policy.plan:
        planned = policy.plan(rate, target)
        return Column(policy, planned.targets, planned.floors)
    floors = policy.floors(rate, target) if policy.floors and rate.any() else np.zeros_like(rate)
    return Column(policy, np.full_like(rate, target), floors)


def simulate(
    rate: Floats,
    columns: Mapping[str, Column],
    seeds: int,
    *,
    capacity: Floats | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> dict[str, PolicyOutcome]:
    """Let every policy meet the same arrivals and the same luck.

    Args:
        rate: Requests per second by minute.
        columns: By name.
        seeds: Runs whose mean is taken.
        capacity: What a pod can serve by minute, relative to what is supposed; None for just that.
        say: Gets which run begins, as a line for the terminal.
    """
    names = list(columns)
    steps = len(rate) * STEPS_PER_MINUTE
    able = np.repeat(np.ones_like(rate) if capacity is None else capacity, STEPS_PER_MINUTE)
    together = max(1, min(seeds, _AT_ONCE // (steps * len(names))))
    found: dict[str, list[PolicyOutcome]] = {name: [] for name in names}
    for first in range(0, seeds, together):
        chunk = range(first, min(first + together, seeds))
        say(f"runs {chunk.start + 1} to {chunk.stop} of {seeds}, {len(names)} policies, {len(rate):,} minutes")
        course = _run(rate, list(columns.values()), chunk, able)
        for index, (name, _) in enumerate((name, seed) for seed in chunk for name in names):
            found[name].append(_outcome(course, index, able))
    return {name: _mean(several) for name, several in found.items()}


def _run(rate: Floats, columns: Sequence[Column], seeds: range, able: Floats) -> Course:
    expected = np.repeat(rate * SYNC_S, STEPS_PER_MINUTE)
    arrivals, ready = [], []
    for seed in seeds:
        rng = np.random.default_rng([_SEED, seed])
        arrivals.append(rng.poisson(expected).astype(np.float32))
        ready.append(rng.integers(READY_STEPS[0], READY_STEPS[1] + 1, len(expected), dtype=np.int8))
    every = [one for _ in seeds for one in columns]
    floors = np.stack([one.floors for one in every], axis=1)
    fixed = np.array([one.policy.fixed for one in every])
    first = np.ceil(rate[0] / (PER_POD * np.array([one.targets[0] for one in every])))
    return cluster.run(
        np.repeat(np.stack(arrivals, axis=1), len(columns), axis=1),
        PolicyInputs(
            cpu_target=np.stack([cpu_targets(one.policy, one.targets) for one in every], axis=1),
            rps_target=np.stack([rps_targets(one.policy, one.targets) for one in every], axis=1),
            floors=floors,
            fixed=fixed,
        ),
        np.repeat(np.stack(ready, axis=1), len(columns), axis=1),
        able,
        start_pods=np.maximum(np.where(fixed, floors[0], first), LEAST_PODS),
        most=MOST_PODS,
    )


def _outcome(course: Course, index: int, able: Floats) -> PolicyOutcome:
    arrivals = course.arrivals[:, index].astype(np.float64)
    erlangs = arrivals / SYNC_S * SERVICE_S / able
    servers = course.ready[:, index].astype(np.float64) * WORKERS
    waiting, slow = shares(servers, erlangs, course.backlog_s[:, index].astype(np.float64))
    by_minute, slow_by_minute, waited = (
        one.reshape(-1, STEPS_PER_MINUTE).sum(axis=1) for one in (arrivals, arrivals * slow, arrivals * waiting)
    )
    minutes = len(by_minute)
    return PolicyOutcome(
        slow_share=float(waited.sum() / max(arrivals.sum(), 1.0)),
        violating_minutes=float((slow_by_minute > (1 - SLO_SHARE) * np.maximum(by_minute, 1e-9)).sum()),
        pod_hours=float(course.pods[:, index].sum(dtype=np.float64)) * SYNC_S / 3600,
        scale_actions_per_day=float(course.actions[:, index].sum()) / (minutes / 1440),
        worst_10min=_worst(waited, by_minute),
    )


def _worst(waited: Floats, arrived: Floats) -> float:
    sums = [np.concatenate(([0.0], np.cumsum(one))) for one in (waited, arrived)]
    over = min(WORST_MIN, len(waited))
    top, bottom = (one[over:] - one[:-over] for one in sums)
    return float(np.max(top / np.maximum(bottom, 1.0)))


def _mean(several: Sequence[PolicyOutcome]) -> PolicyOutcome:
    return PolicyOutcome(
        *(float(np.mean([getattr(one, name) for one in several])) for name in PolicyOutcome.__dataclass_fields__)
    )


def gap_closed(found: Mapping[str, PolicyOutcome]) -> float | None:
    """Which part of the violating minutes that the oracle avoids ours avoids too; None where it avoids none."""
    reactive, oracle, ours = (found[name].violating_minutes for name in (REACTIVE, ORACLE, OURS))
    gap = reactive - oracle
    return None if gap < 1 else (reactive - ours) / gap
