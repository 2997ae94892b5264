"""The fastest signals: is everything failing, as seen between the last two scrapes?

``irate`` takes the last two samples of a series whatever the window, so one missed scrape delays the answer instead of
hiding it. The window only says how far back those two may lie. A series with one sample so far counts with all of it
(:mod:`vitals.model.signals.first_seen`). These signals exist for the outage rule; anything
slower belongs to :mod:`vitals.model.signals.slo`.
"""

from __future__ import annotations

from vitals.model.catalog import Scrape, Service
from vitals.model.catalog.fields import seconds
from vitals.model.promql import Expr, call, select, sum_by
from vitals.model.signals.api import ERROR_STATUS
from vitals.model.signals.first_seen import appeared
from vitals.model.signals.signal import Direction, Group, Signal
from vitals_telemetry.contract import Unit

SCRAPES_BACK = 4
"""How many scrape intervals back the last two samples may lie."""


def _last_two(service: Service, scrape: Scrape, **matchers: str) -> Expr:
    window = f"{int(SCRAPES_BACK * seconds(scrape.page))}s"
    grown = call("irate", select("api_calls_total", {"service": service.name, **matchers}, window=window))
    new = appeared("api_calls_total", service, matchers, window=scrape.page, scrape=scrape.page)
    return sum_by(("service",), new | grown)


CALLS = Signal(
    id="api.outage.calls",
    title="Requests between the last two scrapes",
    asks="How many requests per second were counted between the last two scrapes? The base of the outage rule.",
    unit=Unit.PER_SECOND,
    worse=Direction.NEITHER,
    record="service:api_calls:irate",
    labels=("service",),
    group=Group.OUTAGE,
    query=_last_two,
)

ERRORS = Signal(
    id="api.outage.errors",
    title="Failed requests between the last two scrapes",
    asks="How many requests per second failed between the last two scrapes? The base of the outage rule.",
    unit=Unit.PER_SECOND,
    worse=Direction.HIGHER_IS_WORSE,
    record="service:api_errors:irate",
    labels=("service",),
    group=Group.OUTAGE,
    query=lambda service, scrape: (
        _last_two(service, scrape, status=ERROR_STATUS) | 0 * CALLS.read(service=service.name)
    ),
)

FAILING = Signal(
    id="api.outage.ratio",
    title="Share of requests that fail right now",
    asks="Is it an outage? The share of requests that failed since the last scrape. Near 100 %, nobody is served.",
    unit=Unit.RATIO,
    worse=Direction.HIGHER_IS_WORSE,
    record="service:api_errors:ratio_irate",
    labels=("service",),
    group=Group.OUTAGE,
    query=lambda service, _: ERRORS.read(service=service.name) / (CALLS.read(service=service.name) > 0),
    may_be_empty="without a request between the last two scrapes there is no share",
)

CLIENT_LEFT = "499"
"""The status that the telemetry counts for a client that went away before its answer began."""

GIVEN_UP = Signal(
    id="api.outage.given_up",
    title="Requests given up between the last two scrapes",
    asks="How many requests per second were given up by their clients before the answer began?",
    unit=Unit.PER_SECOND,
    worse=Direction.HIGHER_IS_WORSE,
    record="service:api_given_up:irate",
    labels=("service",),
    group=Group.OUTAGE,
    query=lambda service, scrape: _last_two(service, scrape, status=CLIENT_LEFT) | 0 * CALLS.read(service=service.name),
)

SIGNALS = (CALLS, ERRORS, FAILING, GIVEN_UP)
