"""What a service reports about its users' experience: response time by cohort, and how slow it is for the slowest."""

from __future__ import annotations

from vitals_telemetry.contract import Label, Metric, MetricType, Unit
from vitals_telemetry.metrics.api import API_RESPONSE_TIME
from vitals_telemetry.metrics.process import OTHER

SATISFIED = 0.25
"""T of the Apdex score, in seconds: up to here a user is satisfied, up to four times as long tolerating.

Both are bucket bounds, so the score is exact. See https://www.apdex.org/.
"""

SLOWEST_USERS = 10
"""How many users are ranked."""

SLOWEST_WINDOW = 300.0
"""How far back the ranking looks, in seconds."""

SLOWEST_STEP = 60.0
"""The width of one part of that window, in seconds: a slow request is forgotten between 300 and 360 seconds later."""

COHORT = Label("cohort", f"Group of users, as the service reports it; {OTHER!r} beyond the bound.", most=10, expected=3)

USER_RESPONSE_TIME = Metric(
    name="user_response_time_seconds",
    type=MetricType.HISTOGRAM,
    unit=Unit.SECONDS,
    help="API response time in seconds as users of a cohort saw it; anonymous requests are left out",
    labels=(COHORT,),
    buckets=API_RESPONSE_TIME.buckets,
)
SLOWEST_USER_RESPONSE_TIME = Metric(
    name="slowest_user_response_time_seconds",
    type=MetricType.GAUGE,
    unit=Unit.SECONDS,
    help=(
        f"Longest response time that the user of this rank saw in the last {SLOWEST_WINDOW / 60:.0f} minutes; rank 1 "
        "is the slowest of this process, a rank without a user is absent"
    ),
    labels=(
        Label(
            "rank",
            "Place in the ranking; who holds it stands in logs and traces only, as a pseudonym.",
            most=SLOWEST_USERS,
            expected=SLOWEST_USERS,
            values=tuple(str(rank) for rank in range(1, SLOWEST_USERS + 1)),
        ),
    ),
)

USER_METRICS: tuple[Metric, ...] = (USER_RESPONSE_TIME, SLOWEST_USER_RESPONSE_TIME)
"""The family, in the order of the scrape."""
