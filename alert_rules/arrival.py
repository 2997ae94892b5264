"""Requests that no longer end, and requests that no longer come: pages that no share of failures can give.

Each compares the newest minutes with what is usual for the service, or a replica with the others, and asks for so many
missing requests that chance does not explain them. None has a ``for``: the evidence is in the windows.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, reduce
from operator import add

from vitals.kit.alerts.alert import Alert, Evidence
from vitals.kit.alerts.gaps import last_shown
from vitals.kit.alerts.summary import summary
from vitals.model.catalog import Environment, Scrape, Service
from vitals.model.catalog.fields import seconds
from vitals.model.conventions import ALERTNAME, ALERTSTATE, INSTANCE, SERVICE, Severity
from vitals.model.promql import Expr, avg_by, call, over_time, select, sum_by
from vitals.model.signals import Group, api, arrival, carries, gauge, outage, series

IN_FLIGHT, CALLS = "api_requests_in_flight", "api_calls_total"
HANGING, GONE = arrival.FROZEN_BY
REPLICA = "ReplicaHanging"
NEARLY_NONE = 0.1
"""The share of the usual that may still end: health checks, or the few answers that need nothing of what hangs."""
LEAST_MISSING = 21
"""How many requests are usual in a window that has hardly any: none by chance is less likely than e^-21, one in a
billion."""
FAST, SLOW = "1m", "5m"
"""Two windows: the first for traffic by day, the second where a minute usually has too few requests."""
PATIENCE_S = 5
"""Seconds of arrivals that wait on a replica at least, when it answers none of them."""
LEAST_USUAL = 1.0
"""Requests per second that are usual where traffic can vanish: below, a handful of people who leave is all of it."""
BUSY_THEN = 0.3
"""The share of the usual above which the same hour of a past day was busy."""
_USUAL = (
    f"usual is the median of the last {arrival.RECENT}, which stands still for {arrival.STANDS_STILL} at most while "
    f"the alert fires, of a service known for {arrival.REQUIRED_HISTORY}"
)
MAJORITY = 1
"""The fewest votes that are a majority for a busy hour: of two days that differ, the quiet one is believed."""

_KNOWN = "the first scrapes after a gap or an outage, when nothing has ended yet, must not stand for the whole window"
_NEARLY_NONE = "health checks, or the few answers that need nothing of what is broken, may go on"


def _answered(service: Service, window: str) -> Expr:
    if window == FAST:
        return arrival.ANSWERED.select(service=service.name)
    of = {SERVICE: service.name}
    return over_time("avg", outage.CALLS.record, of, window) & outage.CALLS.select(**of)


def _few(service: Service, window: str, name: str) -> Expr:
    """Nearly nothing ended in a window; to begin, it must have been known at the beginning of the window, too.

    Else the first scrape after a gap or an outage, which shows that nothing has ended yet, would stand for all of it.
    """
    few = _answered(service, window) < NEARLY_NONE * arrival.USUAL.select(service=service.name)
    fires = select("ALERTS", {ALERTNAME: name, ALERTSTATE: "firing", SERVICE: service.name})
    return few.and_on((SERVICE,), outage.CALLS.ago(window, service=service.name) | fires)


def _stopped(service: Service, window: str) -> Expr:
    """Nearly nothing ended in a window in which many requests usually end."""
    many = arrival.USUAL.select(service=service.name) * seconds(window) >= LEAST_MISSING
    return _few(service, window, HANGING) & many


def _waiting(service: Service, window: str) -> Expr:
    """Requests in flight throughout a window, over the replicas."""
    throughout = series(
        service,
        IN_FLIGHT,
        {},
        lambda name, of: call("min_over_time", select(name, of, window=window)),
        whole=True,
    )
    return sum_by((SERVICE,), throughout) > 0


def _in_flight(service: Service, scrape: Scrape) -> Expr:
    """Requests in flight as they were seen last: of an hour far fewer samples than of windows in which they wait."""
    window = gauge.window(service, scrape)
    return series(
        service, IN_FLIGHT, {}, lambda name, of: call("last_over_time", select(name, of, window=window)), whole=True
    )


def _hanging(service: Service) -> Expr:
    fast, slow = (_waiting(service, window) & _stopped(service, window) for window in (FAST, SLOW))
    return fast | slow


def _hanging_replica(service: Service) -> Expr:
    """Requests wait on a replica while hardly any ends on it, and many end on the others."""
    # A page has seen the replica before; a gap at that time does not make it a new one.
    fires = select("ALERTS", {ALERTNAME: REPLICA, ALERTSTATE: "firing", SERVICE: service.name})
    waiting = series(
        service,
        IN_FLIGHT,
        {},
        lambda name, of: call("min_over_time", select(name, of, window=SLOW)).and_on(
            (SERVICE, INSTANCE), call("last_over_time", select(name, of, window=FAST, offset=SLOW)) | fires
        ),
        whole=True,
    )
    ended = series(service, CALLS, {}, lambda name, of: call("rate", select(name, of, window=SLOW)), whole=True)
    each = sum_by((SERVICE, INSTANCE), ended)
    mean = avg_by((SERVICE,), each)
    enough = (NEARLY_NONE * mean) & (mean * seconds(SLOW) >= LEAST_MISSING)
    piled_up = (sum_by((SERVICE, INSTANCE), waiting) > 1).above_its((SERVICE,), PATIENCE_S * mean)
    return piled_up & each.below_its((SERVICE,), enough)


def _gone(service: Service) -> Expr:
    """Nearly nothing arrives, nothing waits, and it was otherwise at this hour on the days that are known."""
    usual = arrival.USUAL.select(service=service.name)
    few = _few(service, SLOW, GONE) & (usual >= LEAST_USUAL)
    if carries(service, IN_FLIGHT):
        few = few.unless_on((SERVICE,), _waiting(service, FAST))
    return few & _busy_then(service, usual)


def _busy_then(service: Service, usual: Expr) -> Expr:
    """Most of the past days that are known were busy at this hour: each says +1 if it was, -1 if it was quiet."""
    days = (arrival.quietest(service, end) for end in arrival.PAST)
    votes = (call("sgn", day - BUSY_THEN * usual) | 0 * usual for day in days)
    return reduce(add, votes) >= MAJORITY


def _hanging_alert(page: Callable[..., Alert], service: Service, scrape: Scrape) -> Alert:
    """Requests wait, and hardly any ends."""
    name = service.name
    return page(
        id="api.arrival.hanging",
        name=HANGING,
        expr=_hanging(service),
        summary=summary(
            name, f"completions below {NEARLY_NONE:.0%} of usual, requests waiting {{{{ $value }}}}", "> 0"
        ),
        impact="Requests reach the service and are not answered, although its processes are up.",
        action="Take a stack dump of one replica, then restart the replicas one by one.",
        signal=api.IN_FLIGHT,
        evidence=Evidence(window=FAST, short=FAST),
        because={
            f"< {NEARLY_NONE:.0%} of the usual": _NEARLY_NONE,
            f">= {LEAST_MISSING} requests are usual": (
                "that none of them comes by chance is less likely than e^-21, one in a billion"
            ),
            f"throughout {FAST}": "assumed: no healthy request is in flight for a minute while no other ends",
            f"or throughout {SLOW}": "where a minute usually has too few requests to miss them",
            f"known {FAST} ago, or {SLOW}": _KNOWN,
        },
        fires_when=(
            f"requests wait throughout {FAST} and < {NEARLY_NONE:.0%} of the usual end in it (with low traffic, in "
            f"{SLOW}), of which at least {LEAST_MISSING} must be usual; {_USUAL}"
        ),
        last=last_shown(sum_by((SERVICE,), _in_flight(service, scrape)), service, scrape),
    )


def _hanging_replica_alert(page: Callable[..., Alert], service: Service, scrape: Scrape) -> Alert:
    """Requests wait on one replica of several, and hardly any ends there."""
    return page(
        id="api.arrival.hanging_replica",
        name=REPLICA,
        expr=_hanging_replica(service),
        summary=summary(
            service.name,
            f"completions below {NEARLY_NONE:.0%} of a replica's mean, requests waiting {{{{ $value }}}}",
            "> 1",
            [INSTANCE],
        ),
        impact="Requests that reach this replica are not answered, although its process is up.",
        action="Take a stack dump of the replica, then restart it.",
        signal=api.IN_FLIGHT,
        evidence=Evidence(window=SLOW, short=FAST),
        because={
            f"< {NEARLY_NONE:.0%} of a replica's mean": _NEARLY_NONE,
            f">= {LEAST_MISSING} requests are a replica's mean": (
                "that none of them comes to one replica by chance is less likely than e^-21, one in a billion"
            ),
            "> 1 request waits": "one alone may be a long answer that a replica ends before it goes",
            f"the arrivals of {PATIENCE_S}s wait": "assumed: clients wait longer than that before they leave",
            f"there within {FAST} before": (
                "four scrapes, so that a missed one hides no replica, and a new one is left out"
            ),
            f"throughout {SLOW}": (
                "assumed: a stream or a long poll may stay open, and a balancer may favour others, for less than that"
            ),
        },
        fires_when=(
            f"throughout {SLOW}, > 1 request is in flight on a replica, and more than arrive at the mean replica in "
            f"{PATIENCE_S}s; in {SLOW} it ends < {NEARLY_NONE:.0%} of what the mean replica ends, which is at least "
            f"{LEAST_MISSING} requests; and it had requests in flight in the {FAST} before, too"
        ),
        last=last_shown(sum_by((SERVICE, INSTANCE), _in_flight(service, scrape)), service, scrape, (INSTANCE,)),
    )


def _gone_alert(page: Callable[..., Alert], service: Service, scrape: Scrape) -> Alert:
    """Hardly any request comes at a busy hour."""
    name = service.name
    return page(
        id="api.arrival.gone",
        name=GONE,
        expr=_gone(service),
        summary=summary(name, "traffic {{ $value | humanize }} requests/s", f"< {NEARLY_NONE:.0%} of usual"),
        impact="Hardly any request reaches the service, although its processes are up and it is a busy hour.",
        action="Ask the service from outside; look at load balancer, DNS, certificate and gateway.",
        signal=arrival.ANSWERED,
        evidence=Evidence(window=SLOW, short=SLOW, least_share=1 - NEARLY_NONE),
        because={
            f"< {NEARLY_NONE:.0%} of the usual": _NEARLY_NONE,
            f"over {SLOW}": "assumed: people reload a page within minutes, so for five no user has got through",
            f"known {SLOW} ago": _KNOWN,
            f">= {LEAST_USUAL:g} requests/s usual": (
                "below, a handful of people who leave is all the traffic there is"
            ),
            f"none in flight for {FAST}": "a request that waits is a service that hangs, which has its own alert",
            f"> {BUSY_THEN:.0%} of the usual on past days": (
                "assumed: between a quiet hour (none) and a busy one (all), nearer to the quiet one because days differ"
            ),
            f"the {arrival.AROUND} that end {', '.join(arrival.PAST)} ago": (
                "yesterday and the same weekday of three weeks; clocks may have been changed since, so an hour "
                "before and after counts like the moment itself"
            ),
            f"their quieter {arrival.QUIET_SHARE:.0%}": (
                "a day that ended within an hour of now leaves a fifth of those hours quiet; less is a deploy"
            ),
        },
        fires_when=(
            f"< {NEARLY_NONE:.0%} of the usual arrive in {SLOW}, at least {LEAST_USUAL:g} request/s is usual, none "
            f"waits, and on most known days the quieter minutes of the {arrival.AROUND} around had "
            f"> {BUSY_THEN:.0%} of the usual; {_USUAL}"
        ),
        last=last_shown(arrival.ANSWERED.select(service=name), service, scrape),
    )


def alerts(service: Service, environment: Environment) -> list[Alert]:
    """The alerts of a service with an availability objective; a hang is seen where requests in flight are known."""
    if service.availability is None:
        return []
    page = partial(
        Alert,
        severity=Severity.CRITICAL,
        service=service.name,
        owner=service.owner,
        group=f"{service.name}.{Group.ARRIVAL}",
    )
    waits = (_hanging_alert, _hanging_replica_alert) if carries(service, IN_FLIGHT) else ()
    return [alert(page, service, environment.scrape) for alert in (*waits, _gone_alert)]
