"""Budgets of which only a part is known: a stack that has just been started, gaps, and traffic of a few requests.

What is not known counts as good, at the pace of what is known. So a fault fires as fast in the first hour as in any
other, a bad minute weighs a minute however young the stack is, and a gap neither ends a page nor brings it back.
"""

from __future__ import annotations

from tests.oracle.scenario import Fires, Proof, Scenario
from vitals.verify.oracle.traffic import Replica, serving, unanswered, unknown, untried

MINUTE, HOUR, DAY = 60, 3600, 86400
STEP = 30
FAST, SLOW = ("slo.availability.fast", "slo.latency.fast"), ("slo.availability.slow", "slo.latency.slow")
ALL = (*FAST, *SLOW)


def _burning(seconds: float, burn: float) -> list[Replica]:
    return [Replica("api-a", [serving(seconds, 20, failing=burn * 0.001, slow=burn * 0.01)])]


YOUNG = (
    Scenario(
        "a start with many slow and some failed requests, three minutes long, and then all is well",
        [Replica("api-a", [serving(180, 20, failing=0.05, slow=0.7), serving(2 * HOUR, 20, slow=0.001)])],
        lasts=2 * HOUR,
        proves=[Proof.START, Proof.UNDER],
        quiet=ALL,
    ),
    Scenario(
        "a burn rate of 8.1 from the first minute on: 6 / 8.1 of six hours must be bad, so it takes 267 minutes",
        _burning(5 * HOUR, 8.1),
        lasts=5 * HOUR,
        proves=[Proof.START],
        step=STEP,
        evaluated=60,
        fires=[Fires(alert, quiet_until=267 * MINUTE, by=267 * MINUTE + 380) for alert in FAST],
        quiet=SLOW,
    ),
    Scenario(
        "half of all requests fail ten minutes after the first start: 14.4 * 0.001 * 3600 s / 0.5 = 104 s, as ever",
        [Replica("api-a", [serving(600, 20), serving(200, 20, failing=0.5), serving(900, 20)])],
        lasts=1680,
        evaluated=15,
        proves=[Proof.START],
        fires=[Fires(FAST[0], quiet_until=600 + 104, by=600 + 104 + 75, over_by=800 + 375)],
        quiet=SLOW,
    ),
    Scenario(
        "a quarter of all requests fails on a young Prometheus: 207 s, and over with the first short window",
        [Replica("api-a", [serving(900, 20), serving(300, 20, failing=0.25), serving(900, 20)])],
        lasts=2040,
        evaluated=15,
        fires=[Fires(FAST[0], quiet_until=900 + 207, by=900 + 207 + 75, over_by=1200 + 375)],
    ),
    Scenario(
        "every request fails from the first one on: the outage pages",
        [Replica("api-a", [serving(600, 20, failing=1), serving(600, 20)])],
        lasts=1140,
        evaluated=5,
        fires=[Fires("api.outage.failing", by=60, over_by=660)],
    ),
)

GAPS = (
    Scenario(
        "a burn rate of 8.1 that never stops, and targets that were gone for twenty minutes in its second hour",
        [
            Replica(
                "api-a",
                [
                    serving(HOUR, 20, failing=0.0081, slow=0.081),
                    unknown(20 * MINUTE),
                    serving(5.8 * HOUR, 20, failing=0.0081, slow=0.081),
                ],
            )
        ],
        lasts=7 * HOUR,
        step=STEP,
        evaluated=60,
        fires=[
            *(Fires(alert, quiet_until=4.75 * HOUR, by=5 * HOUR) for alert in FAST),
            Fires("api.outage.absent", quiet_until=HOUR, by=HOUR + 180, over_by=HOUR + 20 * MINUTE + 60),
        ],
    ),
    Scenario(
        "two minutes of missed scrapes while a tenth of all requests fails: the page goes on",
        [
            Replica(
                "api-a",
                [serving(2 * HOUR, 20), serving(900, 20, failing=0.1), untried(120, 20), serving(600, 20, failing=0.1)],
            )
        ],
        lasts=2 * HOUR + 1600,
        step=5,
        fires=[Fires(FAST[0], quiet_until=2 * HOUR + 518, by=2 * HOUR + 518 + 75)],
    ),
    Scenario(
        "four times too fast for a day and a half, and half an hour of which nothing is known: the ticket stays",
        [
            Replica(
                "api-a",
                [
                    serving(4 * HOUR, 20, failing=0.0041, slow=0.041),
                    untried(30 * MINUTE, 20),
                    serving(1.5 * DAY, 20, failing=0.0041, slow=0.041),
                ],
            )
        ],
        lasts=1.4 * DAY,
        step=STEP,
        evaluated=300,
        fires=[
            *(Fires(alert, quiet_until=18 * HOUR, by=18.5 * HOUR) for alert in SLOW),
            Fires("api.outage.absent", quiet_until=4 * HOUR, by=4 * HOUR + 900, over_by=4.5 * HOUR + 60),
        ],
    ),
)

