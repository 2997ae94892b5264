"""Burn-rate alerts: is the error budget of an objective being spent so fast that the owner must act?

Two windows must agree: the long one says that the spending matters, the short one that it has not stopped, so no
``for`` is needed. A minimum of events keeps quiet nights quiet: a window must hold so many requests that one bad
request alone stays below the bound. A long window that is known in part counts as :mod:`vitals.model.signals.slo`
says: what is not known was good, at the pace of what is known. So no condition asks how old the stack is: a total
outage pages as fast in the first hour as in the second month.

What is not known begins no alert, and ends none: a short window is judged by what is known of it, and an alert that
fires goes on until what is known says that it is over (docs/adr/0043).

A total outage has paged already, so each pair of windows holds back for as long as its short window can still see the
failures of one: people who have just repaired it are not woken for it again.

Source of windows and burn rates: Google, The Site Reliability Workbook, chapter 5.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from decimal import Decimal

from vitals.kit.alerts.alert import TOO_SLOW, Alert, Bound, Evidence
from vitals.kit.alerts.summary import summary
from vitals.model.catalog import Availability, Environment, Latency, Service, Slo
from vitals.model.catalog.burn_windows import FAST, SLOW, BurnWindow
from vitals.model.catalog.fields import seconds
from vitals.model.conventions import ALERTNAME, ALERTSTATE, SERVICE, SLO, Severity
from vitals.model.promql import Expr, over_time, select
from vitals.model.signals import Group, slo
from vitals.model.signals.idioms import any_of

from . import outage as outage_rule

_KIND = {"availability": "ErrorBudget", "latency": "LatencyBudget"}
_MAX_OVERCOUNT = Decimal("1.25")
"""One request counts as up to so many, because of where scrapes and evaluations fall.

An increase lies between two scrapes in ``60 s - scrape`` of every rate over a minute. Evaluated every 15 s that is
four times or three, and at four it is counted as ``4 * 15 s / (60 s - scrape)``: 1.09 at 5 s, 1.2 at 10 s.
"""

ENOUGH_KNOWN = 0.5
"""The share of a window of which it must be known what it says before a firing alert ends by it, or holds by it.

