"""Service level indicators over the windows of the burn-rate alerts, and the error budget that is left.

Events and bad events are recorded as minute-rates. Windows of up to an hour are means over those two series; longer
ones read means of five minutes, of which one is kept for each five minutes of the clock: 864 samples in three days.

What is not known of a window counts as good, at the pace of what is known: a burn rate is the bad events of the window
over the events that the whole window would hold. A stack that is three minutes old has spent three minutes of a
budget, and an old gap takes from a burn rate as much as it takes from the window.

Which windows there are stands in :mod:`vitals.model.catalog.burn_windows`.
"""

from __future__ import annotations

from collections.abc import Mapping

from vitals.model.catalog import Availability, Latency, Scrape, Service, Slo
from vitals.model.catalog.burn_windows import BUDGET_WINDOW, EVERY, SLOW
from vitals.model.catalog.fields import seconds
from vitals.model.conventions import SERVICE, SLO
from vitals.model.metrics.vocabulary import bucket_bound
from vitals.model.promql import Expr, call, over_time, select, subquery
from vitals.model.signals.first_seen import appeared
from vitals.model.signals.idioms import or_zero, where_positive
from vitals.model.signals.native import ERROR_STATUS, series
from vitals.model.signals.query import SignalQuery, constant
from vitals.model.signals.signal import PER_SERVICE, Direction, Group, Signal
from vitals_telemetry.contract import Unit

LABELS = (SERVICE, SLO)


RATE_WINDOW = "1m"
"""The window of the recorded rates: a bad request is seen for so long after it has been answered."""

SLOT = "5m"
"""The time that a coarse record stands for: a window of hours holds enough of them, and thirty days 8,640."""
_MINUTE = "1m"
"""The grid on which it is seen how much of a window is known. An instant looks five minutes back, so samples may have
any pace up to that: a synthetic past has one a minute, and an interval may be changed."""
_LONGEST_OF_RATES = "1h"
"""The longest window that is read from the recorded rates themselves; longer ones read slots."""
_SHORT_WINDOWS = tuple(window for window in EVERY if seconds(window) <= seconds(_LONGEST_OF_RATES))
_SELDOM = tuple(window.long for window in SLOW)
"""Windows in which a burn rate moves so slowly that it is recorded at the pace of budgets."""
_TIME = "api_response_time_seconds"
_NO_TRAFFIC = "without requests in the window there is no share of bad ones"
_ONCE = "it is recorded at one evaluation in each five minutes, to be read by windows, so an instant rarely sees it"
_FIRST_SLOT = "it is made of records of five minutes each, and the first comes with the next full five of the clock"
_OF_REQUESTS = f"{SLOT} of requests"


def _rate(metric: str, **matchers: str) -> SignalQuery:
    """Events of a counter per second; a series with one sample so far stands before its rate."""

    def build(service: Service, scrape: Scrape) -> Expr:
        def grown(name: str, of: Mapping[str, str]) -> Expr:
            new = appeared(name, service, of, window=RATE_WINDOW, scrape=scrape.of(service))
            return new | call("rate", select(name, of, window=RATE_WINDOW))

        return series(service, metric, matchers, grown, whole=True)

    return SignalQuery(build).sum_by(PER_SERVICE)


def _mean(signal: Signal, window: str) -> SignalQuery:
    return _over_window("avg", signal, window)


def _over_window(operation: str, signal: Signal, window: str) -> SignalQuery:
    of = signal.static_labels
    return SignalQuery(lambda service, _: over_time(operation, signal.record, {SERVICE: service.name, **of}, window))


def _bad_share(slo: Slo, window: str) -> SignalQuery:
    """The service level indicator: bad events of a window over those that the whole window would hold.

    The pace of events is their mean over what is known; bad ones that are not known are none.
    """
    if window in _SHORT_WINDOWS:
        known_bad = _mean(bad_events(slo), window) / where_positive(_mean(events(slo), window))
        return known_bad * known_share(slo, window).recorded()
    # A sum over the slots of the whole window, known or not: those that are missing add no bad events.
    bad = _over_window("sum", bad_events_of_slot(slo), window) / (seconds(window) / seconds(SLOT))
    return bad / where_positive(_mean(events_of_slot(slo), window))


def known_by(window: str) -> tuple[int, str]:
    """How many steps of a window are looked at to see how much of it is known, and how long one is, a duration."""
    step = _MINUTE if window in _SHORT_WINDOWS else SLOT
    return round(seconds(window) / seconds(step)), step