GAPS_WHILE_IT_FIRES = (
    Scenario(
        "just over the first bound, and nothing is known for twenty minutes: the page goes on, and ends once",
        [
            Replica(
                "api-a",
                [
                    serving(HOUR, 20),
                    serving(65 * MINUTE, 20, failing=0.015),
                    untried(20 * MINUTE, 20),
                    serving(65 * MINUTE, 20, failing=0.015),
                    serving(10 * MINUTE, 20),
                ],
            )
        ],
        lasts=3.6 * HOUR,
        step=STEP,
        evaluated=60,
        fires=[
            Fires(FAST[0], quiet_until=HOUR + 3456, by=HOUR + 3456 + 75, over_by=3.5 * HOUR + 360),
            Fires("api.outage.absent", quiet_until=7500, by=7500 + 420, over_by=8700 + 60),
        ],
    ),
    Scenario(
        "its only replica does not answer for a minute while a fortieth of all requests fails: the page goes on",
        [
            Replica(
                "api-a",
                [
                    serving(0.5 * HOUR, 20),
                    serving(0.7 * HOUR, 20, failing=0.025),
                    unanswered(MINUTE, 20),
                    serving(0.3 * HOUR, 20, failing=0.025),
                ],
            )
        ],
        lasts=1.5 * HOUR,
        evaluated=15,
        fires=[
            Fires(FAST[0], quiet_until=1800 + 2073, by=1800 + 2073 + 75),
            Fires("api.outage.gone", quiet_until=1.2 * HOUR, by=1.2 * HOUR + 30, over_by=1.2 * HOUR + MINUTE + 15),
        ],
    ),
    Scenario(
        "the fault is repaired while nothing is known: the page ends when half of its short window says so",
        [
            Replica(
                "api-a",
                [
                    serving(0.5 * HOUR, 20),
                    serving(0.5 * HOUR, 20, failing=0.05),
                    untried(8 * MINUTE, 20),
                    serving(10 * MINUTE, 20),
                ],
            )
        ],
        lasts=1.25 * HOUR,
        evaluated=15,
        fires=[
            Fires(
                FAST[0],
                quiet_until=1800 + 1036,
                by=1800 + 1036 + 75,
                over_by=HOUR + 8 * MINUTE + 3 * MINUTE + 45,
            ),
            Fires("api.outage.absent", quiet_until=HOUR, by=HOUR + 380, over_by=HOUR + 8 * MINUTE + 60),
        ],
    ),
    Scenario(
        "just over the second bound, and targets that are gone for forty minutes: the page goes on to the end",
        [
            Replica(
                "api-a",
                [
                    serving(6.1 * HOUR, 20, failing=0.0063, slow=0.063),
                    unknown(40 * MINUTE),
                    serving(6.5 * HOUR, 20, failing=0.0063, slow=0.063),
                ],
            )
        ],
        lasts=13.2 * HOUR,
        step=STEP,
        evaluated=60,
        fires=[
            *(Fires(alert, quiet_until=5.7 * HOUR, by=5.85 * HOUR) for alert in FAST),
            Fires("api.outage.absent", quiet_until=6.1 * HOUR, by=6.1 * HOUR + 180, over_by=6.1 * HOUR + 2460),
        ],
    ),
)

THIN = (
    Scenario(
        "one of the first requests fails, and there are a hundred an hour",
        [
            Replica(
                "api-a",
                [unknown(30), *[serving(1, 1, failing=f) for f in (0, 1)], *[serving(35, 0), serving(1, 1)] * 200],
            )
        ],
        lasts=2 * HOUR,
        proves=[Proof.FEW, Proof.START],
        quiet=ALL,
    ),
    Scenario(
        "one of a hundred requests an hour fails or is slow, with a gap of a quarter of an hour before",
        [
            Replica(
                "api-a",
                [
                    *[serving(35, 0), serving(1, 1)] * 100,
                    unknown(15 * MINUTE),
                    serving(35, 0),
                    serving(1, 1, failing=1, slow=1),
                    *[serving(35, 0), serving(1, 1)] * 60,
                ],
            )
        ],
        lasts=1.8 * HOUR,
        proves=[Proof.FEW],
        fires=[Fires("api.outage.absent", quiet_until=HOUR, by=HOUR + 90, over_by=HOUR + 15 * MINUTE + 60)],
        quiet=["slo.availability.fast", "slo.availability.slow", "slo.latency.slow"],
    ),
)

SCENARIOS = (*YOUNG, *GAPS, *GAPS_WHILE_IT_FIRES, *THIN)
