"""The user family: are people satisfied, which cohort is not, and how slow is it for the slowest?

Satisfaction is the Apdex score: whoever waits at most T counts whole, whoever waits at most four times as long counts
half. Both are bucket bounds of the histogram, so the score is exact. Source: https://www.apdex.org/.
"""

from __future__ import annotations

from vitals.model.catalog import Service
from vitals.model.metrics.vocabulary import bucket_bound
from vitals.model.promql import Expr, max_by, sum_by
from vitals.model.signals import gauge
from vitals.model.signals.measure import NO_EVENTS, mean, p95, rate
from vitals.model.signals.signal import Direction, Group, Signal
from vitals_telemetry.contract import Unit
from vitals_telemetry.metrics.users import SATISFIED

SERVICE = ("service",)
COHORT = ("service", "cohort")
TOLERATED = 4 * SATISFIED
"""The longest that counts half, in seconds: the Apdex score fixes it at four times T."""
_TIME = "user_response_time_seconds"


def _apdex(by: tuple[str, ...], service: Service) -> Expr:
    """Satisfied plus half of the tolerating: buckets are cumulative, so the half sum of both bounds is just that."""
    satisfied, tolerating = (
        rate(f"{_TIME}_bucket", by, service, le=bucket_bound(bound)) for bound in (SATISFIED, TOLERATED)
    )
    return (satisfied + tolerating) / 2 / (rate(f"{_TIME}_count", by, service) > 0)


REQUESTS_BY_COHORT = Signal(
    id="users.requests.cohort",
    title="Requests by cohort",
    asks="Who is here? Requests per second of each group of users.",
    unit=Unit.PER_SECOND,
    worse=Direction.NEITHER,
    record="service_cohort:user_requests:rate5m",
    labels=COHORT,
    group=Group.USERS,
    query=lambda service, _: rate(f"{_TIME}_count", COHORT, service),
)

REQUESTS = Signal(
    id="users.requests.service",
    title="Requests of users",
    asks="How many requests per second come from users that the service can tell apart?",
    unit=Unit.PER_SECOND,
    worse=Direction.NEITHER,
    record="service:user_requests:rate5m",
    labels=SERVICE,
    group=Group.USERS,
    query=lambda service, _: sum_by(SERVICE, REQUESTS_BY_COHORT.read(service=service.name)),
)

SATISFACTION = Signal(
    id="users.satisfaction.service",
    title="Satisfaction",
    asks=(
        f"Are users satisfied? The Apdex score: answers within {SATISFIED:g} s count whole, within {TOLERATED:g} s "
        "half, slower ones not at all. Above 94 % is excellent, below 70 % is poor."
    ),
    unit=Unit.RATIO,
    worse=Direction.LOWER_IS_WORSE,
    record="service:user_satisfaction:apdex5m",
    labels=SERVICE,
    group=Group.USERS,
    query=lambda service, _: _apdex(SERVICE, service),
    may_be_empty=NO_EVENTS,
)

SATISFACTION_BY_COHORT = Signal(
    id="users.satisfaction.cohort",
    title="Satisfaction by cohort",
    asks="Is one group of users worse off than the others? A small cohort hides behind a large one in the whole.",
    unit=Unit.RATIO,
    worse=Direction.LOWER_IS_WORSE,
    record="service_cohort:user_satisfaction:apdex5m",
    labels=COHORT,
    group=Group.USERS,
    query=lambda service, _: _apdex(COHORT, service),
    may_be_empty=NO_EVENTS,
)

TIME_MEAN_BY_COHORT = Signal(
    id="users.time.mean_cohort",
    title="Mean response time by cohort",
    asks="How long does each group of users wait on average?",
    unit=Unit.SECONDS,
    worse=Direction.HIGHER_IS_WORSE,
    record="service_cohort:user_response_time_seconds:mean5m",
    labels=COHORT,
    group=Group.USERS,
    query=lambda service, _: mean(_TIME, COHORT, service),
    may_be_empty=NO_EVENTS,
)

TIME_P95_BY_COHORT = Signal(
    id="users.time.p95_cohort",
    title="p95 response time by cohort",
    asks="Which group of users waits longest? One request in twenty of the cohort takes longer than this.",
    unit=Unit.SECONDS,
    worse=Direction.HIGHER_IS_WORSE,
    record="service_cohort:user_response_time_seconds:p95_5m",
    labels=COHORT,
    group=Group.USERS,
    query=lambda service, _: p95(_TIME, COHORT, service),
    may_be_empty=NO_EVENTS,
)

SLOWEST = Signal(
    id="users.time.slowest",
    title="Slowest users",
    asks="How bad is it for those who fare worst? Rank 1 met the slowest answer; logs say who, by pseudonym.",
    unit=Unit.SECONDS,
    worse=Direction.HIGHER_IS_WORSE,
    record="service_rank:slowest_user_response_time_seconds:max",
    labels=("service", "rank"),
    group=Group.USERS,
    query=lambda service, scrape: max_by(
        ("service", "rank"), gauge.last("slowest_user_response_time_seconds", service, scrape)
    ),
    may_be_empty="a rank that nobody holds is absent",
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
