"""Trends: this hour against the same hour of last week, and the same hour of one day after the other.

History is what Prometheus keeps: the recorded signal, once a minute over days. An hour has a mean once 45 of its
minutes are known; the alerts wait for 15 minutes more. Weeks are dear, so one scenario has several signals and several
databases (or queues), each with a past of its own that its name describes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tests.alert_rules.samples import History
from tests.alert_rules.scenario import Fires, Proof, Scenario
from vitals.model.signals import Signal, api, cache, database, tasks, users

MINUTE, HOUR, DAY = 60, 3600, 86400
WEEK = 7 * DAY
THEN = WEEK + 2 * HOUR
"""When a signal becomes worse: by then the week before is known."""
REQUIRED_HISTORY, FIRST_HOURS = 11 * HOUR, 4 * HOUR
"""How much of the week before is compared, and of each day. What is between is never read, and left out."""
API, WORKER = "wellness-api", "wellness-worker"
FIRES_BY = THEN + 90 * MINUTE
"""When all that is worse fires."""
Past = Sequence[tuple[float, float | None]]


class Compared(NamedTuple):
    """A signal and its labels, its usual level, one that is worse, and what is said then."""

    alert: str
    signal: Signal
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
                    one.signal.record,
                    WORTH_A_WORD if one.alert == RESPONSES else _worse(one.usual, one.worse),
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


HITS, SATISFACTION, WAIT = "cache.hits.week", "users.satisfaction.week", "tasks.wait.week"
RESPONSES, QUERIES = "api.latency.week", "database.time.week"
SLOWER, FEWER_HITS = "x last week's (> 1.5x)", "x last week's (< 0.8x)"
QUERIES_WORSE = Compared(
    QUERIES,
    database.TIME_P95,
    _of_database("wellness"),
    0.1,
    0.16,
    f"{{}} (wellness): p95 query time 1.60{SLOWER}",
)


def _queries_of(service: str) -> Compared:
    return QUERIES_WORSE._replace(summary=QUERIES_WORSE.summary.format(service))


OF_API = (
    Compared(RESPONSES, api.LATENCY_P95, {}, 0.1, 0.16, f"wellness-api: p95 response time 1.60{SLOWER}"),
    _queries_of(API),
    Compared(
        HITS,
        cache.HITS,
        {"cache": "dashboards"},
        0.9,
        0.71,
        f"wellness-api (dashboards): cache hit ratio 0.79{FEWER_HITS}",
    ),
    Compared(
        SATISFACTION,
        users.SATISFACTION,
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
LAST_WEEK = (
    _weeks(
        API,
        OF_API,
        [
            *(History(database.TIME_P95.record, past, _of_database(name)) for name, past in PASTS.items()),
            History(cache.HITS.record, _worse(0.9, 0.73), {"cache": "helps a little less"}),
            History(cache.HITS.record, _worse(0.99, 0.78), {"cache": "helps less"}),
            History(cache.HITS.record, (*_usual(0.999), (HOUR, 0.97), (2 * HOUR, 0.79)), {"cache": "helped always"}),
        ],
        [
            Fires(
                HITS,
                by=FIRES_BY,
                labels={"cache": "helps less"},
                summary=f"wellness-api (helps less): cache hit ratio 0.79{FEWER_HITS}",
            ),
            Fires(QUERIES, by=THEN + 2 * HOUR, labels=_of_database("fast and then worth a word")),
            Fires(HITS, by=THEN + 3 * HOUR - MINUTE, labels={"cache": "helped always"}),
            Fires(
                QUERIES,
                by=FIRES_BY,
                over_by=THEN + 2 * HOUR + 30 * MINUTE,
                labels=_of_database("recorded no more"),
                summary=_said("recorded no more", 1.6),
            ),
            *(
                Fires(QUERIES, by=at, labels=_of_database(HOUR_LOST), summary=said)
                for at, said in (
                    (FIRES_BY, _said(HOUR_LOST, 3)),
                    (THEN + 150 * MINUTE, ""),
                    (THEN + 4 * HOUR, ""),
                )
            ),
            Fires(
                QUERIES,
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
                WAIT, tasks.WAIT_P95, {"queue": "reports"}, 1.0, 1.6, f"{WORKER} (reports): p95 task wait 1.60{SLOWER}"
            ),
            _queries_of(WORKER),
        ),
        [
            History(tasks.WAIT_P95.record, _worse(1.0, 1.49), {"queue": "waits a little longer"}),
            History(tasks.WAIT_P95.record, _worse(0.5, 0.999), {"queue": "waits longer and not long"}),
            History(tasks.WAIT_P95.record, _worse(0.0, 5.0), {"queue": "no wait last week"}),
        ],
        [],
    ),
)  # fmt: skip


def _days(*means: float) -> Past:
    """Each mean for the first hours of a day; on the last day then as on the first."""
    past: list[tuple[float, float | None]] = []
    for mean in means[:-1]:
        past += [(FIRST_HOURS, mean), (DAY - FIRST_HOURS, None)]
    return *past, (FIRST_HOURS - 2 * HOUR, means[-1]), (2 * HOUR, means[0])


LAST_DAY = 3 * DAY
STEADY = (0.1, 0.11, 0.12, 0.13)
SLOW_TODAY: Past = (
    *((FIRST_HOURS, 0.075), (DAY - FIRST_HOURS, None), (FIRST_HOURS, 0.082), (DAY - FIRST_HOURS, None)),
    *((FIRST_HOURS, 0.09), (DAY - FIRST_HOURS, None), (HOUR, 0.096), (HOUR, 0.108), (2 * HOUR, 0.075)),
)
"""Slower day by day, and today slow enough to be worth a word."""
DAYS: dict[str, Past] = {
    "a little slower day by day": _days(0.1, 0.105, 0.11, 0.119),
    "much slower and better than yesterday": _days(0.1, 0.11, 0.14, 0.13),
    "much slower and one day between was better": _days(0.1, 0.12, 0.11, 0.13),
    "much slower since yesterday after a better day": _days(0.1, 0.095, 0.12, 0.13),
    "known for two days": ((DAY, None), *_days(0.1, 0.13, 0.16)),
    "much slower day by day and still fast": _days(0.02, 0.03, 0.04, 0.0495),
}


def _day_by_day(service: str) -> Scenario:
    def fires(alert: str, labels: dict[str, str], whose: str, times: float = 1.3) -> Fires:
        return Fires(
            alert,
            quiet_until=LAST_DAY + 55 * MINUTE,
            by=LAST_DAY + 110 * MINUTE,
            over_by=LAST_DAY + FIRST_HOURS - HOUR,
            summary=f"{whose} worse each day, {times:.2f}x in 3 days (> 1.2x)",
            labels=labels,
        )

    firing = [fires("database.time.days", _of_database("wellness"), f"{service} (wellness): p95 query time")]
    histories = [History(database.TIME_P95.record, _days(*STEADY), _of_database("wellness"))]
    histories += [History(database.TIME_P95.record, past, _of_database(name)) for name, past in DAYS.items()]
    if service == API:
        firing.append(fires("api.latency.days", {}, "wellness-api: p95 response time", 1.42))
        histories.append(History(api.LATENCY_P95.record, SLOW_TODAY))
    return Scenario(
        f"the same hour of one day after the other: {service}",
        histories,
        lasts=LAST_DAY + FIRST_HOURS - MINUTE,
        fires=firing,
        evaluated=5 * MINUTE,
        step=MINUTE,
        service=service,
        proves=[Proof.UNDER, Proof.MISSING, Proof.START],
    )


DAY_BY_DAY = (
    _day_by_day(API),
    _day_by_day(WORKER),
)

CASES = (*LAST_WEEK, *DAY_BY_DAY)
