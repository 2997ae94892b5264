"""What the decision records may state in numbers, computed from the code: a number that changes there is wrong here.

Objectives are examples, because a record speaks of every service.
"""

from __future__ import annotations

import math
import re

from alert_rules import arrival, burn_rate, outage, traffic
from vitals.kit.alerts import gaps, messages
from vitals.kit.scrape import jobs, prometheus_config
from vitals.model.catalog import Availability, Latency, Scrape, Service, Slo, load
from vitals.model.catalog.burn_windows import FAST, SLOW, BurnWindow
from vitals.model.catalog.fields import quantity, seconds
from vitals.model.catalog.team import KINDS
from vitals.model.signals import CLIENT_LEFT, Group, first_seen, gauge, slo
from vitals.model.signals import arrival as arrival_signals
from vitals.model.signals import outage as outage_signals
from vitals.paths import CATALOG
from vitals_telemetry.contract import Unit

SCRAPE = Scrape()
AVAILABILITY = Availability(objective="99.9%")
LATENCY = Latency(within="250ms", objective="99%")
SERVICE = Service(name="any", owner="any", description="Any service.", api=True, slos=(AVAILABILITY, LATENCY))
ENVIRONMENT = load(CATALOG).environments["local"]
RATE = slo.RATE_WINDOW
QUIET = outage._QUIET_WINDOW
HOLDS = tuple(burn_rate.outage_in_window(burn_window) for burn_window in FAST)
GONE = f"{outage._SCRAPES * seconds(SCRAPE.page):g}s"
LINGERS = f"{(1 - outage.FAILING_SHARE) * seconds(QUIET):.0f}s"
ABSENT = next(alert.for_ for alert in outage.alerts(SERVICE, ENVIRONMENT) if alert.labels["reason"] == "absent")
(BUDGET,) = set(re.findall(r"\[(\w+)\]", slo.budget_left(AVAILABILITY).query(SERVICE, SCRAPE).text))


def guard(burn_window: BurnWindow, objective: Slo) -> str:
    """The fewest requests with which a pair may fire."""
    return f"{math.floor(burn_rate.least_events(burn_window, objective)) + 1} requests in {burn_window.long}"


def failures(objective: Slo) -> str:
    """How many failures an outage needs."""
    return f"{outage.least_failures(objective.budget)} failures"


def _spent_after(burn_window: BurnWindow) -> str:
    """How long everything must fail before a pair fires."""
    return f"{float(burn_window.burn * AVAILABILITY.budget) * seconds(burn_window.long):.0f}s"


def _slots(window: str) -> float:
    """How many recorded means a long window holds."""
    return seconds(window) / seconds(slo.SLOT)


def _target_files_read_every() -> str:
    config = prometheus_config(jobs([SERVICE], ENVIRONMENT), ENVIRONMENT)
    (found,) = set(re.findall(r"'refresh_interval': '(\w+)'", str(config)))
    return f"every {found}"