Half of a short window: it doubles the variance of a share, and the end of an alert waits for half of that window after
a gap. Half of a long window, but for the first of an alert: a stack of one hour knows a sixth of six hours, and would
hold by it for half an hour what an hour has begun and five minutes would have ended.
"""


def least_events(window: BurnWindow, objective: Slo) -> float:
    """How many requests a long window must hold so that one bad one stays below the bound, however it is counted."""
    return float(_MAX_OVERCOUNT / (window.burn * objective.budget))


def _fewest(window: BurnWindow, objective: Slo) -> int:
    """The same as the least whole number that suffices, for people."""
    return math.floor(least_events(window, objective)) + 1


def outage_in_window(window: BurnWindow) -> str:
    """How long an outage is still in the short window after its end, as a duration: so long the window holds back."""
    return f"{(seconds(window.short) + seconds(slo.RATE_WINDOW)) / 60:g}m"


def firing(name: str, service: Service) -> Expr:
    """Whether an alert fired at the last evaluation, or at the last one before a restart of Prometheus."""
    return select("ALERTS", {ALERTNAME: name, ALERTSTATE: "firing", SERVICE: service.name})


def burning(
    window: BurnWindow, objective: Slo, service: Service, fires: Expr, *, first: str = "", unless: Expr | None = None
) -> Expr:
    """Where both windows of a pair burn too fast, and hold so many requests that one bad one alone would not do it.

    Args:
        window: The pair.
        objective: The objective.
        service: The service.
        fires: The alert itself, where it fires already: it ends only by what is known.
        first: The long window of the alert's first pair, where this is another one.
        unless: What holds the alert back; one that fires already is not.
    """
    bound = float(window.burn)
    long, short = (slo.burn_rate(objective, each).select(service=service.name) for each in (window.long, window.short))
    known = slo.known_share(objective, window.short).select(service=service.name)
    begins = long > bound
    if unless is not None:
        begins = begins.unless_on((SERVICE,), unless)
    matters = begins
    if window not in SLOW:  # of a day and more a gap takes little, and to count what is known of it costs much
        of_long = slo.known_share(objective, window.long).select(service=service.name)
        of_known = long / (of_long >= ENOUGH_KNOWN if first else of_long)
        matters |= (of_known > bound).and_on((SERVICE,), fires)
    undecided = long.and_on((SERVICE,), fires).unless(known >= ENOUGH_KNOWN)
    if first:  # where nothing is known for as long as the first pair looks back, it has no burn rate: nothing holds on
        undecided &= slo.burn_rate(objective, first).select(service=service.name)
    goes_on = ((short / known) > bound) | undecided
    enough = slo.pace(objective, service, window.long) * seconds(window.long) > least_events(window, objective)
    return matters & goes_on & enough


def _alert(name: str, windows: tuple[BurnWindow, ...], objective: Slo, service: Service) -> Expr:
    fires = firing(name, service)

    def after_outage(window: BurnWindow) -> Expr | None:
        if window not in FAST or isinstance(objective, Latency):
            return None
        outage = {ALERTNAME: outage_rule.NAME, ALERTSTATE: "firing", SERVICE: service.name}
        return over_time("max", "ALERTS", outage, outage_in_window(window))

    return any_of(
        burning(window, objective, service, fires, first=first, unless=after_outage(window))
        for window, first in zip(windows, ("", windows[0].long), strict=True)
    )


def because_of_gaps(window: BurnWindow) -> dict[str, str]:
    """Why an alert that fires ends by so much of what is known."""
    parts = [
        "{} steps of {} in {}".format(*slo.known_by(each), each)
        for each in ((window.short,) if window in SLOW else (window.long, window.short))
    ]
    return {
        f"once it fires, over by what is known ({', '.join(parts)}), {ENOUGH_KNOWN:.0%} of {window.short} at least": (
            "a gap says neither that it stopped nor that it goes on; the less is known, the more is left to chance"
        )
    }


def _because(windows: tuple[BurnWindow, ...], objective: Slo) -> dict[str, str]:
    found: dict[str, str] = {}
    for window in windows:
        found[f"burn rate > {window.burn} over {window.long} and {window.short}"] = (
            f"{window.budget_share:.0%} of the budget is gone when the long window is full of it (Google, The Site "
            "Reliability Workbook, chapter 5, table 5-8); the short one, a twelfth of it, says that it goes on"
        )
        found[
            f"at least {_fewest(window, objective)} requests in {window.long} (> {least_events(window, objective):g})"
        ] = (
            f"at an objective of {objective.objective} one bad request among so many stays below the bound, also where "
            f"scrapes and evaluations fall so that it is counted as {_MAX_OVERCOUNT}"
        )
        found |= because_of_gaps(window)
        if window in FAST and isinstance(objective, Availability):
            found[f"not within {outage_in_window(window)} of a {outage_rule.NAME}"] = (
                "so long the short window still sees the failures of an outage that has paged already"
            )
    return found


def _summary(objective: Slo, service: Service, windows: tuple[BurnWindow, ...]) -> str:
    """Every window with its bound: the value is that of whichever holds, and a template cannot say which that is."""
    compared = " or ".join(f"> {window.burn}x over {window.long}" for window in windows)
    burning = f"{objective.kind} error budget burning {{{{ $value | humanize }}}}x faster than allowed"
    return summary(service.name, burning, compared)


def _in_words(windows: Iterable[BurnWindow], objective: Slo, *, held_back: bool = False) -> str:
    """The condition with its numbers, for the runbook."""

    def words(window: BurnWindow) -> str:
        enough = f"with at least {_fewest(window, objective)} requests in {window.long}"
        after = f" and not within {outage_in_window(window)} of a {outage_rule.NAME}" if held_back else ""
        return f"> {window.burn} over both {window.long} and {window.short}, {enough}{after}"

    return f"{objective.kind} burn rate at an objective of {objective.objective}: {'; or '.join(map(words, windows))}"


def _alerts_of(objective: Slo, service: Service) -> list[Alert]:
    name, kind = service.name, _KIND[objective.kind]

    def evidence(window: BurnWindow) -> Evidence:
        share = float(window.burn * objective.budget)
        return Evidence(window=window.long, short=window.short, least_share=share, settles=slo.RATE_WINDOW)

    shown = {window.long: slo.burn_rate(objective, window.long) for window in (*FAST, *SLOW)}

    def lines(windows: tuple[BurnWindow, ...], severity: Severity) -> tuple[Bound, ...]:
        return tuple(Bound(shown[window.long].id, float(window.burn), severity) for window in windows)

    return [
        Alert(
            id=f"slo.{objective.kind}.fast",
            name=f"{kind}BurnFast",
            severity=Severity.CRITICAL,
            service=name,
            owner=service.owner,
            group=f"{name}.{Group.SLO}",
            expr=_alert(f"{kind}BurnFast", FAST, objective, service),
            summary=_summary(objective, service, FAST),
            impact=f"The objective of {objective.objective} is at risk; days of its error budget go within hours.",
            action=(
                "Find the endpoint that stands out on the dashboard, then its last deploy or its slowest dependency."
            ),
            signal=shown[FAST[0].long],
            bounds=lines(FAST, Severity.CRITICAL),
            labels={SLO: objective.kind},
            evidence=evidence(FAST[0]),
            because=_because(FAST, objective),
            fires_when=_in_words(FAST, objective, held_back=isinstance(objective, Availability)),
            no_drill=TOO_SLOW if isinstance(objective, Latency) else "",
        ),
        Alert(
            id=f"slo.{objective.kind}.slow",
            name=f"{kind}BurnSlow",
            severity=Severity.WARNING,
            service=name,
            owner=service.owner,
            group=f"{name}.{Group.SLO_LONG}",
            expr=_alert(f"{kind}BurnSlow", SLOW, objective, service),
            summary=_summary(objective, service, SLOW),
            impact=f"The 30-day budget of {objective.objective} will not last; it is spent faster than allowed.",
            action="Plan the repair this week; see which endpoint adds most bad requests.",
            signal=shown[SLOW[0].long],
            bounds=lines(SLOW, Severity.WARNING),
            labels={SLO: objective.kind},
            evidence=evidence(SLOW[0]),
            because=_because(SLOW, objective),
            fires_when=_in_words(SLOW, objective),
            no_drill=TOO_SLOW,
        ),
    ]


def alerts(service: Service, _: Environment) -> list[Alert]:
    """A page and a ticket for each objective of a service."""
    return [alert for objective in service.slos for alert in _alerts_of(objective, service)]
