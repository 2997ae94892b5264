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
from vitals.model.promql import Expr, call, select
from vitals.model.signals.first_seen import appeared
from vitals.model.signals.idioms import or_zero, where_positive
from vitals.model.signals.native import CLIENT_LEFT, ERROR_STATUS, series
from vitals.model.signals.query import SignalQuery
from vitals.model.signals.signal import PER_SERVICE, Direction, Group, Signal
from vitals_telemetry.contract import Unit

SCRAPES_BACK = 4
"""How many scrape intervals back the last two samples may lie."""


def _last_two(**matchers: str) -> SignalQuery:
    """Events per second between the last two scrapes; a series with one sample so far stands before its rate."""

    def build(service: Service, scrape: Scrape) -> Expr:
        window = f"{int(SCRAPES_BACK * seconds(scrape.page))}s"

        def grown(name: str, of: Mapping[str, str]) -> Expr:
            new = appeared(name, service, of, window=scrape.page, scrape=scrape.page)
            return new | call("irate", select(name, of, window=window))

        return series(service, "api_calls_total", matchers, grown, whole=True)

    return SignalQuery(build).sum_by(PER_SERVICE)


CALLS = Signal(
    id="api.outage.calls",
    title="Requests (last two scrapes)",
    question="How many requests per second were counted between the last two scrapes? The base of the outage rule.",
    unit=Unit.REQUESTS_PER_SECOND,
    direction=Direction.NEITHER,
    record="service:api_calls:irate",
    labels=PER_SERVICE,
    group=Group.OUTAGE,
    query=_last_two(),
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
