"""WorseThanLastWeek: this hour against the same hour of last week.

History is what Prometheus keeps: the recorded signal, once a minute over days. An hour has a mean once 45 of its
minutes are known; the alerts wait for 15 minutes more. Weeks are dear, so one scenario has several signals and several
databases (or queues), each with a past of its own that its name describes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tests.oracle.of_api import API
from tests.oracle.of_tasks import WORKER
from tests.oracle.of_trends import QUERIES, RESPONSES, fewer, week
from tests.oracle.samples import History, Past
from tests.oracle.scenario import Fires, Proof, Scenario

HITS_WEEK, SATISFACTION_WEEK, WAIT_WEEK = "cache.hits.week", "users.satisfaction.week", "tasks.wait.week"
RESPONSES_WEEK, QUERIES_WEEK = "api.latency.week", "database.time.week"
CALLS_WEEK, DONE_WEEK = "api.traffic.week", "tasks.done.week"
CALLS, DONE = "service:api_calls:rate1m", "service_queue:tasks_ended:rate5m"
HITS, SATISFACTION = "service_cache:cache_hits:ratio_rate5m", "service:user_satisfaction:apdex5m"
WAIT = "service_queue:task_wait_seconds:p95_5m"
SPECS = {
    (RESPONSES_WEEK, API): week(RESPONSES, "api.latency.p95", 1.5, 0.1),
    (QUERIES_WEEK, API): week(QUERIES, "database.time.p95", 1.5, 0.05, ("database",)),
    (QUERIES_WEEK, WORKER): week(QUERIES, "database.time.p95", 1.5, 0.05, ("database",)),
    (HITS_WEEK, API): week(HITS, "cache.hits.ratio", 0.8, 0.9, ("cache",)),
    (SATISFACTION_WEEK, API): week(SATISFACTION, "users.satisfaction.service", 0.95, 0.95),
    (CALLS_WEEK, API): fewer(CALLS, "api.traffic.service"),
    (DONE_WEEK, WORKER): fewer(DONE, "tasks.done.queue", ("queue",)),
    (WAIT_WEEK, WORKER): week(WAIT, "tasks.wait.p95", 1.5, 1, ("queue",)),
}
MINUTE, HOUR, DAY = 60, 3600, 86400
WEEK = 7 * DAY
THEN = WEEK + 2 * HOUR
"""When a signal becomes worse: by then the week before is known."""
REQUIRED_HISTORY = 11 * HOUR
"""How much of the week before is compared. What is between is never read, and left out."""
FIRES_BY = THEN + 90 * MINUTE
"""When all that is worse fires."""


class Compared(NamedTuple):
    """A recorded signal and its labels, its usual level, one that is worse, and what is said then."""

    alert: str
    record: str
    labels: dict[str, str]
    usual: float
    worse: float
    summary: str


def _usual(value: float) -> Past:
    """As usual until it becomes worse."""
    return (REQUIRED_HISTORY, value), (WEEK - REQUIRED_HISTORY, None), (THEN - WEEK, value)


def _worse(usual: float, worse: float) -> Past:
    """Worse for three hours, then as usual, then not known, then worse from its first minute on."""
    return *_usual(usual), (3 * HOUR, worse), (2 * HOUR, usual), *_after_a_gap(worse)


def _after_a_gap(worse: float) -> Past:
    """What comes last: the first full hour decides when it fires."""
    return (75 * MINUTE, None), (75 * MINUTE, worse)


WORTH_A_WORD: Past = (
    *((5 * HOUR, 0.1), (REQUIRED_HISTORY - 5 * HOUR, 0.06), (WEEK - REQUIRED_HISTORY, None), (THEN - WEEK, 0.1)),
    *((3 * HOUR, 0.16), (HOUR, 0.092), (HOUR, 0.12)),
    *_after_a_gap(0.16),
)
"""Worse; later worse and still fast, until it is slow enough to be worth a word."""


def _of_database(name: str) -> dict[str, str]:
    return {"database": name}


def _weeks(service: str, signals: Sequence[Compared], more: Sequence[History], fires: Sequence[Fires]) -> Scenario:
    firing = [
        Fires(
            one.alert,
            quiet_until=THEN + 45 * MINUTE,
            by=FIRES_BY,
            summary=one.summary,
            labels=one.labels,
        )
        for one in signals
    ]
    return Scenario(
        f"this hour against the same hour of last week: {service}",
        [
            *(
                History(
                    one.record,
                    WORTH_A_WORD if one.alert == RESPONSES_WEEK else _worse(one.usual, one.worse),
                    one.labels,
                )
                for one in signals
            ),
            *more,
        ],
        lasts=THEN + 7.5 * HOUR - MINUTE,
        fires=[*firing, *fires],
        evaluated=5 * MINUTE,
        step=MINUTE,
        service=service,
        proves=[Proof.UNDER, Proof.MISSING, Proof.START],
    )


SLOWER, FEWER_HITS = "x last week's (> 1.5x)", "x last week's (< 0.8x)"
FAR_FEWER = "x last week's (< 0.3x)"
QUERIES_WORSE = Compared(
    QUERIES_WEEK,
    QUERIES,
    _of_database("wellness"),
    0.1,
    0.16,
    f"{{}} (wellness): p95 query time 1.60{SLOWER}",
)


def _queries_of(service: str) -> Compared:
    return QUERIES_WORSE._replace(summary=QUERIES_WORSE.summary.format(service))


OF_API = (
    Compared(RESPONSES_WEEK, RESPONSES, {}, 0.1, 0.16, f"wellness-api: p95 response time 1.60{SLOWER}"),
    _queries_of(API),
    Compared(
        HITS_WEEK,
        HITS,
        {"cache": "dashboards"},
        0.9,
        0.71,
        f"wellness-api (dashboards): cache hit ratio 0.79{FEWER_HITS}",
    ),
    Compared(CALLS_WEEK, CALLS, {}, 0.1, 0.029, f"wellness-api: requests 0.29{FAR_FEWER}"),
    Compared(
        SATISFACTION_WEEK,
        SATISFACTION,
        {},
        0.98,
        0.92,
        "wellness-api: user satisfaction 0.94x last week's (< 0.95x)",
    ),
)


def _said(database: str, times: float) -> str:
    return f"wellness-api ({database}): p95 query time {times:.2f}{SLOWER}"


HOUR_LOST = "not known for an hour of last week"
PASTS: dict[str, Past] = {
    "worse by less than the bound": _worse(0.1, 0.149),
    "worse by more than the bound and still fast": _worse(0.03, 0.0499),
    "worse for a quarter of an hour": (*_usual(0.1), (900, 0.2), (4.5 * HOUR, 0.1)),
    "known for six days": (
        (DAY, None),
        (REQUIRED_HISTORY, 0.1),
        (5 * DAY - REQUIRED_HISTORY, None),
        (DAY + 7 * HOUR, 0.3),
    ),
    "unknown at these hours of last week": (
        (90 * MINUTE, 0.1),
        (WEEK - 90 * MINUTE, None),
        (4 * HOUR, 0.1),
        (3 * HOUR, 0.3),
    ),
    HOUR_LOST: (
        *((2.5 * HOUR, 0.1), (HOUR, None), (REQUIRED_HISTORY - 3.5 * HOUR, 0.1), (WEEK - REQUIRED_HISTORY, None)),
        *((2 * HOUR, 0.1), (5 * HOUR, 0.3)),
    ),
    "fast and then worth a word": (*_usual(0.03), (HOUR, 0.047), (2 * HOUR, 0.057)),
    "unused last week": _worse(0.0, 5.0),
    "recorded no more": (*_usual(0.1), (2 * HOUR, 0.16), (3 * HOUR, None)),
    "new and worse": (
        (4 * HOUR, 0.1),
        (WEEK - 5 * HOUR, None),
        (8 * HOUR, 0.3),
    ),
}
SCENARIOS = (
    _weeks(
        API,
        OF_API,
        [
            *(History(QUERIES, past, _of_database(name)) for name, past in PASTS.items()),
            History(HITS, _worse(0.9, 0.73), {"cache": "helps a little less"}),
            History(HITS, _worse(0.99, 0.78), {"cache": "helps less"}),
            History(HITS, (*_usual(0.999), (HOUR, 0.97), (2 * HOUR, 0.79)), {"cache": "helped always"}),
        ],
        [
            Fires(
                HITS_WEEK,
                by=FIRES_BY,
                labels={"cache": "helps less"},
                summary=f"wellness-api (helps less): cache hit ratio 0.79{FEWER_HITS}",
            ),
            Fires(QUERIES_WEEK, by=THEN + 2 * HOUR, labels=_of_database("fast and then worth a word")),
            Fires(HITS_WEEK, by=THEN + 3 * HOUR - MINUTE, labels={"cache": "helped always"}),
            Fires(
                QUERIES_WEEK,
                by=FIRES_BY,
                over_by=THEN + 2 * HOUR + 30 * MINUTE,
                labels=_of_database("recorded no more"),
                summary=_said("recorded no more", 1.6),
            ),
            *(
                Fires(QUERIES_WEEK, by=at, labels=_of_database(HOUR_LOST), summary=said)
                for at, said in (
                    (FIRES_BY, _said(HOUR_LOST, 3)),
                    (THEN + 150 * MINUTE, ""),
                    (THEN + 4 * HOUR, ""),
                )
            ),
            Fires(
                QUERIES_WEEK,
                quiet_until=WEEK + 55 * MINUTE,
                by=FIRES_BY,
                labels=_of_database("new and worse"),
                summary=_said("new and worse", 3),
            ),
        ],
    ),
    _weeks(
        WORKER,
        (
            Compared(
                WAIT_WEEK, WAIT, {"queue": "reports"}, 1.0, 1.6, f"{WORKER} (reports): p95 task wait 1.60{SLOWER}"
            ),
            Compared(
                DONE_WEEK,
                DONE,
                {"queue": "reports"},
                0.1,
                0.0,
                f"{WORKER} (reports): finished tasks 0.00{FAR_FEWER}",
            ),
            _queries_of(WORKER),
        ),
        [
            History(DONE, _worse(0.1, 0.031), {"queue": "gets a third"}),
            History(DONE, _worse(0.019, 0.0), {"queue": "got few"}),
            History(DONE, (*_usual(0.1), (2 * HOUR, 0.01), (3 * HOUR, None)), {"queue": "counted no more"}),
            History(WAIT, _worse(1.0, 1.49), {"queue": "waits a little longer"}),
            History(WAIT, _worse(0.5, 0.999), {"queue": "waits longer and not long"}),
            History(WAIT, _worse(0.0, 5.0), {"queue": "no wait last week"}),
        ],
        [
            Fires(
                DONE_WEEK,
                by=FIRES_BY,
                over_by=THEN + 2 * HOUR + 30 * MINUTE,
                labels={"queue": "counted no more"},
                summary=f"{WORKER} (counted no more): finished tasks 0.10{FAR_FEWER}",
            )
        ],
    ),
)  # fmt: skip
