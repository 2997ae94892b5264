"""What is promised of the alerts of services, in numbers.

Limits are those of catalog/services/. Written by hand; nothing here is read from a rule, nor from a runbook, whose
numbers are rendered from one.
"""

from __future__ import annotations

from itertools import pairwise

from tests.oracle.of_arrival import arrival
from vitals.verify.oracle.conditions import Above, Below, Condition, Statement, both
from vitals.verify.oracle.hours import MeanOfHour
from vitals.verify.oracle.lately import Lately
from vitals.verify.oracle.measures import (
    HOUR,
    MINUTE,
    Derived,
    KnownFor,
    NewestBefore,
    SlopeOfKept,
)
from vitals.verify.oracle.objectives import ApiTerms, budgets, outage, recorded
from vitals.verify.oracle.observations import Group, Measure

DAY = 24 * HOUR
WEEK = 7 * DAY
BRIDGED = 2 * HOUR
"""The mean of an hour some days ago may be so much older where nothing was recorded then."""
FIVE_MINUTES = 5 * MINUTE


# ---- limits ahead


def database(connections: int, scraped: int) -> dict[str, Statement]:
    """A database to which a service may hold so many connections, scraped every so many seconds."""
    per = ("database",)
    held = Lately("database_connections_open", 4 * scraped, per, several=sum, targets=True)
    used = Derived(lambda held: held / connections, (held,))
    return {"database.connections.ahead": _ahead(used, per, "database.saturation.connections")}


def tasks(most: int, scraped: int) -> dict[str, Statement]:
    """A queue in which so many tasks may wait, of a worker that is scraped every so many seconds."""
    per = ("queue",)
    filled = Derived(lambda length: length / most, (Lately("task_queue_length", 4 * scraped, per),))
    return {"tasks.queue.ahead": _ahead(filled, per, "tasks.saturation.queue")}


# ---- trends


def ahead(used: Measure) -> Condition:
    """A limit will be reached within two hours if the last quarter of an hour goes on."""
    over = 15 * MINUTE
    slope = SlopeOfKept(used, over)
    left = Derived(lambda now, by: max(0.0, (1 - now) / by) if by > 0 else None, (used, slope))
    known = Above(KnownFor(used, over), 0.75 * over, or_at=True)
    return both(Below(left, 2 * HOUR), Above(used, 0.2), known)


def _ahead(used: Measure, per: Group, signal: str) -> Statement:
    return Statement("LimitAhead", "warning", ahead(used), FIVE_MINUTES, per, {"signal": signal})


def week(record: str, signal: str, by: float, beyond: float, per: Group = ()) -> Statement:
    """The last hour is worse than the same hour a week ago: by a share, and past a value that matters.

    Args:
        record: The recorded number.
        signal: What it is called in messages.
        by: The ratio of both hours at which it is worse; below one where less is worse.
        beyond: The value.
        per: The labels that distinguish groups.
    """
    worse = worse_than_last_week(MeanOfHour(record, per), by, beyond)
    return Statement("WorseThanLastWeek", "info", worse, 15 * MINUTE, per, {"signal": signal})


def worse_than_last_week(hour: Measure, by: float, beyond: float) -> Condition:
    """The condition of :func:`week`, of any mean of an hour."""
    ratio = _ratio(hour, NewestBefore(hour, WEEK, BRIDGED))
    return both(Above(ratio, by), Above(hour, beyond)) if by > 1 else both(Below(ratio, by), Below(hour, beyond))


def days(record: str, signal: str, by: float, beyond: float, per: Group = ()) -> Statement:
    """The same hour has been worse each day than the day before, and much worse over all three days."""
    worse = worse_every_day(MeanOfHour(record, per), by, beyond)
    return Statement("WorseEveryDay", "info", worse, 15 * MINUTE, per, {"signal": signal})


def worse_every_day(hour: Measure, by: float, beyond: float) -> Condition:
    """The condition of :func:`days`, of any mean of an hour."""
    means: list[Measure] = [hour, *(NewestBefore(hour, day * DAY, BRIDGED) for day in (1, 2, 3))]
    steps = [Above(_ratio(*pair), 1) for pair in pairwise(means)]
    return both(Above(_ratio(means[0], means[3]), by), *steps, Above(hour, beyond))


def _ratio(now: Measure, then: Measure) -> Measure:
    return Derived(lambda a, b: a / b if b > 0 else None, (now, then))


QUERIES = "service_database:database_query_duration_seconds:p95_5m"
RESPONSES = "service:api_response_time_seconds:p95_5m"
QUERY_TRENDS = {
    "database.time.week": week(QUERIES, "database.time.p95", 1.5, 0.05, ("database",)),
    "database.time.days": days(QUERIES, "database.time.p95", 1.2, 0.05, ("database",)),
}

API_TERMS = ApiTerms(failed_share=0.001, slow_share=0.01, within=0.25, scraped=5)
"""99.9 % of good answers, and 99 % within 250 ms."""
WELLNESS_API = {
    **outage(scraped=5, failures=4),
    **arrival(),
    **budgets(API_TERMS),
    **recorded(API_TERMS),
    "api.latency.week": week(RESPONSES, "api.latency.p95", 1.5, 0.1),
    "api.latency.days": days(RESPONSES, "api.latency.p95", 1.2, 0.1),
    **database(connections=100, scraped=5),
    **QUERY_TRENDS,
    "cache.hits.week": week("service_cache:cache_hits:ratio_rate5m", "cache.hits.ratio", 0.8, 0.9, ("cache",)),
    "users.satisfaction.week": week("service:user_satisfaction:apdex5m", "users.satisfaction.service", 0.95, 0.95),
}
WELLNESS_WORKER = {
    **database(connections=20, scraped=15),
    **QUERY_TRENDS,
    **tasks(most=300, scraped=15),
    "tasks.wait.week": week("service_queue:task_wait_seconds:p95_5m", "tasks.wait.p95", 1.5, 1, ("queue",)),
}
