"""Endpoints and database queries that are slow since this week: fast enough last week, or not seen then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from vitals.model.conventions import SERVICE
from vitals.rendered import LatencyEntry, RecordEntry, RenderedModel
from vitals.verify.weekly.week import WeekServer, records_of, shown_labels

SLOW_QUERY_S = 0.1
"""A query of so many seconds is slow: a request that waits for a few of them is no longer felt as immediate, which
ends at 0.1 s (Nielsen, Response Times: The 3 Important Limits)."""


@dataclass(frozen=True, slots=True)
class NewSlow:
    """One that is slow since this week.

    Attributes:
        service: Whose.
        kind: ``endpoint`` or ``query``.
        name: Which.
        seconds: Its p95 (endpoint) or its mean (query), on average over the week.
        before_s: The same of the week before; None where it was not seen.
        bound_s: What it exceeds: the latency objective, or the seconds of a slow query.
    """

    service: str
    kind: Literal["endpoint", "query"]
    name: str
    seconds: float
    before_s: float | None
    bound_s: float


async def newly_slow(asked: WeekServer, model: RenderedModel) -> tuple[NewSlow, ...]:
    """Every endpoint and query that is slow since this week, the slowest for its bound first.

    Raises:
        VitalsError: Prometheus does not answer, or refuses a query.
    """
    found: list[NewSlow] = []
    for service in model.services:
        bounds = [slo.bound_s for slo in service.slos if isinstance(slo, LatencyEntry)]
        if bounds:
            for record in records_of(model, service.name, "api.latency.p95_endpoint"):
                found += await _beyond(asked, record, "endpoint", min(bounds))
        for record in records_of(model, service.name, "database.time.slowest"):
            found += await _beyond(asked, record, "query", SLOW_QUERY_S)
    return tuple(sorted(found, key=lambda one: (-one.seconds / one.bound_s, one.service, one.name)))


async def _beyond(
    asked: WeekServer, record: RecordEntry, kind: Literal["endpoint", "query"], bound_s: float
) -> list[NewSlow]:
    now, before = await asked.both(f"avg_over_time({record.selector}[{asked.week.window}])")
    found = []
    for labels, seconds in now.items():
        earlier = before.get(labels)
        if seconds > bound_s and (earlier is None or earlier <= bound_s):
            found.append(NewSlow(record.labels[SERVICE], kind, shown_labels(labels), seconds, earlier, bound_s))
    return found
