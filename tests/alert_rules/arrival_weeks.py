"""Nineteen days of requests, as they are recorded: evenings, a holiday, changed clocks, and four real faults.

The weeks are made of days that open at eight and close at eighteen, when traffic ends within minutes. What is compared
with past weeks can only be seen over weeks; the recorded rate is preset every five minutes or so, which means the same.
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.alert_rules.boundary_fuzz import preset_case
from tests.alert_rules.promtool_cases import PromtoolCase
from tests.alert_rules.seeded_random import CONTROL, seeded
from tests.oracle.of_arrival import DAY, arrival
from vitals.render import Plan
from vitals.verify.oracle.measures import Now
from vitals.verify.oracle.traffic import selector

API = "wellness-api"
CALLS = "service:api_calls:irate"
STEP, HOUR, WEEK = 280, 3600, 7 * DAY
LASTS = 19 * DAY // STEP * STEP
ODD_DAY = WEEK + 2 * DAY
"""A holiday, on which there are no requests."""
SLOW_DAY, SLOW = 2 * DAY, 7.5
"""A day with so many requests per second: in its quietest fifth a third of the usual, and 0.3 of it is busy."""
CLOCKS = 2 * WEEK
"""From the third week on the day begins and ends an hour earlier, in the hours of the server."""
VANISHED = 2 * WEEK + 2 * DAY + 12 * HOUR, 2 * WEEK + 2 * DAY + 13 * HOUR
"""An hour at noon, a week after the holiday and two weeks after a usual day, in which nothing arrives."""
HUNG = 2 * WEEK + 3 * DAY + 12 * HOUR, 2 * WEEK + 3 * DAY + 13 * HOUR
"""An hour in which no request ends and requests wait."""
EARLY = 2 * WEEK + 4 * DAY + 9.6 * HOUR, 2 * WEEK + 4 * DAY + 10.2 * HOUR
"""The last day has been open for less than three hours when nothing arrives: three hours are usual, six are not."""
AGAIN = 2 * WEEK + 4 * DAY + 12 * HOUR, 2 * WEEK + 4 * DAY + 12.6 * HOUR
"""At noon of the same day again: at noon of the day before requests hung, but a week ago and two weeks ago came."""
FAULTS = {"api.arrival.gone": (VANISHED, EARLY, AGAIN), "api.arrival.hanging": (HUNG,)}


def weeks() -> dict[str, list[str]]:
    """What is recorded and scraped in those days, of the service and of another one that is always busy."""
    steps = range(0, LASTS, STEP)
    rng = seeded("weeks")
    of = {"service": API}
    target = {"service": API, "job": API, "instance": "a"}
    return {
        selector(CALLS, of): [f"{_pace(at) * rng.uniform(0.8, 1.2):.4g}" for at in steps],
        selector(CALLS, {"service": CONTROL}): ["5"] * len(steps),
        selector("api_requests_in_flight", target): ["3" if HUNG[0] <= at < HUNG[1] else "0" for at in steps],
    }


def _pace(at: int) -> float:
    if any(begin <= at < end for faults in FAULTS.values() for begin, end in faults) or ODD_DAY <= at < ODD_DAY + DAY:
        return 0.0
    hour = ((at + HOUR if at >= CLOCKS else at) % DAY) / HOUR
    pace = SLOW if SLOW_DAY <= at < SLOW_DAY + DAY else 20.0
    return pace if 8 <= hour < 18 else 0.3


def week_cases(plan: Plan) -> Iterator[PromtoolCase]:
    """The days, as a case for promtool."""
    alerts = {(alert, API): statement for alert, statement in arrival(Now(CALLS)).items()}
    yield preset_case("nineteen days of requests", API, weeks(), alerts, plan, step=STEP)
