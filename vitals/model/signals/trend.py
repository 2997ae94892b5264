"""The mean of an hour of a signal: what trends compare, across days and weeks.

Recorded once a minute, so a comparison with last week reads two samples instead of two hours of them, and a panel can
draw last week beside today. An hour that is not covered by data has no mean: whatever compares it stays silent until
there is enough to compare, in the first hour after a start as in the first week.
"""

from __future__ import annotations

from collections.abc import Iterable

from vitals.model.catalog import Scrape, Service
from vitals.model.conventions import SERVICE
from vitals.model.promql import Expr, call, select, subquery
from vitals.model.signals import api, cache, database, tasks, users
from vitals.model.signals.idioms import where_number
from vitals.model.signals.query import SignalQuery
from vitals.model.signals.signal import Group, Signal

HOUR = "1h"
STEP = "1m"
WEEK = "1w"
LEAST_MINUTES = 45
"""How many minutes of an hour must have an answer; a restart of Prometheus costs a few."""

BRIDGED = "2h"
"""How much older than a day or a week the mean of then may be: a gap of that time is bridged by the hour before it, so
that an old restart neither ends an alert nor brings it back. An hour that was not covered has no mean until
three quarters of another are known, so an hour and a quarter without data are bridged."""

COMPARED = (
    api.TRAFFIC,
    api.LATENCY_P95,
    database.TIME_P95,
    cache.HITS,
    tasks.DONE,
    tasks.WAIT_P95,
    users.SATISFACTION,
)
"""The signals whose history is kept as hourly means."""


def hourly(signal: Signal) -> Signal:
    """The mean of a signal over the last hour, absent where the hour has gaps.

    Minutes are taken by a subquery, not samples: history may be kept at another pace than it is recorded now. What is
    not a number is left out by the comparison with zero.
    """

    def query(service: Service, _: Scrape) -> Expr:
        minutes = subquery(where_number(signal.select(service=service.name)), HOUR, STEP)
        return call("avg_over_time", minutes) & (call("count_over_time", minutes) >= LEAST_MINUTES)

    return Signal(
        id=f"{signal.id}_hourly",
        title=f"{signal.title}, mean of an hour",
        question=f"{signal.question} Here as the mean of an hour, to compare it with other days.",
        unit=signal.unit,
        direction=signal.direction,
        record=f"{signal.record}_mean1h",
        labels=signal.labels,
        group=Group.TREND,
        query=SignalQuery(query),
        without_history=f"an hour has a mean once {LEAST_MINUTES} of its minutes are known",
    )


def then(hour: Signal, ago: str, service: Service) -> Expr:
    """The hourly mean as it was some time ago, a duration such as ``1w``; the newest one before a gap."""
    kept = select(hour.record, {SERVICE: service.name, **hour.static_labels}, window=BRIDGED, offset=ago)
    return call("last_over_time", kept)


def history_of(level: Expr, window: str) -> Expr:
    """How many seconds ago the oldest sample of a window was taken.

    A slope is judged by that, not by a count: what a level did within a gap shows in the samples around it.
    """
    return Expr("time()") - call("min_over_time", subquery(call("timestamp", level), window, STEP))


_HOURLY = {signal.id: hourly(signal) for signal in COMPARED}


def signals(found: Iterable[Signal]) -> list[Signal]:
    """The hourly means that belong to the signals of a service."""
    return [_HOURLY[signal.id] for signal in found if signal.id in _HOURLY]