def _known(slo: Slo, window: str) -> SignalQuery:
    steps, step = known_by(window)
    if window not in _SHORT_WINDOWS:
        return _over_window("count", events_of_slot(slo), window) / float(steps)

    def minutes(service: Service, _: Scrape) -> Expr:
        return call("count_over_time", subquery(events(slo).select(service=service.name), window, step))

    return SignalQuery(minutes) / float(steps)


def pace(slo: Slo, service: Service, window: str) -> Expr:
    """Events per second, as far as they are known in a window of the burn-rate alerts."""
    signal = (events if window in _SHORT_WINDOWS else events_of_slot)(slo)
    return over_time("avg", signal.record, {SERVICE: service.name, **signal.static_labels}, window)


def _once_in_a_slot(query: SignalQuery) -> SignalQuery:
    """Recorded at one evaluation only in each five minutes of the clock: the first, whatever the group's phase.

    A group of its own would have an interval of five minutes, and an unknown phase; here record and reader
    are evaluated in one go, and both servers of a pair have the same samples.
    """
    # ``and on ()`` compares no label, so the clock lets the whole left side through, or nothing of it.
    since = Expr(f"vector(time() % {seconds(SLOT):g})", compound=False)
    return SignalQuery(
        lambda service, scrape: query(service, scrape).and_on((), since < seconds(Group.SLO.interval(scrape)))
    )


def events(slo: Slo) -> Signal:
    """How many requests per second count towards the objective."""
    return Signal(
        id=f"slo.{slo.kind}.events",
        title=f"Valid events ({slo.kind})",
        question=f"How many requests per second count towards the {slo.kind} objective?",
        unit=Unit.REQUESTS_PER_SECOND,
        direction=Direction.NEITHER,
        record="service_slo:events:rate1m",
        labels=LABELS,
        group=Group.SLO,
        query=_rate("api_calls_total" if isinstance(slo, Availability) else f"{_TIME}_count"),
        static_labels={SLO: slo.kind},
    )


def bad_events(slo: Slo) -> Signal:
    """How many of them per second are bad: failed, or slower than promised."""
    # The sum drops the label of the objective, which the right side does not have and the rule sets again.
    every = events(slo).recorded().sum_by(PER_SERVICE)
    if isinstance(slo, Availability):
        query = or_zero(_rate("api_calls_total", status=ERROR_STATUS), every)
    else:
        query = every - _rate(f"{_TIME}_bucket", le=bucket_bound(slo.bound))

    return Signal(
        id=f"slo.{slo.kind}.bad_events",
        title=f"Bad events ({slo.kind})",
        question=f"How many requests per second break the {slo.kind} objective?",
        unit=Unit.REQUESTS_PER_SECOND,
        direction=Direction.HIGHER_IS_WORSE,
        record="service_slo:bad_events:rate1m",
        labels=LABELS,
        group=Group.SLO,
        query=query,
        static_labels={SLO: slo.kind},
    )


def events_of_slot(slo: Slo) -> Signal:
    """The pace of events over five minutes, as far as it is known."""
    return Signal(
        id=f"slo.{slo.kind}.events_of_slot",
        title=f"Valid events, 5m mean ({slo.kind})",
        question=(
            f"How many requests per second counted towards the {slo.kind} objective? Long windows are made of this."
        ),
        unit=Unit.REQUESTS_PER_SECOND,
        direction=Direction.NEITHER,
        record="service_slo:events:mean5m",
        labels=LABELS,
        group=Group.SLO,
        query=_once_in_a_slot(_mean(events(slo), SLOT)),
        static_labels={SLO: slo.kind},
        without_history=_ONCE,
    )


def bad_events_of_slot(slo: Slo) -> Signal:
    """Bad events per second over five minutes; what is not known counts as none."""
    return Signal(
        id=f"slo.{slo.kind}.bad_events_of_slot",
        title=f"Bad events, 5m mean ({slo.kind})",
        question=f"How many requests per second broke the {slo.kind} objective? Long windows are made of this.",
        unit=Unit.REQUESTS_PER_SECOND,
        direction=Direction.HIGHER_IS_WORSE,
        record="service_slo:bad_events:mean5m",
        labels=LABELS,
        group=Group.SLO,
        query=_once_in_a_slot(_mean(bad_events(slo), SLOT) * known_share(slo, SLOT).recorded()),
        static_labels={SLO: slo.kind},
        without_history=_ONCE,
    )