_RECORDED = Group.SLO.interval(SCRAPE)
_FAST, _LATER = FAST
OF_RECORD: dict[str, tuple[str, ...]] = {
    "0001": (),
    "0002": (
        f"from {_FAST.short} to {SLOW[-1].long}",
        f"looks back {BUDGET}",
        f"recorded every {_RECORDED}",
        f"as a rate over {RATE}",
        f"only every {Group.SLO_LONG.interval(SCRAPE)}",
        f"means over {slo.SLOT} of them",
        f"{SLOW[-1].long} reads 2 series of {_slots(SLOW[-1].long):.0f} samples",
        f"about {seconds(RATE) / 2:.0f}s, half",
        f"up to {RATE} late",
    ),
    "0003": (
        f"evaluated every {Group.OUTAGE.interval(SCRAPE)}",
        f"more than {outage.FAILING_SHARE:.0%} of requests",
        f"up to {outage_signals.SCRAPES_BACK * seconds(SCRAPE.page):.0f}s back",
        f"the same over {QUIET}",
        f"answered in {GONE}, and every target was tried at least {outage._SCRAPES} times",
        f"{failures(AVAILABILITY)} at {AVAILABILITY.objective}",
        f"{failures(LATENCY)} at {LATENCY.objective}",
        f"has one, {ABSENT},",
        f"about {LINGERS} of steady traffic",
        f"every {SCRAPE.page} where others wait {SCRAPE.others}",
    ),
    "0004": (
        f"a margin of {burn_rate._MAX_OVERCOUNT} times",
        AVAILABILITY.objective,
        *(guard(burn_window, AVAILABILITY) for burn_window in (*FAST, *SLOW)),
        "2 failures page",
        f"over {_LATER.long}",
        f"needs {failures(AVAILABILITY)} in {QUIET}",
        f"which is {outage.least_failures(AVAILABILITY.budget) * 3600 / seconds(QUIET):.0f} failing requests an hour",
    ),
    "0005": (),
    "0006": (
        f"over {_FAST.long} after about {_spent_after(_FAST)}",
        f"over {_LATER.long} after about {_spent_after(_LATER)} at {AVAILABILITY.objective}",
        f"{HOLDS[0]} for the pair over {_FAST.long}, {HOLDS[1]} for the pair over {_LATER.long}",
        f"pages up to {HOLDS[0]} late",
        f"only the pair over {_LATER.long} sees it up to {HOLDS[1]} late",
        f"after about {_spent_after(SLOW[0])} of outage at {AVAILABILITY.objective}",
    ),
    "0007": (_target_files_read_every(),),
    "0008": (),
    "0009": (),
    "0010": (),
    "0011": (),
    "0012": (),
    "0013": (),
    "0014": (),
    "0015": (),
    "0016": (),
    "0017": (
        f"budget of {BUDGET}",
        f"samples of {_RECORDED}",
        f"grid of {slo._MINUTE}",
        f"up to {slo._SHORT_WINDOWS[-1]} read",
        f"two means over {slo.SLOT}",
        f"in each {slo.SLOT} of the clock",
        f"evaluated every {Group.SLO_LONG.interval(SCRAPE)}",
        f"burns {_FAST.burn} times too fast",
        f"up to {slo.SLOT} later",
        "Before Prometheus 3,",
        f"one evaluation in {seconds(slo.SLOT) / seconds(_RECORDED):.0f}",
        f"{1 / _slots('2h'):.0%} of 2h and {1 / _slots('6h'):.0%} of 6h",
    ),
    "0018": (
        f"younger than {first_seen.YOUNG_S}s",
        f"looks for both in up to {first_seen.SCRAPES * seconds(SCRAPE.page):.0f}s before",
        f"the median of the last {arrival_signals.RECENT}",
        f"for {arrival_signals.STANDS_STILL} at most",
        f"fewer than {arrival.NEARLY_NONE:.0%} of the usual",
        f"at least {arrival.LEAST_USUAL:g} request per second",
        f"(status {CLIENT_LEFT})",
        f"More than {outage.GIVEN_UP_SHARE:.0%} of them, and {outage.LEAST_GIVEN_UP} at least",
        f"needs {arrival.FAST} in which {arrival.LEAST_MISSING} requests are usual; below that {arrival.SLOW}",
        f"fewer than {arrival.LEAST_MISSING} in {arrival.SLOW}",
        f"known after {arrival_signals.REQUIRED_HISTORY}",
        f"a median of {seconds(arrival_signals.RECENT) / seconds(arrival_signals.STEP):.0f} points",
        f"four times {seconds(arrival_signals.AROUND) / 300:.0f}",
    ),
    "0019": (),
    "0020": (),
    "0021": (
        f"one line of at most {messages.LINE_CHARACTERS} characters",
        f"in lines of at most {messages.LINE_OF_CHAT} characters",
    ),
    "0022": (),
    "0023": (),
    "0024": (),
    "0025": (),
    "0026": (),
    "0027": (),
    "0028": (),
    "0029": (),
    "0030": (),
    "0031": (),
    "0032": (f"Alertmanager has {len(KINDS)} kinds of channel",),
    "0033": (),
    "0034": (),
    "0035": (),
    "0036": (),
    "0037": (),
    "0038": (),
    "0039": ("Alertmanager older than 0.30",),
    "0040": (),
    "0041": (),
    "0042": (),
    "0043": (
        f"at least {burn_rate.ENOUGH_KNOWN:.0%} of the short window",
        f"The second one needs {burn_rate.ENOUGH_KNOWN:.0%} of it",
        f"up to {(seconds(slo.SLOT) - seconds(slo._MINUTE)) / seconds(_LATER.long):.0%} from {_LATER.long}",
    ),
    "0044": (
        f"fewer than {gaps.TRIED} of the last {gauge.SCRAPES} scrapes",
        f"a number of the last {gaps.LONGEST}",
        f"was there {arrival.SLOW} ago",
        f"After {gaps.LONGEST} without a scrape",
        f"at each evaluation: {seconds(gaps.LONGEST) / 60:.0f} samples",
    ),
    "0045": (
        f"less than {1 - quantity(traffic.FAR_FEWER.by, Unit.RATIO):.0%} of the same hour",
        f"more than {traffic.FAR_FEWER.usually} per second",
    ),
}
"""Every phrase must stand in the record of that number, and the record may hold no other number."""
