"""The user family: are people satisfied, which cohort is not, and how slow is it for the slowest?

Satisfaction is the Apdex score: a user who waits at most T counts whole, one who waits at most four times as long
counts half. Both are bucket bounds of the histogram, so the score is exact. Source: https://www.apdex.org/.
"""

from __future__ import annotations

from vitals.model.conventions import SERVICE
from vitals.model.metrics.vocabulary import bucket_bound
from vitals.model.signals import gauge
from vitals.model.signals.idioms import where_positive
from vitals.model.signals.measure import NO_EVENTS, mean, p95, rate
from vitals.model.signals.query import SignalQuery
from vitals.model.signals.signal import PER_SERVICE, Direction, Group, Signal
from vitals_telemetry.contract import Unit
from vitals_telemetry.metrics.users import SATISFIED

COHORT = (SERVICE, "cohort")
RANK = (SERVICE, "rank")
TOLERATED = 4 * SATISFIED
"""The longest that counts half, in seconds: the Apdex score fixes it at four times T."""
_TIME = "user_response_time_seconds"


def _apdex(by: tuple[str, ...]) -> SignalQuery:
    """Satisfied plus half of the tolerating: buckets are cumulative, so the half sum of both bounds is just that."""
    satisfied, tolerating = (rate(f"{_TIME}_bucket", by, le=bucket_bound(bound)) for bound in (SATISFIED, TOLERATED))
    return (satisfied + tolerating) / 2 / where_positive(rate(f"{_TIME}_count", by))


REQUESTS_BY_COHORT = Signal(
    id="users.requests.cohort",
    title="Requests by cohort",
    question="Who is here? Requests per second of each group of users.",
    unit=Unit.REQUESTS_PER_SECOND,
    direction=Direction.NEITHER,
    record="service_cohort:user_requests:rate5m",
    labels=COHORT,
    group=Group.USERS,
    query=rate(f"{_TIME}_count", COHORT),
)

REQUESTS = Signal(
    id="users.requests.service",
    title="User requests",
    question="How many requests per second come from users that the service can distinguish?",
    unit=Unit.REQUESTS_PER_SECOND,
    direction=Direction.NEITHER,
    record="service:user_requests:rate5m",
    labels=PER_SERVICE,
    group=Group.USERS,
    query=REQUESTS_BY_COHORT.recorded().sum_by(PER_SERVICE),
)

SATISFACTION = Signal(
    id="users.satisfaction.service",
    title="Satisfaction",
    question=(
        f"Are users satisfied? The Apdex score: answers within {SATISFIED:g} s count whole, within {TOLERATED:g} s "
        "half, slower ones not at all. Above 94 % is excellent, below 70 % is poor."
    ),
    unit=Unit.RATIO,
    direction=Direction.LOWER_IS_WORSE,
    record="service:user_satisfaction:apdex5m",
    labels=PER_SERVICE,
    group=Group.USERS,
    query=_apdex(PER_SERVICE),
    may_be_empty=NO_EVENTS,
    phrase="user satisfaction {value}",
)

SATISFACTION_BY_COHORT = Signal(
    id="users.satisfaction.cohort",
    title="Satisfaction by cohort",
    question="Is one group of users worse off than the others? A small cohort hides behind a large one in the whole.",
    unit=Unit.RATIO,
    direction=Direction.LOWER_IS_WORSE,
    record="service_cohort:user_satisfaction:apdex5m",
    labels=COHORT,
    group=Group.USERS,
    query=_apdex(COHORT),
    may_be_empty=NO_EVENTS,
)

TIME_MEAN_BY_COHORT = Signal(
    id="users.time.mean_cohort",
    title="Mean response time by cohort",
    question="How long does each group of users wait on average?",
    unit=Unit.SECONDS,
    direction=Direction.HIGHER_IS_WORSE,
    record="service_cohort:user_response_time_seconds:mean5m",
    labels=COHORT,
    group=Group.USERS,
    query=mean(_TIME, COHORT),
    may_be_empty=NO_EVENTS,
)

TIME_P95_BY_COHORT = Signal(
    id="users.time.p95_cohort",
    title="p95 response time by cohort",
    question="Which group of users waits longest? One request in twenty of the cohort takes longer than this.",
    unit=Unit.SECONDS,
    direction=Direction.HIGHER_IS_WORSE,
    record="service_cohort:user_response_time_seconds:p95_5m",
    labels=COHORT,
    group=Group.USERS,
    query=p95(_TIME, COHORT),
    may_be_empty=NO_EVENTS,
)

SLOWEST = Signal(
    id="users.time.slowest",
    title="Slowest users",
    question="How bad is it for those who fare worst? Rank 1 met the slowest answer; logs say who, by pseudonym.",
    unit=Unit.SECONDS,
    direction=Direction.HIGHER_IS_WORSE,
    record="service_rank:slowest_user_response_time_seconds:max",
    labels=RANK,
    group=Group.USERS,
    query=gauge.last("slowest_user_response_time_seconds").max_by(RANK),
    may_be_empty="an empty rank is absent",
)

SIGNALS = (
    REQUESTS_BY_COHORT,
    REQUESTS,
    SATISFACTION,
    SATISFACTION_BY_COHORT,
    TIME_MEAN_BY_COHORT,
    TIME_P95_BY_COHORT,
    SLOWEST,
)