def known_share(slo: Slo, window: str) -> Signal:
    """Which share of a window it is known for how many events there were; nothing where that is none."""
    return Signal(
        id=f"slo.{slo.kind}.known_{window}",
        title=f"Known share of {window} ({slo.kind})",
        question=(
            f"Of which share of the last {window} are the events of the {slo.kind} objective known? The rest counts as "
            "good; an alert that fires ends only by what is known."
        ),
        unit=Unit.RATIO,
        direction=Direction.LOWER_IS_WORSE,
        record=f"service_slo:events_known:ratio{window}",
        labels=LABELS,
        group=Group.SLO,
        query=_known(slo, window),
        static_labels={SLO: slo.kind},
        without_history="" if window in _SHORT_WINDOWS else _FIRST_SLOT,
        needs="" if window in _SHORT_WINDOWS else _OF_REQUESTS,
    )


def burn_rate(slo: Slo, window: str) -> Signal:
    """How many times faster than allowed the budget was spent in one window; 1 spends it exactly in 30 days."""
    return Signal(
        id=f"slo.{slo.kind}.burn_{window}",
        title=f"Burn rate over {window} ({slo.kind})",
        question=(
            f"How many times faster than allowed was the {slo.kind} error budget spent in the last {window}? "
            "At 1 it lasts 30 days; the lines are the bounds of the alerts."
        ),
        unit=Unit.COUNT,
        direction=Direction.HIGHER_IS_WORSE,
        record=f"service_slo:burn_rate:{window}",
        labels=LABELS,
        group=Group.SLO_LONG if window in _SELDOM else Group.SLO,
        query=_bad_share(slo, window) / float(slo.budget),
        static_labels={SLO: slo.kind},
        may_be_empty=_NO_TRAFFIC,
        without_history="" if window in _SHORT_WINDOWS else _FIRST_SLOT,
        needs="" if window in _SHORT_WINDOWS else _OF_REQUESTS,
    )


def budget_left(slo: Slo) -> Signal:
    """The share of the 30-day error budget that is left; negative when overspent."""
    return Signal(
        id=f"slo.{slo.kind}.budget_left",
        title=f"Error budget left ({slo.kind})",
        question=(
            f"How much of the {slo.kind} error budget of 30 days is left? At 0 % the objective is missed: stop risky "
            "changes. Time without data counts as good."
        ),
        unit=Unit.RATIO,
        direction=Direction.LOWER_IS_WORSE,
        record="service_slo:error_budget_left:ratio30d",
        labels=LABELS,
        group=Group.SLO_LONG,
        query=1 - _bad_share(slo, BUDGET_WINDOW) / float(slo.budget),
        static_labels={SLO: slo.kind},
        may_be_empty=_NO_TRAFFIC,
        without_history=_FIRST_SLOT,
        needs=_OF_REQUESTS,
    )


def target(slo: Slo) -> Signal:
    """The promise itself as a series, so that a dashboard can draw it for whichever service is chosen.

    For availability the share of requests that may fail; for latency the promised time in seconds.
    """
    is_time = isinstance(slo, Latency)
    value = slo.bound if isinstance(slo, Latency) else float(slo.budget)
    return Signal(
        id=f"slo.{slo.kind}.target",
        title=f"SLO target ({slo.kind})",
        question="Where is the line that the objective draws?",
        unit=Unit.SECONDS if is_time else Unit.RATIO,
        direction=Direction.NEITHER,
        record="service_slo:promised_time:seconds" if is_time else "service_slo:allowed_errors:ratio",
        labels=LABELS,
        group=Group.SLO,
        query=constant(value),
        static_labels={SLO: slo.kind},
    )


def signals(slo: Slo) -> list[Signal]:
    """Every signal of one objective, in the order in which their rules must be evaluated."""
    known = {window: known_share(slo, window) for window in EVERY if window not in _SELDOM}
    of_minutes = [known.pop(window) for window in _SHORT_WINDOWS]
    of_slots = [events_of_slot(slo), bad_events_of_slot(slo), *known.values()]
    burns = [burn_rate(slo, window) for window in EVERY]
    return [events(slo), bad_events(slo), *of_minutes, *of_slots, *burns, budget_left(slo), target(slo)]
