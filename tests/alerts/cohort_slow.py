"""CohortSlow: for a minute a twentieth of the requests of a cohort takes longer than a second, of more than 25."""

from __future__ import annotations

from tests.oracle.of_users import visited
from tests.oracle.samples import Process
from tests.oracle.scenario import Fires, Scenario
from vitals.verify.oracle.alert_case import AlertCase
from vitals.verify.oracle.conditions import Above, both, busy
from vitals.verify.oracle.levels import Following, histogram
from vitals.verify.oracle.measures import P95, RateOf

TIMES, PER = "user_response_time_seconds", ("cohort",)
TRIAL = 'service="wellness-api", job="wellness-api", instance="api-a", cohort="trial"'


def _waiting(per_second: float) -> tuple[Following, ...]:
    return histogram(TIMES, TRIAL, (0.25, 1.0, 2.5), per_second=per_second)


CASES = (
    AlertCase(
        id="users.time.high",
        name="CohortSlow",
        severity="warning",
        service="wellness-api",
        condition=both(Above(P95(TIMES, 300, PER), 1), busy(RateOf(f"{TIMES}_count", 300, PER), 25)),
        for_=60,
        record="service_cohort:user_response_time_seconds:p95_5m",
        events="service_cohort:user_requests:rate5m",
        more_than=25,
        scraped=_waiting(1),
        few=_waiting(0.08),
        low=0.1,
        under=0.96,
        high=1.2,
        summary="wellness-api (trial): p95 response time 1.2s (> 1s)",
        labels={"cohort": "trial"},
        every=5,
    ),
)
SCENARIOS = (
    Scenario(
        "a small cohort waits, and hides in the whole",
        [Process("api-a", [visited(600), visited(600, trial={2: 0.051}), visited(600)])],
        lasts=1680,
        fires=[
            Fires(
                "users.time.high",
                quiet_until=600 + 270,
                by=600 + 390,
                over_by=1260,
                summary="wellness-api (trial): p95 response time 1.029s (> 1s)",
                labels={"cohort": "trial"},
            )
        ],
        quiet=["users.satisfaction.low"],
    ),
)
