"""The fast outage alert: nearly all requests fail, or every replica is gone.

It must page within seconds and never for a hiccup, so each condition asks for evidence that one bad scrape, one failed
request or one lost replica cannot give. It has no ``for``: the evidence is in the expressions.
"""

from __future__ import annotations

import math
from decimal import Decimal
from functools import partial

from vitals.kit.alerts.alert import Alert, Bound, Evidence
from vitals.kit.alerts.gaps import last_shown
from vitals.kit.alerts.summary import summary
from vitals.model.catalog import Environment, Service
from vitals.model.catalog.fields import seconds
from vitals.model.conventions import REASON, SERVICE, Severity
from vitals.model.promql import Expr, absent, call, min_by, over_time, select, sum_by
from vitals.model.signals import CLIENT_LEFT, Group, outage, targets

NAME = "ServiceOutage"
"""The name of the alert, which other rules and routes hold back for."""
FAILING_SHARE = 0.9
"""Nearly all: some requests may still be answered from a cache or by a health check."""
FALSE_POSITIVE_RATE = 1e-9
"""How improbable the failures must be if the objective were met."""
GIVEN_UP_SHARE = 0.5
"""Most: people close pages and phones lose their network, which is a few in a hundred, never every second one."""
LEAST_GIVEN_UP = 21
"""So many that it is not a single client that tries and leaves repeatedly."""
_GIVEN_UP_WINDOW = "1m"
_QUIET_WINDOW = "5m"
_IMPACT = {
    "requests": "Nearly every request is answered with a server error, so users are not served at all.",
    "tasks": "Nearly every task fails, so what users have asked for does not come.",
}
_FAIL = {"requests": "end in a server error", "tasks": "fail or are refused"}
_SCRAPES = 2
"""Bad scrapes in a row that count as evidence."""


def least_failures(budget: Decimal) -> int:
    """How many failures cannot be chance: the n for which ``budget ** n`` is below one in a billion.

    Five failures at 99 %, and never fewer than ``SCRAPES_BACK``: while scrapes are missed, the same failure is seen
    again by each evaluation that still has its two samples, so one failed request may look like three.
    """
    return max(outage.SCRAPES_BACK, math.ceil(math.log(FALSE_POSITIVE_RATE) / math.log(budget)))


def _failing(service: Service, environment: Environment, failures: int) -> Expr:
    """Nearly all requests failed between two scrapes, or over five minutes where traffic is low."""
    name = service.name
    newest = outage.ERRORS.select(service=name) * seconds(environment.scrape.page)
    at_once = (outage.FAILING.select(service=name) > FAILING_SHARE) & (newest >= failures)
    errors = over_time("sum", outage.ERRORS.record, {SERVICE: name}, _QUIET_WINDOW)
    calls = over_time("sum", outage.CALLS.record, {SERVICE: name}, _QUIET_WINDOW)
    counted = errors * seconds(environment.scrape.page)
    slowly = (errors / (calls > 0) > FAILING_SHARE) & (counted >= failures)
    return at_once | slowly


def _given_up(service: Service, environment: Environment) -> Expr:
    """Most clients left before their answer began, in a minute or, where traffic is low, in five."""

    def within(window: str) -> Expr:
        of = {SERVICE: service.name}
        left, calls = (over_time("sum", one.record, of, window) for one in (outage.GIVEN_UP, outage.CALLS))
        counted = left * seconds(environment.scrape.page)
        return (left / (calls > 0) > GIVEN_UP_SHARE) & (counted >= LEAST_GIVEN_UP)

    return within(_GIVEN_UP_WINDOW) | within(_QUIET_WINDOW)


def _gone_within(environment: Environment) -> str:
    return f"{_SCRAPES * seconds(environment.scrape.page):g}s"


def _gone(service: Service, environment: Environment) -> Expr:
    """No target answered any of the last two scrapes, and every target was tried twice."""
    up = select("up", {SERVICE: service.name}, window=_gone_within(environment))
    answers = sum_by((SERVICE,), call("sum_over_time", up)).equals(0)
    return answers & (min_by((SERVICE,), call("count_over_time", up)) >= _SCRAPES)


