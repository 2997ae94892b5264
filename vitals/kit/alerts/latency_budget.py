"""How long people wait for an alert, computed from the intervals that are shipped.

The chain to the page of a total outage has four parts, each known from configuration: the first scrape after the fault,
which still holds good requests and is no proof; one whole scrape interval that holds nothing but failures; the next
evaluation of the outage rules; the wait of the notification group. Records and alert stand in one group, so there is no
second evaluation, and the rule has no ``for``. Not counted: the time that scrape, query and delivery themselves take, a
second in all.

A fault falls anywhere in an interval, so waits for a scrape or an evaluation are uniform between nothing and the
interval: half of it on average, all of it at worst. The page waits for the replica that is scraped last.

Every other alert goes the same way, with its windows and its ``for`` in between: ``timing`` names the parts, and
whoever drills an alert adds them up.
"""

from __future__ import annotations

from dataclasses import dataclass

from alert_rules import arrival
from alert_rules.routing import HEARTBEAT, TIMES
from vitals.kit.alerts.alert import Alert, Severity
from vitals.model.catalog import Environment
from vitals.model.catalog.fields import seconds
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
    group_wait = seconds(TIMES[Severity.CRITICAL]["group_wait"])
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
    wait = seconds(TIMES[Severity.CRITICAL]["group_wait"])
    return seconds(environment.scrape.page), seconds(group.interval(environment.scrape)), wait


@dataclass(frozen=True, slots=True)
class Timing:
    """What lies between a fault and the people who hear of it, and between its end and the good news; in seconds.

    Attributes:
        window_s: How far back the condition looks.
        short_s: How far back it still sees a fault that is over.
        least_share: The share of the window that suffices when every event in it is bad.
        settles_s: The window of the rates that are averaged.
        scrape_s: The interval of the scrape.
        takes_s: How long a scrape may take.
        evaluation_s: The interval of the rule group.
        lasting_s: How long the condition must hold.
        group_wait_s: How long the first notification waits for others.
        group_interval_s: How long at most the notification of the end waits.
    """

    window_s: float
    short_s: float
    least_share: float
    settles_s: float
    scrape_s: float
    takes_s: float
    evaluation_s: float
    lasting_s: float
    group_wait_s: float
    group_interval_s: float


def timing(alert: Alert, *, looks_back_s: float, scrape: str, takes: str, evaluation: str) -> Timing:
    """The parts of an alert's way.

    Args:
        alert: The alert.
        looks_back_s: The longest window that its condition reads, through what is recorded.
        scrape: The interval of the job that it watches.
        takes: The time limit of that scrape.
        evaluation: The interval of its rule group.
    """
    evidence = alert.evidence
    times = TIMES.get(alert.severity, HEARTBEAT)
    return Timing(
        window_s=seconds(evidence.window) if evidence else looks_back_s,
        short_s=seconds(evidence.short) if evidence else looks_back_s,
        least_share=evidence.least_share if evidence else 1.0,
        settles_s=_or_nothing(evidence.settles) if evidence else 0.0,
        scrape_s=seconds(scrape),
        takes_s=seconds(takes),
        evaluation_s=seconds(evaluation),
        lasting_s=_or_nothing(alert.lasting),
        group_wait_s=_or_nothing(times["group_wait"]),
        group_interval_s=seconds(times["group_interval"]),
    )


def _or_nothing(duration: str) -> float:
    return 0.0 if duration == "0s" else seconds(duration)
