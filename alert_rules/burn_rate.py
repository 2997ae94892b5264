"""Burn-rate alerts: is the error budget of an objective being spent so fast that somebody must act?

Two windows must agree: the long one says that the spending matters, the short one that it has not stopped, so no
``for`` is needed. A guard keeps quiet nights quiet: a window must hold so many requests that one bad request alone
stays below the bound. Both count a window that is known in part as :mod:`vitals.model.signals.slo` does: what is not
known was good, at the pace of what is known. So no condition asks how old the stack is or whether there was a gap: a
total outage pages as fast in the first hour as in the second month.

A total outage has paged already, so each pair of windows holds back for as long as its short window can still see the
failures of one: people who have just repaired it are not woken for it again.

Source of windows and burn rates: Google, The Site Reliability Workbook, chapter 5.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from functools import reduce

from alert_rules import outage as outage_rule
from vitals.kit.alerts.alert import Alert, Bound, Evidence, Severity
from vitals.model.catalog import Availability, Environment, Latency, Service, Slo
from vitals.model.catalog.fields import seconds
from vitals.model.promql import Expr, over_time
from vitals.model.signals import Group, slo
from vitals.model.signals.slo import Pair

_KIND = {"availability": "ErrorBudget", "latency": "LatencyBudget"}
_COUNTED_AS = Decimal("1.25")
"""One request counts as up to so many, because of where scrapes and evaluations fall.

An increase lies between two scrapes in ``60 s - scrape`` of every rate over a minute. Evaluated every 15 s that is
four times or three, and at four it is counted as ``4 * 15 s / (60 s - scrape)``: 1.09 at 5 s, 1.2 at 10 s.
"""


def least_events(pair: Pair, objective: Slo) -> float:
    """How many requests a long window must hold so that one bad one stays below the bound, however it is counted."""
    return float(_COUNTED_AS / (pair.burn * objective.budget))


def still_seen(pair: Pair) -> str:
    """How long an outage is still in the short window after its end, as a duration: so long the pair holds back."""
    return f"{(seconds(pair.short) + seconds(slo.RATE_WINDOW)) / 60:g}m"


def _burning(pair: Pair, objective: Slo, service: Service) -> Expr:
    long, short = (slo.burn_rate(objective, window).read(service=service.name) for window in (pair.long, pair.short))
    both = (long > float(pair.burn)) & (short > float(pair.burn))
    return both & (slo.pace(objective, service, pair.long) * seconds(pair.long) > least_events(pair, objective))


def _page(pair: Pair, objective: Slo, service: Service) -> Expr:
    burning = _burning(pair, objective, service)
    if isinstance(objective, Latency):
        return burning
    outage = {"alertname": outage_rule.NAME, "alertstate": "firing", "service": service.name}
    return burning.unless_on(("service",), over_time("max", "ALERTS", outage, still_seen(pair)))


def _any(conditions: Iterable[Expr]) -> Expr:
    return reduce(lambda left, right: left | right, conditions)


def _alerts_of(objective: Slo, service: Service) -> list[Alert]:
    name, kind = service.name, _KIND[objective.kind]
    what = "fail" if isinstance(objective, Availability) else f"take longer than {objective.within}"
    times = "{{ $value | humanize }}"

    def evidence(pair: Pair) -> Evidence:
        share = float(pair.burn * objective.budget)
        return Evidence(window=pair.long, short=pair.short, least_share=share, settles=slo.RATE_WINDOW)

    shown = {pair.long: slo.burn_rate(objective, pair.long) for pair in (*slo.FAST, *slo.SLOW)}

    def lines(pairs: tuple[Pair, ...], severity: Severity) -> tuple[Bound, ...]:
        return tuple(Bound(shown[pair.long].id, float(pair.burn), severity) for pair in pairs)

    return [
        Alert(
            id=f"slo.{objective.kind}.fast",
            name=f"{kind}BurnFast",
            severity=Severity.CRITICAL,
            service=name,
            owner=service.owner,
            group=f"{name}.{Group.SLO}",
            expr=_any(_page(pair, objective, service) for pair in slo.FAST),
            summary=f"{name} spends its budget for requests that {what} {times} times too fast",
            means=f"The promise of {objective.objective} is being broken fast; days of its budget go within hours.",
            do="Find the endpoint that stands out on the board, then its last deploy or its slowest dependency.",
            signal=shown[slo.FAST[0].long],
            bounds=lines(slo.FAST, Severity.CRITICAL),
            labels={"slo": objective.kind},
            evidence=evidence(slo.FAST[0]),
        ),
        Alert(
            id=f"slo.{objective.kind}.slow",
            name=f"{kind}BurnSlow",
            severity=Severity.WARNING,
            service=name,
            owner=service.owner,
            group=f"{name}.{Group.SLO_LONG}",
            expr=_any(_burning(pair, objective, service) for pair in slo.SLOW),
            summary=f"{name} has for hours spent its budget for requests that {what} {times} times too fast",
            means=f"The 30-day budget of {objective.objective} will not last; it is spent faster than allowed.",
            do="Plan the repair this week; see which endpoint adds most bad requests.",
            signal=shown[slo.SLOW[0].long],
            bounds=lines(slo.SLOW, Severity.WARNING),
            labels={"slo": objective.kind},
            evidence=evidence(slo.SLOW[0]),
        ),
    ]


def alerts(service: Service, _: Environment) -> list[Alert]:
    """A page and a ticket for each objective of a service."""
    return [alert for objective in service.slos for alert in _alerts_of(objective, service)]