def alerts(service: Service, environment: Environment) -> list[Alert]:
    """The outage alerts of a service with an availability objective."""
    if service.availability is None:
        return []
    failures = least_failures(service.availability.budget)
    name = service.name
    events = "requests" if service.api else "tasks"
    last = partial(last_shown, watched=service, scrape=environment.scrape)
    failing, given_up, calls, up = (
        one.select(service=name) for one in (outage.FAILING, outage.GIVEN_UP, outage.CALLS, targets.UP)
    )
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
            labels={REASON: "failing"},
            expr=_failing(service, environment, failures),
            summary=summary(
                name, f"{{{{ $value | humanizePercentage }}}} of {events} failed", f"> {FAILING_SHARE:.0%}"
            ),
            impact=_IMPACT[events],
            action="Look for a deploy in the last minutes and roll it back; otherwise open the newest failing trace.",
            signal=outage.FAILING,
            bounds=(Bound(outage.FAILING.id, FAILING_SHARE, Severity.CRITICAL),),
            evidence=between_two_scrapes,
            because={
                f"> {FAILING_SHARE:.0%} of {events}": (
                    "nearly all: some may still be answered from a cache or by a health check"
                ),
                f">= {failures} failures": (
                    "by chance, if the objective were met, so many in a row are less likely than one in a billion; at "
                    f"least {outage.SCRAPES_BACK}, because a failure is seen again while scrapes are missed"
                ),
                f"between two scrapes, {environment.scrape.page}": (
                    "as soon as it can be seen: evidence is in the number of failures, not in a longer wait"
                ),
                f"or over {_QUIET_WINDOW}": (
                    "assumed: where hardly any request falls between two scrapes, the failures of five minutes; it "
                    "lags half a minute behind the end of an outage"
                ),
            },
            fires_when=(
                f"> {FAILING_SHARE:.0%} of {events} {_FAIL[events]}, and at least {failures} of them at an "
                f"objective of {service.availability.objective}, between two scrapes ({environment.scrape.page}) "
                f"or over {_QUIET_WINDOW}"
            ),
            last=last(failing),
        ),
        outage_alert(
            id="api.outage.given_up",
            labels={REASON: "given-up"},
            expr=_given_up(service, environment),
            summary=summary(
                name, "{{ $value | humanizePercentage }} of requests given up by clients", f"> {GIVEN_UP_SHARE:.0%}"
            ),
            impact="Most clients leave before their answer begins, so users wait in vain.",
            action="See what requests wait for, in the newest trace that has no end; then as for a service that hangs.",
            signal=outage.GIVEN_UP,
            evidence=Evidence(window=_GIVEN_UP_WINDOW, short=_QUIET_WINDOW, least_share=GIVEN_UP_SHARE),
            because={
                f"> {GIVEN_UP_SHARE:.0%} of requests": (
                    "assumed: people close pages and phones lose their network, which is a few in a hundred and never "
                    "every second one"
                ),
                f">= {LEAST_GIVEN_UP} requests": (
                    "so many that it is not a single client that tries and leaves repeatedly"
                ),
                f"within {_GIVEN_UP_WINDOW}, counted every {environment.scrape.page}": (
                    "assumed: people leave after seconds, so a minute holds enough of them by day"
                ),
                f"or within {_QUIET_WINDOW}": "the window of the condition above for low traffic",
            },
            fires_when=(
                f"> {GIVEN_UP_SHARE:.0%} of requests are left by their clients before the answer begins "
                f"(status {CLIENT_LEFT}), and at least {LEAST_GIVEN_UP} of them, in {_GIVEN_UP_WINDOW} or in "
                f"{_QUIET_WINDOW}"
            ),
            last=last(given_up / (calls > 0)),
        ),
        outage_alert(
            id="api.outage.gone",
            labels={REASON: "gone"},
            expr=_gone(service, environment),
            summary=summary(name, f"{{{{ $value }}}} replicas up in the last {_SCRAPES} scrapes", "< 1"),
            impact="No replica of the service answers, so users are not served at all.",
            action="See why the processes ended; read the last log lines, the memory limit, the last deploy.",
            signal=targets.UP,
            evidence=between_two_scrapes,
            because={
                f"{_SCRAPES} scrapes, {_SCRAPES * seconds(environment.scrape.page):g}s": (
                    "one missed scrape happens; a replica that has just started was tried once, which keeps a rolling "
                    "restart silent"
                )
            },
            fires_when=(
                f"no replica has answered for {_gone_within(environment)}, in which each was scraped {_SCRAPES} times"
            ),
            last=last(0 * up, scrapes=_SCRAPES, tried=_SCRAPES),
        ),
        outage_alert(
            id="api.outage.absent",
            labels={REASON: "absent"},
            expr=absent(select("up", {SERVICE: name})),
            summary=summary(name, "no scrape target, absent {{ $value }}", "> 0"),
            impact="The scrape does not even know the service; it was scaled to zero, deleted, or its labels changed.",
            action="Check that the deployment exists with replicas, and that the monitor still selects it.",
            signal=targets.UP,
            for_="1m",
            because={"for 1m": "discovery may be empty for a moment after a reload, and this condition has no past"},
            fires_when="Prometheus knows no target of the service",
        ),
    ]
