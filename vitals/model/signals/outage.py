"""The fastest signals: is everything failing, as seen between the last two scrapes?

``irate`` takes the last two samples of a series whatever the window, so one missed scrape delays the answer instead of
hiding it. The window only says how far back those two may lie. A series with one sample so far counts with all of it
(:mod:`vitals.model.signals.first_seen`). These signals exist for the outage rule; anything
slower belongs to :mod:`vitals.model.signals.slo`.
"""

from __future__ import annotations

from collections.abc import Mapping

from vitals.model.catalog import Scrape, Service
from vitals.model.catalog.fields import seconds
from vitals.model.promql import Expr, call, max_by, over_time, select
from vitals.model.signals.first_seen import appeared
from vitals.model.signals.idioms import or_zero, where_positive
from vitals.model.signals.native import CLIENT_LEFT, ERROR_STATUS, carries, series
from vitals.model.signals.query import SignalQuery
from vitals.model.signals.signal import PER_SERVICE, Direction, Group, Signal
from vitals_telemetry.contract import Unit

_COUNTER, _IN_FLIGHT = "api_calls_total", "api_requests_in_flight"
SCRAPES_BACK = 4
"""How many scrape intervals back the last two samples may lie."""


def _window(scrape: Scrape) -> str:
    return f"{int(SCRAPES_BACK * seconds(scrape.page))}s"


def _last_two(**matchers: str) -> SignalQuery:
    """Events per second between the last two scrapes; a series with one sample so far stands before its rate."""

    def build(service: Service, scrape: Scrape) -> Expr:
        window = _window(scrape)

        def grown(name: str, of: Mapping[str, str]) -> Expr:
            new = appeared(name, service, of, window=scrape.page, scrape=scrape.page)
            return new | call("irate", select(name, of, window=window))

        return series(service, _COUNTER, matchers, grown, whole=True)

    return SignalQuery(build).sum_by(PER_SERVICE)


def _all(service: Service, scrape: Scrape) -> Expr:
    """All requests: none, where replicas show how many are in flight and no counter, which begins with a first one.

    So a deploy whose replicas get no request is seen to get none. A counter that was scraped once says nothing yet.
    """
    ended = _last_two()(service, scrape)
    if not carries(service, _IN_FLIGHT):
        return ended

    def seen(name: str) -> Expr:
        return series(service, name, {}, lambda of, like: over_time("last", of, like, _window(scrape)), whole=True)

    return ended | (0 * max_by(PER_SERVICE, seen(_IN_FLIGHT))).unless_on(PER_SERVICE, seen(_COUNTER))


CALLS = Signal(
    id="api.outage.calls",
    title="Requests (last two scrapes)",
    question="How many requests per second were counted between the last two scrapes? The base of the outage rule.",
    unit=Unit.REQUESTS_PER_SECOND,
    direction=Direction.NEITHER,
    record="service:api_calls:irate",
    labels=PER_SERVICE,
    group=Group.OUTAGE,
    query=SignalQuery(_all),
)

ERRORS = Signal(
    id="api.outage.errors",
    title="Failed requests (last two scrapes)",
    question="How many requests per second failed between the last two scrapes? The base of the outage rule.",
    unit=Unit.REQUESTS_PER_SECOND,
    direction=Direction.HIGHER_IS_WORSE,
    record="service:api_errors:irate",
    labels=PER_SERVICE,
    group=Group.OUTAGE,
    query=or_zero(_last_two(status=ERROR_STATUS), CALLS.recorded()),
)

FAILING = Signal(
    id="api.outage.ratio",
    title="Error ratio (last two scrapes)",
    question="Is it an outage? The share of requests that failed since the last scrape. Near 100 %, no user is served.",
    unit=Unit.RATIO,
    direction=Direction.HIGHER_IS_WORSE,
    record="service:api_errors:ratio_irate",
    labels=PER_SERVICE,
    group=Group.OUTAGE,
    query=ERRORS.recorded() / where_positive(CALLS.recorded()),
    may_be_empty="without a request between the last two scrapes there is no share",
)

GIVEN_UP = Signal(
    id="api.outage.given_up",
    title="Abandoned requests (last two scrapes)",
    question="How many requests per second were given up by their clients before the answer began?",
    unit=Unit.REQUESTS_PER_SECOND,
    direction=Direction.HIGHER_IS_WORSE,
    record="service:api_given_up:irate",
    labels=PER_SERVICE,
    group=Group.OUTAGE,
    query=or_zero(_last_two(status=CLIENT_LEFT), CALLS.recorded()),
)

SIGNALS = (CALLS, ERRORS, FAILING, GIVEN_UP)
