"""Trends: this hour against the same hour of last week, and the same hour of one day after the other.

History is what Prometheus keeps: the recorded signal, once a minute over days. An hour has a mean once 45 of its
minutes are known; the alerts wait for 15 minutes more.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tests.alert_rules.samples import History
from tests.alert_rules.scenario import Fires, Scenario
from vitals.signals import Signal, api, cache, database, tasks, users

MINUTE, HOUR, DAY = 60, 3600, 86400
WEEK = 7 * DAY
THEN = WEEK + 2 * HOUR
"""When a signal becomes worse: by then the week before is known."""
API, WORKER = "wellness-api", "wellness-worker"


class Compared(NamedTuple):
    """A signal whose weeks are compared: its usual level, one that is worse, and one that is not worse enough."""

    alert: str
    signal: Signal
    labels: dict[str, str]
    usual: float
    worse: float
    bearable: float
    summary: str
    service: str = API


WEEKS = (
    Compared("api.latency.week", api.LATENCY_P95, {}, 0.1, 0.16, 0.145, "p95 response time of wellness-api {} 1.60"),
    Compared(
        "database.time.week",
        database.TIME_P95,
        {"database": "wellness"},
        0.1,
        0.16,
        0.145,
        "p95 query time of wellness-api (wellness) {} 1.60",
    ),
    Compared(
        "cache.hits.week",
        cache.HITS,
        {"cache": "dashboards"},
        0.9,
        0.7,
        0.75,
        "Hit ratio of wellness-api (dashboards) {} 0.78",
    ),
    Compared(
        "tasks.wait.week",
        tasks.WAIT_P95,
        {"queue": "reports"},
        1.0,
        1.6,
        1.45,
        "p95 wait of wellness-worker (reports) {} 1.60",
        WORKER,
    ),
    Compared(
        "users.satisfaction.week", users.SATISFACTION, {}, 0.98, 0.92, 0.94, "Satisfaction of wellness-api {} 0.94"
    ),
)


def _week(name: str, one: Compared, *values: tuple[float, float | None], fires: Sequence[Fires] = ()) -> Scenario:
    return Scenario(
        name,
        [History(one.signal.record, values, one.labels)],
        lasts=sum(seconds for seconds, _ in values) - MINUTE,
        fires=fires,
        quiet=() if fires else [one.alert],
        evaluated=5 * MINUTE,
        step=MINUTE,
        service=one.service,
    )


def _worse(one: Compared) -> Scenario:
    told = f"{one.summary.format('was over the last hour')} times that of the same hour last week"
    fires = Fires(
        one.alert,
        quiet_until=THEN + 45 * MINUTE,
        by=THEN + 90 * MINUTE,
        over_by=THEN + 3 * HOUR + 40 * MINUTE,
        summary=told,
        labels=one.labels,
    )
    return _week(
        f"worse than last week, then as usual: {one.alert}",
        one,
        (THEN, one.usual),
        (3 * HOUR, one.worse),
        (2 * HOUR, one.usual),
        fires=[fires],
    )


LATENCY, WAIT = WEEKS[0], WEEKS[3]
LAST_WEEK = (
    *(_worse(one) for one in WEEKS),
    *(
        _week(f"a little worse than last week: {one.alert}", one, (THEN, one.usual), (3 * HOUR, one.bearable))
        for one in WEEKS
    ),
    _week("much worse than last week, and still not worth a word", LATENCY, (THEN, 0.03), (3 * HOUR, 0.09)),
    _week("a wait where last week nobody waited has no ratio", WAIT, (THEN, 0.0), (3 * HOUR, 5.0)),
    _week("a quarter of an hour much worse than last week", LATENCY, (THEN, 0.1), (900, 0.2), (2 * HOUR, 0.1)),
    _week("worse, and the history began six days ago", LATENCY, (6 * DAY, 0.1), (6 * HOUR, 0.3)),
    _week(
        "worse from the sixth day on, and told only when the first full hour is a week old",
        LATENCY,
        (6 * DAY, 0.1),
        (DAY + 3 * HOUR, 0.3),
        fires=[Fires(LATENCY.alert, quiet_until=WEEK + 55 * MINUTE, by=WEEK + 70 * MINUTE)],
    ),
    _week(
        "worse, and the same hours of last week are missing",
        LATENCY,
        (90 * MINUTE, 0.1),
        (5 * HOUR, None),
        (THEN - 90 * MINUTE - 5 * HOUR, 0.1),
        (3 * HOUR, 0.3),
    ),
    _week(
        "worse, and then nothing more is recorded",
        LATENCY,
        (THEN, 0.1),
        (2 * HOUR, 0.16),
        (2 * HOUR, None),
        fires=[Fires(LATENCY.alert, by=THEN + 90 * MINUTE, over_by=THEN + 2 * HOUR + 30 * MINUTE)],
    ),
)


def _days(name: str, alert: str, signal: Signal, labels: dict[str, str], *means: float, told: str = "") -> Scenario:
    """Each mean for a day, the last one for half a day, then as it was on the first."""
    values = [*((DAY, mean) for mean in means[:-1]), (DAY // 2, means[-1]), (HOUR, means[0])]
    begin = (len(means) - 1) * DAY
    fires = Fires(
        alert,
        quiet_until=begin + 55 * MINUTE,
        by=begin + 2 * HOUR,
        over_by=begin + 12 * HOUR + 50 * MINUTE,
        summary=f"{told} got worse each day and is 1.30 times that of 3 days ago",
        labels=labels,
    )
    return Scenario(
        name,
        [History(signal.record, values, labels)],
        lasts=sum(seconds for seconds, _ in values) - MINUTE,
        fires=[fires] if told else (),
        quiet=() if told else [alert],
        evaluated=5 * MINUTE,
        step=MINUTE,
    )


SLOWER = ("api.latency.days", api.LATENCY_P95, dict[str, str]())
SLOWER_QUERIES = ("database.time.days", database.TIME_P95, {"database": "wellness"})
DAY_BY_DAY = (
    _days("slower day by day", *SLOWER, 0.1, 0.11, 0.12, 0.13, told="p95 response time of wellness-api"),
    _days(
        "queries slower day by day",
        *SLOWER_QUERIES,
        0.1,
        0.11,
        0.12,
        0.13,
        told="p95 query time of wellness-api (wellness)",
    ),
    _days("a little slower day by day", *SLOWER, 0.1, 0.105, 0.11, 0.118),
    _days("queries a little slower day by day", *SLOWER_QUERIES, 0.1, 0.105, 0.11, 0.118),
    _days("much slower, but better than yesterday", *SLOWER, 0.1, 0.11, 0.14, 0.13),
    _days("much slower, and one day between was better", *SLOWER, 0.1, 0.12, 0.11, 0.13),
    _days("much slower since yesterday, after a better day", *SLOWER, 0.1, 0.095, 0.12, 0.13),
    _days("slower day by day, and the history has two days only", *SLOWER, 0.1, 0.13, 0.16),
    _days("much slower day by day, and still not worth a word", *SLOWER, 0.02, 0.04, 0.06, 0.09),
)

CASES = (*LAST_WEEK, *DAY_BY_DAY)
