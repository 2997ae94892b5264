"""Recorded runs for tests: a few intervals of known latencies and errors."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from vitals.rendered import AvailabilityEntry, LatencyEntry, LoadMark, ServiceLoad
from vitals.verify.load.recorded_run import (
    Ending,
    EndpointRecord,
    GeneratorInterval,
    LoadRun,
    ProfileName,
    Provenance,
    ReplicaSample,
    RequestInterval,
)
from vitals.verify.load.sketch import LatencySketch

DASHBOARD = "GET /api/dashboard"
AVAILABILITY = AvailabilityEntry(kind="availability", objective="99.9%")
LATENCY = LatencyEntry(kind="latency", objective="99%", within="250ms")
MARKS = ServiceLoad(
    service="shop",
    normal_users=10,
    peak_users=20,
    stress_from=10,
    marks=tuple(LoadMark(endpoint=one, slo=slo) for one in (None, DASHBOARD) for slo in (AVAILABILITY, LATENCY)),
)


@dataclass(frozen=True)
class GeneratorState:
    """How the generator and its machine were: cores used, share of the machine's cores that were busy, lateness."""

    cpu: float = 0.1
    host_cpu: float = 0.3
    lag_s: float = 0.001


def interval(at_s: float, latencies: Iterable[float], errors: dict[str, int] | None = None) -> RequestInterval:
    """One interval: latencies in seconds of good requests, and failed ones without an answer unless a status."""
    good = list(latencies)
    sketch, failed = LatencySketch(), LatencySketch()
    for one in good:
        sketch.add(one)
    for kind, count in (errors or {}).items():
        for _ in range(count if kind.isdigit() else 0):
            failed.add(0.01)
    count = len(good) + sum((errors or {}).values())
    return RequestInterval(
        at_s=at_s, count=count, errors=errors or {}, latency=sketch, failed_latency=failed, busy_s=sum(good)
    )


def run_of(
    intervals: Sequence[RequestInterval],
    *,
    endpoint: str = DASHBOARD,
    seconds: float | None = None,
    offered: Sequence[float | None] = (),
    unsent: Sequence[int] = (),
    generator: GeneratorState = GeneratorState(),
    replicas: tuple[ReplicaSample, ...] = (),
    ended: Ending = "planned",
    profile: ProfileName = "normal",
) -> LoadRun:
    """A run of one endpoint, one interval a second, without a warm-up."""
    lasts = int(len(intervals) if seconds is None else seconds)
    method, path = endpoint.split(" ", 1)
    return LoadRun(
        provenance=Provenance(
            profile=profile, environment="local", service="shop", host="http://127.0.0.1:8000", versions=(),
            machine="laptop", cores=2, locustfile="0" * 64, user_classes=(), seed=1,
            started_at=datetime(2026, 1, 5, 9, 0, tzinfo=UTC), planned_s=max(lasts, 1), tool="vitals 0.1.0, locust 2",
            commit="0123abc",
        ),
        interval_s=1.0,
        measured_s=float(lasts),
        warm_up_s=0.0,
        ended=ended,
        latency_from="intended start" if offered else "sending",
        endpoints=(EndpointRecord(method=method, path=path, intervals=tuple(intervals)),) if intervals else (),
        generator=tuple(
            GeneratorInterval(
                at_s=float(second), offered=offered[second] if offered else None, users=10, in_flight=0,
                unsent=unsent[second] if unsent else 0, lag_s=generator.lag_s, cpu=generator.cpu,
                host_cpu=generator.host_cpu,
            )
            for second in range(lasts)
        ),
        replicas=replicas,
    )  # fmt: skip
