"""Service level indicators over the windows of the burn-rate alerts, and the error budget that is left.

Events and bad events are recorded as minute-rates. Windows of up to an hour are means over those two series; longer
ones read means of five minutes, of which one is kept for each five minutes of the clock: 864 samples in three days.

What is not known of a window counts as good, at the pace of what is known: a burn rate is the bad events of the window
over the events that the whole window would hold. A stack that is three minutes old has spent three minutes of a
budget, and an old gap takes from a burn rate as much as it takes from the window.

Source of windows and burn rates: Google, The Site Reliability Workbook, chapter 5, table 5-8.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from vitals.model.catalog import Availability, Latency, Scrape, Service, Slo
from vitals.model.catalog.fields import seconds
from vitals.model.metrics.vocabulary import bucket_bound
from vitals.model.promql import Expr, call, over_time, select, subquery, sum_by
from vitals.model.signals.api import ERROR_STATUS
from vitals.model.signals.first_seen import appeared
from vitals.model.signals.signal import Direction, Group, Signal
from vitals_telemetry.contract import Unit

LABELS = ("service", "slo")


@dataclass(frozen=True, slots=True)
class Pair:
    """A long window that says the budget is really being spent, and a short one that says it still is.

    Attributes:
        burn: How many times faster than allowed the budget is spent.
        long: The long window.
        short: The short window, a twelfth of it.
    """

    burn: Decimal
    long: str
    short: str


FAST = (Pair(Decimal("14.4"), "1h", "5m"), Pair(Decimal(6), "6h", "30m"))
"""Page: 2 % of a 30-day budget in one hour, or 5 % in six."""
SLOW = (Pair(Decimal(3), "1d", "2h"), Pair(Decimal(1), "3d", "6h"))
"""Ticket: 10 % of the budget in a day, or in three."""

RATE_WINDOW = "1m"
"""The window of the recorded rates: a bad request is seen for so long after it has been answered."""

SLOT = "5m"
"""The time that a coarse record stands for: a window of hours holds enough of them, and thirty days 8,640."""
_MINUTE = "1m"
"""The grid on which it is seen how much of a window is known. An instant looks five minutes back, so samples may have
any pace up to that: a synthetic past has one a minute, and an interval may be changed."""
_SHORT_WINDOWS = ("5m", "30m", "1h")
_WINDOWS_OF_SLOTS = ("2h", "6h", "1d", "3d")
_LONG_WINDOWS = ("1d", "3d")
_MONTH = "30d"
_NO_TRAFFIC = "without requests in the window there is no share of bad ones"
_ONCE = "it is recorded at one evaluation in each five minutes, to be read by windows, so an instant rarely sees it"
_FIRST_SLOT = "it is made of records of five minutes each, and the first comes with the next full five of the clock"


def _events(slo: Slo, service: Service, scrape: Scrape, suffix: str = "", **matchers: str) -> Expr:
    metric = "api_calls_total" if isinstance(slo, Availability) else f"api_response_time_seconds_{suffix or 'count'}"
    grown = call("rate", select(metric, {"service": service.name, **matchers}, window=RATE_WINDOW))
    new = appeared(metric, service, matchers, window=RATE_WINDOW, scrape=scrape.of(service))
    return sum_by(("service",), new | grown)


def _known(slo: Slo, service: Service, window: str) -> Expr:
    """The share of a window of which events are known."""
    minutes = subquery(events(slo).read(service=service.name), window, _MINUTE)
    return call("count_over_time", minutes) / (seconds(window) / seconds(_MINUTE))


def _bad_share(slo: Slo, service: Service, window: str) -> Expr:
    """The service level indicator: bad events of a window over those that the whole window would hold.

    The pace of events is their mean over what is known; bad ones that are not known are none.
    """
    matchers = {"service": service.name, "slo": slo.kind}
    if window in _SHORT_WINDOWS:
        bad = over_time("avg", bad_events(slo).record, matchers, window)
        share = bad / (over_time("avg", events(slo).record, matchers, window) > 0)
        return share * _known(slo, service, window)
    bad = over_time("sum", bad_events_of_slot(slo).record, matchers, window) / (seconds(window) / seconds(SLOT))
    return bad / (over_time("avg", events_of_slot(slo).record, matchers, window) > 0)


def pace(slo: Slo, service: Service, window: str) -> Expr:
    """Events per second, as far as they are known in a window of the burn-rate alerts."""
    record = (events if window in _SHORT_WINDOWS else events_of_slot)(slo).record
    return over_time("avg", record, {"service": service.name, "slo": slo.kind}, window)


def _once_in_a_slot(expr: Expr, scrape: Scrape) -> Expr:
    """Recorded at one evaluation only in each five minutes of the clock: the first, whatever the group's phase.

    A group of its own would have an interval of five minutes, and a phase that nobody knows; here record and reader
    are evaluated in one go, and both servers of a pair have the same samples.
    """
    since = Expr(f"vector(time() % {seconds(SLOT):g})", compound=False)
    return expr.and_on((), since < seconds(Group.SLO.interval(scrape)))


def events(slo: Slo) -> Signal:
    """How many requests per second count towards the objective."""
    return Signal(
        id=f"slo.{slo.kind}.events",
        title=f"Requests that count ({slo.kind})",
        asks=f"How many requests per second count towards the {slo.kind} objective?",
        unit=Unit.PER_SECOND,
        worse=Direction.NEITHER,
        record="service_slo:events:rate1m",
        labels=LABELS,
        group=Group.SLO,
        query=lambda service, scrape: _events(slo, service, scrape),
        fixed={"slo": slo.kind},
    )


def bad_events(slo: Slo) -> Signal:
    """How many of them per second are bad: failed, or slower than promised."""

    def query(service: Service, scrape: Scrape) -> Expr:
        every = sum_by(("service",), events(slo).read(service=service.name))
        if isinstance(slo, Availability):
            return _events(slo, service, scrape, status=ERROR_STATUS) | 0 * every
        return every - _events(slo, service, scrape, "bucket", le=bucket_bound(slo.bound))

    return Signal(
        id=f"slo.{slo.kind}.bad_events",
        title=f"Bad requests ({slo.kind})",
        asks=f"How many requests per second break the {slo.kind} objective?",
        unit=Unit.PER_SECOND,
        worse=Direction.HIGHER_IS_WORSE,
        record="service_slo:bad_events:rate1m",
        labels=LABELS,
        group=Group.SLO,
        query=query,
        fixed={"slo": slo.kind},
    )


def events_of_slot(slo: Slo) -> Signal:
    """The pace of events over five minutes, as far as it is known."""

    def query(service: Service, scrape: Scrape) -> Expr:
        matchers = {"service": service.name, "slo": slo.kind}
        return _once_in_a_slot(over_time("avg", events(slo).record, matchers, SLOT), scrape)

    return Signal(
        id=f"slo.{slo.kind}.events_of_slot",
        title=f"Requests that count, mean of five minutes ({slo.kind})",
        asks=f"How many requests per second counted towards the {slo.kind} objective? Long windows are made of this.",
        unit=Unit.PER_SECOND,
        worse=Direction.NEITHER,
        record="service_slo:events:mean5m",
        labels=LABELS,
        group=Group.SLO,
        query=query,
        fixed={"slo": slo.kind},
        without_history=_ONCE,
    )


def bad_events_of_slot(slo: Slo) -> Signal:
    """Bad events per second over five minutes; what is not known counts as none."""

    def query(service: Service, scrape: Scrape) -> Expr:
        matchers = {"service": service.name, "slo": slo.kind}
        mean = over_time("avg", bad_events(slo).record, matchers, SLOT)
        return _once_in_a_slot(mean * _known(slo, service, SLOT), scrape)

    return Signal(
        id=f"slo.{slo.kind}.bad_events_of_slot",
        title=f"Bad requests, mean of five minutes ({slo.kind})",
        asks=f"How many requests per second broke the {slo.kind} objective? Long windows are made of this.",
        unit=Unit.PER_SECOND,
        worse=Direction.HIGHER_IS_WORSE,
        record="service_slo:bad_events:mean5m",
        labels=LABELS,
        group=Group.SLO,
        query=query,
        fixed={"slo": slo.kind},
        without_history=_ONCE,
    )


def burn_rate(slo: Slo, window: str) -> Signal:
    """How many times faster than allowed the budget was spent in one window; 1 spends it exactly in 30 days."""

    def query(service: Service, _: Scrape) -> Expr:
        return _bad_share(slo, service, window) / float(slo.budget)

    return Signal(
        id=f"slo.{slo.kind}.burn_{window}",
        title=f"Burn rate over {window} ({slo.kind})",
        asks=(
            f"How many times faster than allowed was the {slo.kind} error budget spent in the last {window}? "
            "At 1 it lasts 30 days; the lines are where somebody is told."
        ),
        unit=Unit.COUNT,
        worse=Direction.HIGHER_IS_WORSE,
        record=f"service_slo:burn_rate:{window}",
        labels=LABELS,
        group=Group.SLO_LONG if window in _LONG_WINDOWS else Group.SLO,
        query=query,
        fixed={"slo": slo.kind},
        may_be_empty=_NO_TRAFFIC,
        without_history="" if window in _SHORT_WINDOWS else _FIRST_SLOT,
    )


def budget_left(slo: Slo) -> Signal:
    """The share of the 30-day error budget that is left; negative when overspent."""

    def query(service: Service, _: Scrape) -> Expr:
        return 1 - _bad_share(slo, service, _MONTH) / float(slo.budget)

    return Signal(
        id=f"slo.{slo.kind}.budget_left",
        title=f"Error budget left ({slo.kind})",
        asks=(
            f"How much of the {slo.kind} error budget of 30 days is left? At 0 % the promise is broken: stop risky "
            "changes. Time that nobody recorded counts as good."
        ),
        unit=Unit.RATIO,
        worse=Direction.LOWER_IS_WORSE,
        record="service_slo:error_budget_left:ratio30d",
        labels=LABELS,
        group=Group.SLO_LONG,
        query=query,
        fixed={"slo": slo.kind},
        may_be_empty=_NO_TRAFFIC,
        without_history=_FIRST_SLOT,
    )


def promise(slo: Slo) -> Signal:
    """The promise itself as a series, so that a board can draw it for whichever service is chosen.

    For availability the share of requests that may fail; for latency the promised time in seconds.
    """
    is_time = isinstance(slo, Latency)
    value = slo.bound if isinstance(slo, Latency) else float(slo.budget)
    return Signal(
        id=f"slo.{slo.kind}.promise",
        title=f"What is promised ({slo.kind})",
        asks="Where is the line that users were promised?",
        unit=Unit.SECONDS if is_time else Unit.RATIO,
        worse=Direction.NEITHER,
        record="service_slo:promised_time:seconds" if is_time else "service_slo:allowed_errors:ratio",
        labels=LABELS,
        group=Group.SLO,
        query=lambda *_: call("vector", value),
        fixed={"slo": slo.kind},
    )


def signals(slo: Slo) -> list[Signal]:
    """Every signal of one objective, in the order in which their rules must be evaluated."""
    counted = [events(slo), bad_events(slo), events_of_slot(slo), bad_events_of_slot(slo)]
    burns = [burn_rate(slo, window) for window in (*_SHORT_WINDOWS, *_WINDOWS_OF_SLOTS)]
    return [*counted, *burns, budget_left(slo), promise(slo)]
