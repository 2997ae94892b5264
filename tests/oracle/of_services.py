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
    P95,
    Derived,
    KnownFor,
    NewestBefore,
    RateOf,
    Share,
    SlopeOfKept,
)
from vitals.verify.oracle.objectives import budgets, outage, recorded, within_target
from vitals.verify.oracle.observations import Group, Measure

DAY = 24 * HOUR
WEEK = 7 * DAY
BRIDGED = 2 * HOUR
"""The mean of an hour some days ago may be so much older where nothing was recorded then."""
FIVE_MINUTES = 5 * MINUTE


# ---- thresholds


def _slow(name: str, histogram: str, bound: float, counted: RateOf) -> Statement:
    """The slowest twentieth takes too long, for a minute and over more than 25 events."""
    slow = Above(P95(histogram, FIVE_MINUTES, counted.per), bound)
    return Statement(name, "warning", both(slow, _busy(counted, 25)), MINUTE, counted.per)


def _busy(counted: Measure, more_than: int) -> Condition:
    """More events than a few within five minutes."""
    return Above(Derived(lambda pace: pace * FIVE_MINUTES, (counted,)), more_than)


def api() -> dict[str, Statement]:
    """Response time as a whole."""
    slow = Above(P95("api_response_time_seconds", FIVE_MINUTES), 0.5)
    return {"api.latency.high": Statement("ApiLatencyHigh", "warning", slow, MINUTE)}


def components() -> dict[str, Statement]:
    """One part of a service."""
    calls = RateOf("component_duration_seconds_count", FIVE_MINUTES, ("component",))
    return {"components.time.high": _slow("ComponentSlow", "component_duration_seconds", 1, calls)}


def database(connections: int, scraped: int) -> dict[str, Statement]:
    """The database as a service sees it, which may hold so many connections and is scraped every so many seconds."""
    per = ("database",)
    queries = RateOf("database_query_duration_seconds_count", FIVE_MINUTES, per)
    errors = Share(RateOf("database_query_errors_total", FIVE_MINUTES, per), queries)
    held = Lately("database_connections_open", 4 * scraped, per, several=sum, targets=True)
    used = Derived(lambda held: held / connections, (held,))
    return {
        "database.time.high": _slow("DatabaseSlow", "database_query_duration_seconds", 0.5, queries),
        "database.errors.high": Statement(
            "DatabaseFailing", "warning", both(Above(errors, 0.05), _busy(queries, 25)), MINUTE, per
        ),
        "database.connections.high": Statement("DatabaseConnectionsHigh", "warning", Above(used, 0.8), 120, per),
        "database.connections.ahead": _ahead(used, per, "database.saturation.connections"),
    }


def cache() -> dict[str, Statement]:
    """The cache as a service sees it."""
    per = ("cache",)
    asked = RateOf("cache_requests_total", FIVE_MINUTES, per)
    hits = Share(RateOf("cache_requests_total", FIVE_MINUTES, per, lambda labels: labels["result"] == "hit"), asked)
    return {
        "cache.hits.low": Statement("CacheHitsLow", "warning", both(Below(hits, 0.3), _busy(asked, 25)), 120, per),
        "cache.time.high": _slow("CacheSlow", "cache_fetch_duration_seconds", 0.025, asked),
    }


def tasks(most: int, scraped: int) -> dict[str, Statement]:
    """Background tasks, of which so many may wait, of a worker that is scraped every so many seconds."""
    per = ("queue",)
    ended = RateOf("tasks_processed_total", FIVE_MINUTES, per, lambda labels: labels["outcome"] != "retried")
    given_up = RateOf("tasks_processed_total", FIVE_MINUTES, per, lambda labels: labels["outcome"] in _GIVEN_UP)
    filled = Derived(lambda length: length / most, (Lately("task_queue_length", 4 * scraped, per),))
    failing = both(Above(Share(given_up, ended), 0.25), _busy(ended, 5))
    return {
        "tasks.failures.high": Statement("TasksFailing", "warning", failing, MINUTE, per),
        "tasks.wait.high": _slow("TasksWaiting", "task_wait_seconds", 30, ended),
        "tasks.queue.high": Statement("QueueFilling", "warning", Above(filled, 0.5), MINUTE, per),
        "tasks.queue.ahead": _ahead(filled, per, "tasks.saturation.queue"),
    }


_GIVEN_UP = ("failed", "rejected")


def users() -> dict[str, Statement]:
    """Users as a whole, and one group of them."""
    per, histogram = ("cohort",), "user_response_time_seconds"
    requests = RateOf(f"{histogram}_count", FIVE_MINUTES)
    good, fair = (
        RateOf(f"{histogram}_bucket", FIVE_MINUTES, counts=counts)
        for counts in (within_target, lambda labels: float(labels["le"]) == 1)
    )
    score = Derived(lambda g, f, every: (g + f) / 2 / every if every > 0 else None, (good, fair, requests))
    of_cohort = RateOf(f"{histogram}_count", FIVE_MINUTES, per)
    return {
        "users.satisfaction.low": Statement(
            "UsersUnsatisfied", "warning", both(Below(score, 0.85), _busy(requests, 25)), MINUTE
        ),
        "users.time.high": _slow("CohortSlow", histogram, 1, of_cohort),
    }


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

WELLNESS_API = {
    **outage(scraped=5, failures=4),
    **arrival(),
    **budgets(),
    **recorded(),
    **api(),
    "api.latency.week": week(RESPONSES, "api.latency.p95", 1.5, 0.1),
    "api.latency.days": days(RESPONSES, "api.latency.p95", 1.2, 0.1),
    **database(connections=100, scraped=5),
    **QUERY_TRENDS,
    **cache(),
    "cache.hits.week": week("service_cache:cache_hits:ratio_rate5m", "cache.hits.ratio", 0.8, 0.9, ("cache",)),
    **users(),
    "users.satisfaction.week": week("service:user_satisfaction:apdex5m", "users.satisfaction.service", 0.95, 0.95),
    **components(),
}
WELLNESS_WORKER = {
    **database(connections=20, scraped=15),
    **QUERY_TRENDS,
    **tasks(most=300, scraped=15),
    "tasks.wait.week": week("service_queue:task_wait_seconds:p95_5m", "tasks.wait.p95", 1.5, 1, ("queue",)),
    **components(),
}
