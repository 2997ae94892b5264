"""What got worse, ranked by the time that users lost to it: how many were affected times how long each waited longer.

A request that takes longer than it did last week costs its user the difference; one that fails where it would not have
failed costs the wait for nothing and another attempt. Both are added up over all requests of the week, so an endpoint
that many use counts for more than a slow one that hardly any user opens.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from vitals.rendered import RenderedModel
from vitals.verify.weekly.week import MINUTE_S, WeekServer, records_of, shown_labels

RETRY_S = 10.0
"""What a failure costs beside the wait for it: so long a person's attention stays with a task that does not answer
(Nielsen, Response Times: The 3 Important Limits), so so long it takes to see the error and to try again. Assumed."""
NOTICED = 0.05
"""A mean that rose by less is the same: weeks differ by a few per cent without any change."""
LEAST_EVENTS = 100
"""Requests that each of both weeks needs: the mean of fewer is uncertain by more than a tenth of their spread."""
_KINDS: tuple[tuple[Literal["endpoint", "queue"], str, str, str], ...] = (
    ("endpoint", "api.traffic.endpoint", "api.latency.mean", "api.errors.endpoint"),
    ("queue", "tasks.done.queue", "tasks.time.mean", "tasks.failures.ratio"),
)
"""What is compared: a kind, and the signals of its traffic, its mean time and its share of failures."""


@dataclass(frozen=True, slots=True)
class WorseItem:
    """An endpoint or a queue that cost its users more time than in the week before.

    Attributes:
        service: Whose.
        kind: ``endpoint`` or ``queue``.
        name: Which.
        lost_s: Seconds that all its users together lost.
        users: How many users were affected at a time: the active ones, by its share of the requests; None where the
            service does not count them.
        events: Requests or tasks of the week.
        mean_s: Mean seconds of one.
        mean_before_s: The same of the week before.
        failed: Share that failed.
        failed_before: The same of the week before.
    """

    service: str
    kind: Literal["endpoint", "queue"]
    name: str
    lost_s: float
    users: float | None
    events: float
    mean_s: float
    mean_before_s: float
    failed: float
    failed_before: float


async def got_worse(asked: WeekServer, model: RenderedModel) -> tuple[WorseItem, ...]:
    """Everything that cost users time that it had not cost them the week before, most first.

    Raises:
        VitalsError: Prometheus does not answer, or refuses a query.
    """
    found: list[WorseItem] = []
    for service in (one.name for one in model.services):
        users = await _users_for_each_event(asked, model, service)
        for kind, *signals in _KINDS:
            series = [records_of(model, service, signal) for signal in signals]
            if all(series):
                selectors = tuple(records[0].selector for records in series)
                found += await _of_service(asked, service, kind, selectors, users if kind == "endpoint" else None)
    return tuple(sorted(found, key=lambda one: (-one.lost_s, one.service, one.name)))


async def _of_service(
    asked: WeekServer,
    service: str,
    kind: Literal["endpoint", "queue"],
    selectors: tuple[str, ...],
    users: float | None,
) -> list[WorseItem]:
    traffic, mean, failures = selectors
    counts, counts_before = await asked.both(_summed(asked, traffic))
    times, times_before = await asked.both(_summed(asked, f"{traffic} * {mean}"))
    failed, failed_before = await asked.both(_summed(asked, f"{traffic} * {failures}"))
    found = []
    for labels, events in counts.items():
        before = counts_before.get(labels, 0.0)
        if min(events, before) < LEAST_EVENTS or labels not in times or labels not in times_before:
            continue
        means = times[labels] / events, times_before[labels] / before
        shares = failed.get(labels, 0.0) / events, failed_before.get(labels, 0.0) / before
        if lost := lost_seconds(events, means, shares):
            affected = None if users is None else users * events
            found.append(WorseItem(service, kind, shown_labels(labels), lost, affected, events, *means, *shares))
    return found


def lost_seconds(events: float, means_s: tuple[float, float], failed: tuple[float, float]) -> float:
    """The seconds that all users together lost; 0 where nothing got noticeably worse.

    Args:
        events: Requests or tasks of the week.
        means_s: Mean seconds of one, in the week and in the one before.
        failed: Share that failed, in the week and in the one before.
    """
    (mean, mean_before), (share, share_before) = means_s, failed
    lost = events * (mean - mean_before) if mean - mean_before > NOTICED * mean_before else 0.0
    more_failures = events * (share - share_before)
    return lost + (more_failures * (mean + RETRY_S) if more_failures >= 1.0 else 0.0)


def _summed(asked: WeekServer, rate: str) -> str:
    """How much a rate per second comes to over the week; only minutes with data count."""
    return f"sum_over_time(({rate})[{asked.week.window}:{MINUTE_S}s]) * {MINUTE_S}"


async def _users_for_each_event(asked: WeekServer, model: RenderedModel, service: str) -> float | None:
    """Active users by the service's requests; None where it counts no users or had no requests."""
    active, total = (records_of(model, service, name) for name in ("api.users.active", "api.traffic.service"))
    if not active or not total:
        return None
    users = await asked.now(f"sum(avg_over_time({active[0].selector}[{asked.week.window}]))")
    events = await asked.now(f"sum({_summed(asked, total[0].selector)})")
    return users[()] / events[()] if users.get(()) and events.get(()) else None
