"""A recorded load test as one side of a comparison: its minutes count from the end of its warm-up.

A run that was bound by its generator or by the machine that it shared is not compared: its minutes are those of what
bound it.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator

from vitals.errors import VitalsError
from vitals.verify.compare.minutes import EndpointMinutes, MinuteCounts, Side
from vitals.verify.load.bound_by import generator_bound, host_bound
from vitals.verify.load.recorded_run import EndpointRecord, LoadRun
from vitals.verify.load.sketch import RELATIVE_ERROR, LatencySketch

_LOG_GROWTH = math.log((1 + RELATIVE_ERROR) / (1 - RELATIVE_ERROR))
_MINUTE_S = 60
_UNSENT = 0.01
"""Share of planned arrivals that were not sent from which the generator, not the service, made the numbers: it is what
a p95 can hide five times over."""


def sides(a: LoadRun, b: LoadRun, names: tuple[str, str]) -> tuple[Side, Side]:
    """Both runs, as far as they can be compared.

    Raises:
        VitalsError: They are one run, of two services, or their latencies count from different moments, so every
            difference would be one of the method.
    """
    if a == b:
        raise VitalsError(f"{names[0]} and {names[1]} are the same run, so nothing was compared. Name two runs.")
    if (one := a.provenance.service) != (other := b.provenance.service):
        raise VitalsError(
            f"{names[0]} is a run of {one} and {names[1]} one of {other}, so every difference would be that of two "
            "services. Nothing was compared. Name two runs of one service."
        )
    if a.latency_from != b.latency_from:
        raise VitalsError(
            f"{names[0]} counts latency from {a.latency_from} and {names[1]} from {b.latency_from}, so a stall weighs "
            "differently in them. Nothing was compared. Run both with the same kind of load."
        )
    remarks = tuple(
        f"{what} differs: {left} in {names[0]}, {right} in {names[1]}" for what, left, right in differing(a, b)
    )
    return _side(a, names[0], remarks), _side(b, names[1], ())


def differing(a: LoadRun, b: LoadRun) -> Iterator[tuple[str, str, str]]:
    """What was not the same in two runs beside what they measured: its name, and what it was in each."""
    for what, left, right in (
        ("profile", a.provenance.profile, b.provenance.profile),
        ("service", a.provenance.service, b.provenance.service),
        ("environment", a.provenance.environment, b.provenance.environment),
        ("machine", a.provenance.machine, b.provenance.machine),
        ("user classes", ", ".join(a.provenance.user_classes), ", ".join(b.provenance.user_classes)),
        ("locustfile", a.provenance.locustfile[:12], b.provenance.locustfile[:12]),
    ):
        if left != right:
            yield what, left, right


def _side(run: LoadRun, name: str, remarks: tuple[str, ...]) -> Side:
    if run.ended != "planned":
        remarks = (*remarks, f"{name} ended before its time ({run.ended})")
    return Side(
        name,
        {one.name: _minutes(one, run.warm_up_s) for one in run.endpoints},
        remarks=remarks,
        unfit=unfit(run, name),
        broke_off=f"{name} broke off: {run.problem or 'it ended before its time'}" if run.ended == "failed" else "",
        finished=run.ended == "planned",
    )


def unfit(run: LoadRun, name: str) -> str:
    """Why a run says nothing of the service; empty if it does."""
    offered = sum(one.offered * run.interval_s for one in run.generator if one.offered is not None)
    unsent = sum(one.unsent for one in run.generator)
    if offered and unsent / offered >= _UNSENT:
        return f"the load generator of {name} could not send {unsent / offered:.0%} of its requests"
    if bound := host_bound(run, run.warm_up_s) or generator_bound(run, run.warm_up_s):
        return f"{name} does not show the service alone: {bound}"
    return ""


def _minutes(endpoint: EndpointRecord, warm_up_s: float) -> EndpointMinutes:
    grouped = defaultdict(list)
    for one in endpoint.intervals:
        if one.at_s >= warm_up_s:
            grouped[int((one.at_s - warm_up_s) // _MINUTE_S)].append(one)
    return {
        minute: MinuteCounts(
            requests=sum(one.count for one in several),
            errors=sum(sum(one.errors.values()) for one in several),
            latencies=_latencies(LatencySketch.sum_of(one.latency for one in several)),
        )
        for minute, several in grouped.items()
    }


def _latencies(sketch: LatencySketch) -> tuple[tuple[float, float, float], ...]:
    return tuple(
        (math.exp(_LOG_GROWTH * (bound - 1)), math.exp(_LOG_GROWTH * bound), float(count))
        for bound, count in sorted(sketch.root.items())
    )
