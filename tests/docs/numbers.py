"""What our pages may state in numbers, computed from the code: a number that changes there makes the page wrong here.

Each phrase is written the way a page says it. Objectives are examples (their budget is an argument), because a page
speaks of every service.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

from alert_rules import (
    Severity,
    alertmanager_config,
    burn_rate,
    cache,
    channels,
    components,
    database,
    outage,
    tasks,
    users,
)
from alert_rules.catalogue import RULES
from alert_rules.latency import api_latency_high
from alert_rules.meta import target_down
from vitals.kit.alerts.threshold import Threshold
from vitals.kit.alerts.trend import LimitAhead, Trend, WorseEveryDay, WorseThanLastWeek
from vitals.model.catalog import Availability, Catalogue, Environment, Latency, Scrape, Service, Slo, load
from vitals.model.catalog.fields import seconds
from vitals.model.promql import Expr
from vitals.model.signals import Signal, measure, slo, targets, trend
from vitals.model.signals import outage as outage_signals
from vitals.model.signals.slo import Pair
from vitals.model.signals.users import TOLERATED
from vitals.paths import CATALOG
from vitals_telemetry.metrics.users import SATISFIED

from .arrival_numbers import OF_ARRIVAL
from .system_numbers import OF_SYSTEM_PAGE

SCRAPE = Scrape()
AVAILABILITY = Availability(objective="99.9%")
LATENCY = Latency(within="250ms", objective="99%")
SERVICE = Service(name="any", owner="any", means="Any service.", api=True, slos=(AVAILABILITY, LATENCY))
ENVIRONMENT = load(CATALOG).environments["local"]
_NAMES = {"slack": "Slack", "email": "e-mail", "pagerduty": "PagerDuty"}


def told(severity: Severity, catalogue: Catalogue, environment: Environment) -> str:
    """The first sentence of a page: who hears of such an alert, how soon and how often."""
    *others, last = (_NAMES[channel] for channel in channels(severity))
    heard = f"{', '.join(others)} and {last}" if others else last
    route = _route(severity, alertmanager_config(catalogue.teams, environment)["route"])
    return (
        f"Severity {severity}: the owning team hears of it by {heard}, {route['group_wait']} "
        f"after it fires and every {route['repeat_interval']} while it lasts."
    )


def _route(severity: Severity, tree: object) -> dict[str, object]:
    assert isinstance(tree, dict)
    team = next(route for route in tree["routes"] if "routes" in route)
    found = [route for route in team["routes"] if route["matchers"] == [f'severity="{severity}"']]
    assert len(found) == 1
    return dict(found[0])


def burning(pairs: Iterable[Pair]) -> str:
    """The condition of a burn-rate alert in words."""
    return ", or ".join(f"above {pair.burn} over both {pair.long} and {pair.short}" for pair in pairs)


def guard(pair: Pair, objective: Slo) -> str:
    """The fewest requests with which a pair may fire."""
    return f"{math.floor(burn_rate.least_events(pair, objective)) + 1} requests in {pair.long}"


def guards(pairs: Iterable[Pair], objective: Slo) -> str:
    """The guards of an alert in words."""
    return f"{' or '.join(guard(pair, objective) for pair in pairs)}"


def failures(objective: Slo) -> str:
    """How many failures an outage needs."""
    return f"{outage.least_failures(objective.budget)} failures"


QUIET = outage._QUIET_WINDOW
HOLDS = tuple(burn_rate.still_seen(pair) for pair in slo.FAST)
GONE = f"{outage._SCRAPES * seconds(SCRAPE.page):g}s"
LINGERS = f"{(1 - outage.FAILING_SHARE) * seconds(QUIET):.0f}s"
ABSENT = next(alert.lasting for alert in outage.alerts(SERVICE, ENVIRONMENT) if alert.labels["reason"] == "absent")


def window(expr: Expr) -> str:
    """The one window that an expression looks back."""
    (found,) = set(re.findall(r"\[(\w+)\]", expr.text))
    return str(found)


def asked(signal: Signal) -> Expr:
    """The expression of a signal for a service like ours."""
    return signal.query(SERVICE, SCRAPE)


RATE = slo.RATE_WINDOW
BUDGET = window(asked(slo.budget_left(AVAILABILITY)))
P95 = window(asked(api_latency_high.signal))

OUTAGE = (
    f"more than {outage.FAILING_SHARE:.0%} of requests",
    f"last {outage._SCRAPES} scrapes (taken every {SCRAPE.page})",
    f"over {QUIET}",
    f"At an objective of {AVAILABILITY.objective} that takes {failures(AVAILABILITY)}",
    f"more than {outage.GIVEN_UP_SHARE:.0%} of requests were left",
    f"(status {outage_signals.CLIENT_LEFT}), in {outage._GIVEN_UP_WINDOW} or in {QUIET}",
    f"at least {outage.LEAST_GIVEN_UP} of them",
    f"no replica answered in {GONE}, and each was asked at least {outage._SCRAPES} times",
    f"for {ABSENT} Prometheus",
    f"lag {LINGERS}",
)


def burn_page(pairs: tuple[Pair, ...], objective: Slo) -> tuple[str, ...]:
    """What the page of a burn-rate alert states."""
    return (burning(pairs), guards(pairs, objective), f"at an objective of {objective.objective}")


def beyond(rule: Threshold, condition: str, events: str = "") -> tuple[str, ...]:
    """What the page of a threshold states: the condition, how long it must hold, and the guard."""
    found = (condition, f"stayed so for {rule.lasting}")
    return (*found, f"more than {rule.guard.most_alone} {events} in {WINDOW}") if rule.guard else found


def compared(shape: type[WorseThanLastWeek] | type[WorseEveryDay]) -> tuple[str, ...]:
    """What counts as worse, signal by signal."""
    rules = (rule for rule in RULES if isinstance(rule, Trend))
    return tuple(
        f"{rule.signal.title}: by {rule.shape.by}, and beyond {rule.shape.beyond}"
        for rule in rules
        if isinstance(rule.shape, shape)
    )


WINDOW = measure.WINDOW
AHEAD = next(rule.shape for rule in RULES if isinstance(rule, Trend) and isinstance(rule.shape, LimitAhead))
HOURS = f"only if {trend.LEAST_MINUTES} of its minutes"
OF_FAMILIES: dict[str, tuple[str, ...]] = {
    "DatabaseSlow": beyond(database.slow, f"longer than {database.slow.above} (p95 over {WINDOW})", "queries"),
    "DatabaseFailing": beyond(database.failing, f"more than {database.failing.above} of them over {WINDOW}", "queries"),
    "DatabaseConnectionsHigh": (
        f"above {database.connections_high.above} of the connections",
        f"done so for {database.connections_high.lasting}",
    ),
    "CacheHitsLow": beyond(cache.hits_low, f"below {cache.hits_low.below} over {WINDOW}", "fetches"),
    "CacheSlow": beyond(cache.slow, f"longer than {cache.slow.above} (p95 over {WINDOW})", "fetches"),
    "TasksFailing": beyond(tasks.failing, f"above {tasks.failing.above} over {WINDOW}", "tasks"),
    "TasksWaiting": beyond(tasks.waiting, f"longer than {tasks.waiting.above} (p95 over {WINDOW})", "tasks"),
    "QueueFilling": beyond(tasks.queue_filling, f"wait than {tasks.queue_filling.above} of what"),
    "UsersUnsatisfied": (
        *beyond(users.unsatisfied, f"below {users.unsatisfied.below} over {WINDOW}", "requests of users"),
        f"within {SATISFIED:g}s counts whole, within {TOLERATED:g}s half",
    ),
    "CohortSlow": beyond(
        users.cohort_slow, f"longer than {users.cohort_slow.above} (p95 over {WINDOW})", "requests of that cohort"
    ),
    "ComponentSlow": (
        *beyond(components.slow, f"longer than {components.slow.above} for one call in twenty", "calls"),
        f"(p95 over {WINDOW})",
    ),
    "LimitAhead": (
        f"reached within {AHEAD.within}",
        f"of the last {AHEAD.over}",
        f"from {AHEAD.beyond} of the limit on",
        f"held for {AHEAD.lasting}",
    ),
    "WorseThanLastWeek": (
        *compared(WorseThanLastWeek),
        f"stayed so for {WorseThanLastWeek.lasting}",
        HOURS,
        f"within {trend.BRIDGED} before",
    ),
    "WorseEveryDay": (
        *compared(WorseEveryDay),
        f"stayed so for {WorseEveryDay.lasting}",
        f"each of the last {WorseEveryDay.days} days",
        HOURS,
        f"within {trend.BRIDGED} before",
    ),
}
OF_PAGE: dict[str, tuple[str, ...]] = {
    **OF_FAMILIES,
    **OF_ARRIVAL,
    "ServiceOutage": OUTAGE,
    "ErrorBudgetBurnFast": (
        *burn_page(slo.FAST, AVAILABILITY),
        f"After a ServiceOutage the first pair holds back for {HOLDS[0]} and the second for {HOLDS[1]}",
    ),
    "ErrorBudgetBurnSlow": burn_page(slo.SLOW, AVAILABILITY),
    "LatencyBudgetBurnFast": burn_page(slo.FAST, LATENCY),
    "LatencyBudgetBurnSlow": burn_page(slo.SLOW, LATENCY),
    "ApiLatencyHigh": (
        f"longer than {api_latency_high.above} (p95 over {P95})",
        f"stayed so for {api_latency_high.lasting}",
    ),
    "TargetDown": (f"scrape it for {target_down('any', 'any', targets.UP).lasting}",),
    "Watchdog": (),
    **OF_SYSTEM_PAGE,
}
"""Every phrase must stand on its page, and the page may hold no other number."""
