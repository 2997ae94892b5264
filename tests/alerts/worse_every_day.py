"""WorseEveryDay: the same hour of one day after the other.

History is what Prometheus keeps: the recorded signal, once a minute over days. An hour has a mean once 45 of its
minutes are known; the alerts wait for 15 minutes more. Days are dear, so one scenario has several signals and several
databases, each with a past of its own that its name describes.
"""

from __future__ import annotations

from tests.oracle.of_api import API
from tests.oracle.of_tasks import WORKER
from tests.oracle.of_trends import QUERIES, RESPONSES, days
from tests.oracle.samples import History, Past
from tests.oracle.scenario import Fires, Proof, Scenario

MINUTE, HOUR, DAY = 60, 3600, 86400
FIRST_HOURS = 4 * HOUR
"""How much of each day is compared. What is between is never read, and left out."""
RESPONSES_DAYS, QUERIES_DAYS = "api.latency.days", "database.time.days"
SPECS = {
    (RESPONSES_DAYS, API): days(RESPONSES, "api.latency.p95", 1.2, 0.1),
    (QUERIES_DAYS, API): days(QUERIES, "database.time.p95", 1.2, 0.05, ("database",)),
    (QUERIES_DAYS, WORKER): days(QUERIES, "database.time.p95", 1.2, 0.05, ("database",)),
}


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

    firing = [fires(QUERIES_DAYS, {"database": "wellness"}, f"{service} (wellness): p95 query time")]
    histories = [History(QUERIES, _days(*STEADY), {"database": "wellness"})]
    histories += [History(QUERIES, past, {"database": name}) for name, past in DAYS.items()]
    if service == API:
        firing.append(fires(RESPONSES_DAYS, {}, "wellness-api: p95 response time", 1.42))
        histories.append(History(RESPONSES, SLOW_TODAY))
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


SCENARIOS = (
    _day_by_day(API),
    _day_by_day(WORKER),
)
