"""User experience: satisfaction as a whole, and a cohort that hides in it; just beyond and just within each bound.

A request of 0.8 s counts half, so 31 % of them make a score of 84.5 %, below the bound of 85 %. With 5.1 % of requests
between 1 s and 2.5 s the p95 of a cohort, or of a component, lies just above one second.
"""

from __future__ import annotations

from collections.abc import Mapping

from tests.alert_rules.samples import Process, Stretch, histogram, silent
from tests.alert_rules.scenario import Fires, Proof, Scenario
from vitals_telemetry.metrics.components import COMPONENT_DURATION
from vitals_telemetry.metrics.users import USER_RESPONSE_TIME

TRIAL = {"cohort": "trial"}
ANALYSIS = {"component": "analysis"}
LOW, SLOW, COMPONENT = "users.satisfaction.low", "users.time.high", "components.time.high"


def visited(
    seconds: float,
    members: Mapping[float, float] | None = None,
    trial: Mapping[float, float] | None = None,
    *,
    per_second: float = 20,
    trials: float = 1,
) -> Stretch:
    """Members at 20 requests a second, trial users at one; each mapping says which share takes how long."""
    paces = histogram(USER_RESPONSE_TIME, per_second, members or {}, cohort="member")
    return Stretch(seconds, paces | histogram(USER_RESPONSE_TIME, trials, trial or {}, **TRIAL))


def passed(seconds: float, per_second: float, shares: Mapping[float, float] | None = None) -> Stretch:
    """Requests that pass through one part of the service."""
    return Stretch(seconds, histogram(COMPONENT_DURATION, per_second, shares or {}, **ANALYSIS))


TOLERATED = {0.8: 0.31}

USERS = (
    Scenario(
        "satisfaction just below the bound",
        [Process(f"api-{n}", [visited(600), visited(600, TOLERATED, TOLERATED), visited(600)]) for n in "ab"],
        lasts=1680,
        fires=[
            Fires(
                LOW,
                quiet_until=600 + 285,
                by=600 + 390,
                over_by=1275,
                summary="wellness-api: user satisfaction 84.5% (< 85%)",
            )
        ],
        quiet=[SLOW],
    ),
    Scenario(
        "satisfaction just above the bound",
        [Process("api-a", [visited(600), visited(900, {0.8: 0.29}, {0.8: 0.29})])],
        lasts=1485,
        proves=[Proof.UNDER],
        quiet=[LOW],
    ),
    Scenario(
        "everybody waits far too long: known within three minutes",
        [Process("api-a", [visited(600), visited(300, {3: 1.0}, {3: 1.0}), visited(600)])],
        lasts=1485,
        fires=[
            Fires(LOW, quiet_until=660, by=600 + 150, over_by=900 + 285),
        ],
    ),
    Scenario(
        "a small cohort waits, and hides in the whole",
        [Process("api-a", [visited(600), visited(600, trial={2: 0.051}), visited(600)])],
        lasts=1680,
        fires=[
            Fires(
                SLOW,
                quiet_until=600 + 270,
                by=600 + 390,
                over_by=1260,
                summary="wellness-api (trial): p95 response time 1.029s (> 1s)",
                labels=TRIAL,
            )
        ],
        quiet=[LOW],
    ),
    Scenario(
        "a cohort just below the bound",
        [Process("api-a", [visited(600), visited(900, trial={0.8: 1.0})])],
        lasts=1485,
        proves=[Proof.UNDER],
        quiet=[SLOW, LOW],
    ),
    Scenario(
        "a handful of users, all of whom wait",
        [Process("api-a", [visited(1500, {3: 1.0}, {3: 1.0}, per_second=0.04, trials=0.04)])],
        lasts=1485,
        proves=[Proof.FEW],
        quiet=[LOW, SLOW],
    ),
    Scenario(
        "30 requests of each cohort in five minutes, all of them slow",
        [Process("api-a", [visited(1500, {0.8: 1.0}, {3: 1.0}, per_second=0.1, trials=0.1)])],
        lasts=1485,
        fires=[Fires(LOW, by=480), Fires(SLOW, by=480)],
    ),
    Scenario(
        "users wait, and then the metrics vanish: the alerts end with them",
        [Process("api-a", [visited(600), visited(480, {3: 0.5}, {3: 0.5}), silent(700)])],
        lasts=1680,
        proves=[Proof.MISSING],
        fires=[Fires(SLOW, by=1050, over_by=1080 + 330), Fires(LOW, by=1050, over_by=1080 + 330)],
    ),
)


def _components(service: str) -> tuple[Scenario, ...]:
    return (
        Scenario(
            f"{service}: p95 of a component just above the bound",
            [Process("api-a", [passed(600, 20), passed(600, 20, {2: 0.051}), passed(600, 20)])],
            lasts=1680,
            service=service,
            fires=[
                Fires(
                    COMPONENT,
                    quiet_until=600 + 270,
                    by=600 + 390,
                    over_by=1260,
                    summary=f"{service} (analysis): p95 component time 1.029s (> 1s)",
                    labels=ANALYSIS,
                )
            ],
        ),
        Scenario(
            f"{service}: p95 of a component just below the bound",
            [Process("api-a", [passed(600, 20), passed(900, 20, {0.8: 1.0})])],
            lasts=1485,
            proves=[Proof.UNDER],
            service=service,
            quiet=[COMPONENT],
        ),
        Scenario(
            f"{service}: a component that runs 24 times in five minutes, slowly",
            [Process("api-a", [passed(1500, 0.08, {2: 1.0})])],
            lasts=1485,
            proves=[Proof.FEW],
            service=service,
            quiet=[COMPONENT],
        ),
        Scenario(
            f"{service}: a component that runs 30 times in five minutes, slowly",
            [Process("api-a", [passed(1500, 0.1, {2: 1.0})])],
            lasts=1485,
            service=service,
            fires=[Fires(COMPONENT, by=480)],
        ),
        Scenario(
            f"{service}: a slow component whose metrics vanish",
            [Process("api-a", [passed(600, 20), passed(480, 20, {2: 0.5}), silent(700)])],
            lasts=1680,
            proves=[Proof.MISSING],
            service=service,
            fires=[Fires(COMPONENT, by=1050, over_by=1080 + 330)],
        ),
    )


CASES = (*USERS, *_components("wellness-api"), *_components("wellness-worker"))
