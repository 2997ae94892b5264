"""The course of a run as rows of a picture: a few dozen points, each the sum over its stretch of time."""

from __future__ import annotations

import math
from collections.abc import Iterator

from vitals.local.draw.frame import Row
from vitals.verify.load.knee import GENERATOR, HOST
from vitals.verify.load.recorded_run import LoadRun
from vitals.verify.load.totals import totals

_POINTS = 60
"""Points of a line: more of them on 640 pixels are noise."""
_LEAST_S = 2.0
"""The shortest stretch: the 99th percentile of fewer requests is their maximum."""


def stretches(run: LoadRun) -> Iterator[tuple[float, float]]:
    """Cut a run into stretches of whole intervals, by begin and end in seconds."""
    wanted = max(_LEAST_S, run.measured_s / _POINTS)
    length = math.ceil(wanted / run.interval_s) * run.interval_s
    begin = 0.0
    while begin < run.measured_s:
        yield begin, min(begin + length, run.measured_s)
        begin += length


def throughput(run: LoadRun) -> list[Row]:
    """Requests per second that were answered, and arrivals per second that were planned."""
    rows = []
    for begin, end in stretches(run):
        rows.append(_row(begin, end, "answered", totals(run, since_s=begin, until_s=end).throughput))
        planned = [one.offered for one in run.generator if begin <= one.at_s < end and one.offered is not None]
        if planned:
            rows.append(_row(begin, end, "planned arrivals", sum(planned) / len(planned)))
            unsent = sum(one.unsent for one in run.generator if begin <= one.at_s < end)
            rows.append(_row(begin, end, "arrivals not sent", unsent / (end - begin)))
    return rows


def quantiles(run: LoadRun) -> list[Row]:
    """Latency in seconds of the requests that did not fail."""
    rows = []
    for begin, end in stretches(run):
        found = totals(run, since_s=begin, until_s=end).good
        for name, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99)):
            value = found.quantile(share)
            if value is not None:
                rows.append(_row(begin, end, name, value))
    return rows


def errors(run: LoadRun) -> list[Row]:
    """Share of requests that failed, by what failed."""
    kinds = sorted({kind for record in run.endpoints for one in record.intervals for kind in one.errors})
    rows = []
    for begin, end in stretches(run):
        found = totals(run, since_s=begin, until_s=end)
        share = 1 / found.count if found.count else 0.0
        rows += [_row(begin, end, kind, found.errors.get(kind, 0) * share) for kind in kinds or ["none"]]
    return rows


def replicas(run: LoadRun) -> list[Row]:
    """Replicas of each service that answered for their metrics."""
    services = sorted({one.service for one in run.replicas})
    rows = []
    for begin, end in stretches(run):
        for service in services:
            seen = {one.replica for one in run.replicas if one.service == service and begin <= one.at_s < end}
            if seen:
                rows.append(_row(begin, end, service, len(seen)))
    return rows


def saturation(run: LoadRun) -> list[Row]:
    """How full everything was that can be full; of several replicas the fullest."""
    rows = []
    for begin, end in stretches(run):
        intervals = [one for one in run.generator if begin <= one.at_s < end]
        if intervals:
            rows.append(_row(begin, end, GENERATOR, sum(one.cpu for one in intervals) / len(intervals)))
            rows.append(_row(begin, end, HOST, sum(one.host_cpu for one in intervals) / len(intervals)))
        fullest: dict[str, float] = {}
        for sample in run.replicas:
            if begin <= sample.at_s < end:
                for what, share in sample.saturation.items():
                    name = f"{what} of {sample.service}"
                    fullest[name] = max(fullest.get(name, 0.0), share)
        rows += [_row(begin, end, name, share) for name, share in sorted(fullest.items())]
    return rows


def _row(begin: float, end: float, series: str, value: float) -> Row:
    return {"x": round((begin + end) / 2, 3), "y": round(value, 6), "series": series}
