"""How long people wait for the page of a total outage, computed from the intervals that are shipped.

The chain has four parts, each known from configuration: the first scrape after the fault, which still holds good
requests and is no proof; one whole scrape interval that holds nothing but failures; the next evaluation of the outage
rules; the wait of the notification group. Records and alert stand in one group, so there is no second evaluation, and
the rule has no ``for``. Not counted: the time that scrape, query and delivery themselves take, a second in all.

A fault falls anywhere in an interval, so waits for a scrape or an evaluation are uniform between nothing and the
interval: half of it on average, all of it at worst. The page waits for the replica that is scraped last.
"""

from __future__ import annotations

from dataclasses import dataclass

from alert_rules.alert import Severity
from alert_rules.routing import TIMES
from vitals.catalog import Environment
from vitals.catalog.fields import seconds
from vitals.signals import Group


@dataclass(frozen=True, slots=True)
class LatencyBudget:
    """The computed time from a fault to its notification.

    Attributes:
        mean: On average over all phases, in seconds.
        worst: At the worst phase, in seconds.
    """

    mean: float
    worst: float


def outage(environment: Environment, *, replicas: int) -> LatencyBudget:
    """The budget of ServiceOutage when every request fails or every target is gone.

    With ``n`` replicas scraped at independent moments the last of them is scraped ``n / (n + 1)`` of an interval after
    the fault on average: the expected maximum of ``n`` uniform waits.

    Args:
        environment: Its scrape and evaluation intervals count.
        replicas: How many replicas the service has.
    """
    scrape = seconds(environment.scrape.page)
    evaluation = seconds(Group.OUTAGE.interval(environment.scrape))
    group_wait = seconds(TIMES[Severity.CRITICAL]["group_wait"])
    return LatencyBudget(
        mean=scrape * replicas / (replicas + 1) + scrape + evaluation / 2 + group_wait,
        worst=scrape + scrape + evaluation + group_wait,
    )
