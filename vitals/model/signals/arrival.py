"""Are requests still arriving and ending as they usually do? What a ratio cannot say, because it needs requests.

A service that hangs ends none, and one that no client reaches any more gets none. Both are seen against what is usual.
"""

from __future__ import annotations

from vitals.model.catalog import Scrape, Service
from vitals.model.conventions import ALERTNAME, ALERTSTATE, SERVICE
from vitals.model.promql import Expr, call, select, subquery
from vitals.model.signals import outage
from vitals.model.signals.query import SignalQuery, over_time_of
from vitals.model.signals.signal import PER_SERVICE, Direction, Group, Signal
from vitals_telemetry.contract import Unit

FROZEN_BY = ("ServiceHanging", "TrafficGone")
"""Alerts during which nothing is usual: without them the fault would become the habit that it is compared with."""
STANDS_STILL = "12h"
"""For so long at most: traffic that went for good would else be missed for ever."""
RECENT = "3h"
"""The median of so much is what is usual: a spike or an outage of up to half of it does not move it."""
UNTIL = "5m"
"""What is newer does not count yet, so that a fault does not lower what it is compared with before it is noticed."""
REQUIRED_HISTORY = "15m"
"""As long ago something must be known: a service that has just started has no habits."""
STEP = "1m"
PAST = ("22h", "6d22h", "13d22h", "20d22h")
"""How long ago the four hours end that surround the same moment of yesterday and of each of the last three weeks."""
AROUND = "4h"
"""The clocks may have been changed since, so an hour before and after must count like the moment itself; two
to each side leave a fifth of them quiet where a day ended within an hour of now."""
QUIET_SHARE = 0.2
"""The share of those hours that must have been quiet; less is a deploy or a short outage of that day."""


def _frozen(service: Service) -> Expr:
    firing = {ALERTNAME: "~" + "|".join(FROZEN_BY), ALERTSTATE: "firing", SERVICE: service.name}
    return select("ALERTS", firing).unless_on(PER_SERVICE, select("ALERTS", firing, offset=STANDS_STILL))


def _usual(service: Service, _: Scrape) -> Expr:
    """The median of the last hours, standing still while one of the alerts fires that compare with it."""
    minutes = subquery(ANSWERED.select(service=service.name), RECENT, STEP, offset=UNTIL)
    median = call("quantile_over_time", 0.5, minutes) & ANSWERED.ago(REQUIRED_HISTORY, service=service.name)
    before = select(USUAL_RECORD, {SERVICE: service.name})
    return median.unless_on(PER_SERVICE, _frozen(service)) | before


USUAL_RECORD = "service:api_calls:usual3h"

ANSWERED = Signal(
    id="api.arrival.answered",
    title="Requests of the last minute",
    question="How many requests per second ended in the last minute? What is compared with the usual traffic.",
    unit=Unit.REQUESTS_PER_SECOND,
    direction=Direction.LOWER_IS_WORSE,
    record="service:api_calls:mean1m",
    labels=PER_SERVICE,
    group=Group.ARRIVAL,
    query=over_time_of("avg", outage.CALLS.record, STEP),
)

USUAL = Signal(
    id="api.arrival.usual",
    title="Usual requests",
    question="How many requests per second are usual here? The median of the last hours; a hang is detected by it.",
    unit=Unit.REQUESTS_PER_SECOND,
    direction=Direction.NEITHER,
    record=USUAL_RECORD,
    labels=PER_SERVICE,
    group=Group.ARRIVAL,
    query=SignalQuery(_usual),
    without_history="nothing is usual in the first quarter of an hour",
)


def quietest(service: Service, end: str) -> Expr:
    """Requests per second in the quieter minutes around the same moment of a past day, from every fifth minute."""
    minutes = subquery(ANSWERED.select(service=service.name), AROUND, "5m", offset=end)
    return call("quantile_over_time", QUIET_SHARE, minutes)


SIGNALS = (ANSWERED, USUAL)
