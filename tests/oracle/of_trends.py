"""What is promised of trends: a limit ahead, an hour that is worse than last week's, one that is worse each day.

Written by hand; nothing here is read from a rule, nor from a runbook, whose numbers are rendered from one.
"""

from __future__ import annotations

from itertools import pairwise

from vitals.verify.oracle.conditions import Above, Below, Condition, Statement, both
from vitals.verify.oracle.hours import MeanOfHour
from vitals.verify.oracle.measures import (
    HOUR,
    MINUTE,
    Derived,
    KnownFor,
    NewestBefore,
    SlopeOfKept,
)
from vitals.verify.oracle.observations import Group, Measure

DAY = 24 * HOUR
WEEK = 7 * DAY
BRIDGED = 2 * HOUR
"""The mean of an hour some days ago may be so much older where nothing was recorded then."""
FIVE_MINUTES = 5 * MINUTE
QUERIES = "service_database:database_query_duration_seconds:p95_5m"
RESPONSES = "service:api_response_time_seconds:p95_5m"


def ahead(used: Measure) -> Condition:
    """A limit will be reached within two hours if the last quarter of an hour goes on."""
    over = 15 * MINUTE
    slope = SlopeOfKept(used, over)
    left = Derived(lambda now, by: max(0.0, (1 - now) / by) if by > 0 else None, (used, slope))
    known = Above(KnownFor(used, over), 0.75 * over, or_at=True)
    return both(Below(left, 2 * HOUR), Above(used, 0.2), known)


def limit_ahead(used: Measure, per: Group, signal: str) -> Statement:
    """The alert on a share of a limit that is in use.

    Args:
        used: The share.
        per: The labels that distinguish groups.
        signal: What it is called in messages.
    """
    return Statement("LimitAhead", "warning", ahead(used), FIVE_MINUTES, per, {"signal": signal})


def week(record: str, signal: str, by: float, beyond: float, per: Group = ()) -> Statement:
    """The last hour is worse than the same hour a week ago: by a share, and past a value that matters.

    Args:
        record: The recorded number.
        signal: What it is called in messages.
        by: The ratio of both hours at which it is worse; below one where less is worse.
        beyond: The value.
        per: The labels that distinguish groups.
    """
    worse = worse_than_last_week(MeanOfHour(record, per), by, beyond)
    return Statement("WorseThanLastWeek", "info", worse, 15 * MINUTE, per, {"signal": signal})


def fewer(record: str, signal: str, per: Group = ()) -> Statement:
    """In the last hour less than three tenths came of what came in the same hour a week ago, when it was enough."""
    far_fewer = fewer_than_last_week(MeanOfHour(record, per))
    return Statement("WorseThanLastWeek", "info", far_fewer, 15 * MINUTE, per, {"signal": signal})


def fewer_than_last_week(hour: Measure) -> Condition:
    """The condition of :func:`fewer`, of any mean of an hour."""
    then = NewestBefore(hour, WEEK, BRIDGED)
    return both(Below(_ratio(hour, then), 0.3), Above(then, 0.02))


def worse_than_last_week(hour: Measure, by: float, beyond: float) -> Condition:
    """The condition of :func:`week`, of any mean of an hour."""
    ratio = _ratio(hour, NewestBefore(hour, WEEK, BRIDGED))
    return both(Above(ratio, by), Above(hour, beyond)) if by > 1 else both(Below(ratio, by), Below(hour, beyond))


def days(record: str, signal: str, by: float, beyond: float, per: Group = ()) -> Statement:
    """The same hour has been worse each day than the day before, and much worse over all three days."""
    worse = worse_every_day(MeanOfHour(record, per), by, beyond)
    return Statement("WorseEveryDay", "info", worse, 15 * MINUTE, per, {"signal": signal})


def worse_every_day(hour: Measure, by: float, beyond: float) -> Condition:
    """The condition of :func:`days`, of any mean of an hour."""
    means: list[Measure] = [hour, *(NewestBefore(hour, day * DAY, BRIDGED) for day in (1, 2, 3))]
    steps = [Above(_ratio(*pair), 1) for pair in pairwise(means)]
    return both(Above(_ratio(means[0], means[3]), by), *steps, Above(hour, beyond))


def _ratio(now: Measure, then: Measure) -> Measure:
    return Derived(lambda a, b: a / b if b > 0 else None, (now, then))
