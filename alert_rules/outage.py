"""The fast outage alert: nearly all requests fail, or every replica is gone.

It must page within seconds and never for a hiccup, so each condition asks for evidence that one bad scrape, one failed
request or one lost replica cannot give. It has no ``for``: the evidence is in the expressions.
"""

from __future__ import annotations

import math
from decimal import Decimal
from functools import partial

from vitals.kit.alerts.alert import Alert, Bound, Evidence, Severity
from vitals.model.catalog import Environment, Service
from vitals.model.catalog.fields import seconds
from vitals.model.promql import Expr, absent, call, min_by, over_time, select, sum_by
from vitals.model.signals import Group, outage, targets

NAME = "ServiceOutage"
"""The name of the alert, which other rules and routes hold back for."""
FAILING_SHARE = 0.9
"""Nearly all: some requests may still be answered from a cache or by a health check."""
CHANCE = 1e-9
"""How improbable the failures must be if the objective were met."""
GIVEN_UP_SHARE = 0.5
"""Most: people close pages and phones lose their network, which is a few in a hundred, never every second one."""
LEAST_GIVEN_UP = 21
"""So many that it is no single client that tries and leaves again and again."""
_GIVEN_UP_WINDOW = "1m"
_QUIET_WINDOW = "5m"
_SCRAPES = 2
"""Bad scrapes in a row that count as evidence."""


def least_failures(budget: Decimal) -> int:
    """How many failures cannot be chance: the n for which ``budget ** n`` is below one in a thousand million.

    Five failures at 99 %, and never fewer than ``SCRAPES_BACK``: while scrapes are missed, the same failure is seen
    again by each evaluation that still has its two samples, so one failed request may look like three.
    """
    return max(outage.SCRAPES_BACK, math.ceil(math.log(CHANCE) / math.log(budget)))


def _failing(service: Service, environment: Environment, failures: int) -> Expr:
    """Nearly all requests failed between two scrapes, or over five minutes where traffic is low."""
    name = service.name
    newest = outage.ERRORS.read(service=name) * seconds(environment.scrape.page)
    at_once = (outage.FAILING.read(service=name) > FAILING_SHARE) & (newest >= failures)
    errors = over_time("sum", outage.ERRORS.record, {"service": name}, _QUIET_WINDOW)
    calls = over_time("sum", outage.CALLS.record, {"service": name}, _QUIET_WINDOW)
    counted = errors * seconds(environment.scrape.page)
    slowly = (errors / (calls > 0) > FAILING_SHARE) & (counted >= failures)
    return at_once | slowly


def _given_up(service: Service, environment: Environment) -> Expr:
    """Most clients left before their answer began, in a minute or, where traffic is low, in five."""

    def within(window: str) -> Expr:
        of = {"service": service.name}
        left, calls = (over_time("sum", one.record, of, window) for one in (outage.GIVEN_UP, outage.CALLS))
        counted = left * seconds(environment.scrape.page)
        return (left / (calls > 0) > GIVEN_UP_SHARE) & (counted >= LEAST_GIVEN_UP)

    return within(_GIVEN_UP_WINDOW) | within(_QUIET_WINDOW)


def _gone(service: Service, environment: Environment) -> Expr:
    """No target answered any of the last two scrapes, and every target was tried twice."""
    window = f"{_SCRAPES * seconds(environment.scrape.page):g}s"
    up = select("up", {"service": service.name}, window=window)
    answers = sum_by(("service",), call("sum_over_time", up)).equals(0)
    return answers & (min_by(("service",), call("count_over_time", up)) >= _SCRAPES)


def alerts(service: Service, environment: Environment) -> list[Alert]:
    """The outage alerts of a service with an availability objective."""
    if service.availability is None:
        return []
    failures = least_failures(service.availability.budget)
    name = service.name
    between_two_scrapes = Evidence(window=environment.scrape.page, short=environment.scrape.page)

    outage_alert = partial(
        Alert,
        name=NAME,
        severity=Severity.CRITICAL,
        service=name,
        owner=service.owner,
        group=f"{name}.{Group.OUTAGE}",
    )

    return [
        outage_alert(
            id="api.outage.failing",
            labels={"reason": "failing"},
            expr=_failing(service, environment, failures),
            summary=f"{name} fails {{{{ $value | humanizePercentage }}}} of its requests",
            means="Nearly every request is answered with a server error, so users are not served at all.",
            do="Look for a deploy in the last minutes and roll it back; otherwise open the newest failing trace.",
            signal=outage.FAILING,
            bounds=(Bound(outage.FAILING.id, FAILING_SHARE, Severity.CRITICAL),),
            evidence=between_two_scrapes,
        ),
        outage_alert(
            id="api.outage.given_up",
            labels={"reason": "given-up"},
            expr=_given_up(service, environment),
            summary=(
                f"{name}: {{{{ $value | humanizePercentage }}}} of requests given up by their clients "
                f"(> {GIVEN_UP_SHARE:.0%})"
            ),
            means="Most clients leave before their answer begins, so users wait in vain.",
            do="See what requests wait for, in the newest trace that has no end; then as for a service that hangs.",
            signal=outage.GIVEN_UP,
            evidence=Evidence(window=_GIVEN_UP_WINDOW, short=_QUIET_WINDOW, least_share=GIVEN_UP_SHARE),
        ),
        outage_alert(
            id="api.outage.gone",
            labels={"reason": "gone"},
            expr=_gone(service, environment),
            summary=f"{name} is gone: {{{{ $value }}}} of its replicas answered the last two scrapes",
            means="No replica of the service answers, so users are not served at all.",
            do="See why the processes ended; read the last log lines, the memory limit, the last deploy.",
            signal=targets.UP,
            evidence=between_two_scrapes,
        ),
        outage_alert(
            id="api.outage.absent",
            labels={"reason": "absent"},
            expr=absent(select("up", {"service": name})),
            summary=f"{name} has no replica that could be scraped (absent is {{{{ $value }}}})",
            means="The scrape does not even know the service; it was scaled to zero, deleted, or its labels changed.",
            do="Check that the deployment exists with replicas, and that the monitor still selects it.",
            signal=targets.UP,
            lasting="1m",
        ),
    ]
