"""User experience, beyond the levels of ``tests/alerts``: a cohort that hides in the whole, and just enough requests.

With 5.1 % of requests between 1 s and 2.5 s the p95 of a cohort lies just above one second.
"""

from __future__ import annotations

from collections.abc import Mapping

from tests.alert_rules.samples import Process, Stretch, histogram
from tests.alert_rules.scenario import Fires, Scenario
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


USERS = (
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
        "30 requests of each cohort in five minutes, all of them slow",
        [Process("api-a", [visited(1500, {0.8: 1.0}, {3: 1.0}, per_second=0.1, trials=0.1)])],
        lasts=1485,
        fires=[Fires(LOW, by=480), Fires(SLOW, by=480)],
    ),
)


def _components(service: str) -> tuple[Scenario, ...]:
    return (
        Scenario(
            f"{service}: a component that runs 30 times in five minutes, slowly",
            [Process("api-a", [passed(1500, 0.1, {2: 1.0})])],
            lasts=1485,
            service=service,
            fires=[Fires(COMPONENT, by=480)],
        ),
    )


CASES = (*USERS, *_components("wellness-api"), *_components("wellness-worker"))
