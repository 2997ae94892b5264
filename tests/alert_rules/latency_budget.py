"""How long people wait for an alert, computed from the intervals that are shipped.

The chain to the page of a total outage has four parts, each known from configuration: the first scrape after the fault,
which still holds good requests and is not a proof; one whole scrape interval that holds nothing but failures; the next
evaluation of the outage rules; the wait of the notification group. Records and alert stand in one group, so there is no
second evaluation, and the rule has no ``for``. Not counted: the time that scrape, query and delivery themselves take, a
second in all.

A fault falls anywhere in an interval, so waits for a scrape or an evaluation are uniform between nothing and the
interval: half of it on average, all of it at worst. The page waits for the replica that is scraped last.
"""

from __future__ import annotations

from dataclasses import dataclass

from alert_rules import arrival
from alert_rules.routing import ROUTING
from vitals.model.catalog import Environment
from vitals.model.catalog.fields import seconds
from vitals.model.conventions import Severity
from vitals.model.signals import Group


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
    group_wait = seconds(ROUTING.times[Severity.CRITICAL].group_wait)
    return LatencyBudget(
        mean=scrape * replicas / (replicas + 1) + scrape + evaluation / 2 + group_wait,
        worst=scrape + scrape + evaluation + group_wait,
    )


def first_burst(environment: Environment) -> LatencyBudget:
    """The budget of ServiceOutage when a burst of failures is over before the next scrape: that scrape proves it."""
    scrape, evaluation, wait = _page(environment, Group.OUTAGE)
    return LatencyBudget(mean=scrape / 2 + evaluation / 2 + wait, worst=scrape + evaluation + wait)


def hang(environment: Environment) -> LatencyBudget:
    """The budget of ServiceHanging by day: requests have waited for a minute since the first scrape that saw them."""
    scrape, evaluation, wait = _page(environment, Group.ARRIVAL)
    window = seconds(arrival.FAST)
    return LatencyBudget(mean=window + scrape / 2 + evaluation / 2 + wait, worst=window + scrape + evaluation + wait)


def vanished(environment: Environment) -> LatencyBudget:
    """The budget of TrafficGone: its window must have lost nearly all, and its counts are recorded by another group."""
    scrape, evaluation, wait = _page(environment, Group.ARRIVAL)
    window = (1 - arrival.NEARLY_NONE) * seconds(arrival.SLOW)
    waits = scrape + seconds(Group.OUTAGE.interval(environment.scrape)) + evaluation
    return LatencyBudget(mean=window + waits / 2 + wait, worst=window + waits + wait)


def _page(environment: Environment, group: Group) -> tuple[float, float, float]:
    """The intervals of the scrape and of a rule group, and the wait of a page, in seconds."""
    wait = seconds(ROUTING.times[Severity.CRITICAL].group_wait)
    return seconds(environment.scrape.page), seconds(group.interval(environment.scrape)), wait
