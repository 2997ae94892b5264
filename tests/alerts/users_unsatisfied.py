"""UsersUnsatisfied: for a minute the Apdex of all requests is below 0.85, of more than 25."""

from __future__ import annotations

from tests.oracle.of_users import visited
from tests.oracle.samples import Process
from tests.oracle.scenario import Fires, Scenario
from vitals.verify.oracle.alert_case import AlertCase
from vitals.verify.oracle.conditions import Below, both, busy
from vitals.verify.oracle.levels import Following, counter
from vitals.verify.oracle.measures import Derived, RateOf
from vitals.verify.oracle.objectives import WithinBound

TIMES = "user_response_time_seconds"
MEMBERS = 'service="wellness-api", job="wellness-api", instance="api-a", cohort="member"'
EVERY = RateOf(f"{TIMES}_count", 300)
GOOD, FAIR = (RateOf(f"{TIMES}_bucket", 300, counts=WithinBound(bound)) for bound in (0.25, 1))
SCORE = Derived(lambda good, fair, every: (good + fair) / 2 / every if every > 0 else None, (GOOD, FAIR, EVERY))


def _waiting(per_second: float) -> tuple[Following, ...]:
    """All are answered within a second; the score says how many of them within 250 ms."""
    return (
        counter(f'{TIMES}_bucket{{{MEMBERS}, le="0.25"}}', lambda score: per_second * (2 * score - 1)),
        counter(f'{TIMES}_bucket{{{MEMBERS}, le="1.0"}}', lambda _: per_second),
        counter(f'{TIMES}_bucket{{{MEMBERS}, le="+Inf"}}', lambda _: per_second),
        counter(f"{TIMES}_count{{{MEMBERS}}}", lambda _: per_second),
    )


CASES = (
    AlertCase(
        id="users.satisfaction.low",
        name="UsersUnsatisfied",
        severity="warning",
        service="wellness-api",
        condition=both(Below(SCORE, 0.85), busy(EVERY, 25)),
        for_=60,
        record="service:user_satisfaction:apdex5m",
        events="service:user_requests:rate5m",
        more_than=25,
        scraped=_waiting(20),
        few=_waiting(0.08),
        low=1,
        under=0.855,
        high=0.84,
        summary="wellness-api: user satisfaction 84% (< 85%)",
        every=5,
    ),
)
LOW = "users.satisfaction.low"
SCENARIOS = (
    Scenario(
        "everybody waits far too long: known within three minutes",
        [Process("api-a", [visited(600), visited(300, {3: 1.0}, {3: 1.0}), visited(600)])],
        lasts=1485,
        fires=[
            Fires(LOW, quiet_until=660, by=600 + 150, over_by=900 + 285),
        ],
    ),
    Scenario(
        "30 requests of each cohort in five minutes, all of them slow",
        [Process("api-a", [visited(1500, {0.8: 1.0}, {3: 1.0}, per_second=0.1, trials=0.1)])],
        lasts=1485,
        fires=[Fires(LOW, by=480), Fires("users.time.high", by=480)],
    ),
)
