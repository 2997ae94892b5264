"""What the decision records may state in numbers, computed from the code like those of the other pages."""

from __future__ import annotations

import re

from alert_rules import burn_rate, outage
from vitals.kit.alerts import messages
from vitals.kit.scrape import jobs, prometheus_config
from vitals.model.catalog.fields import seconds
from vitals.model.signals import Group, slo
from vitals.model.signals import outage as outage_signals
from vitals.model.signals.slo import Pair

from .arrival_numbers import OF_RECORD_OF_ARRIVAL
from .numbers import (
    ABSENT,
    AVAILABILITY,
    BUDGET,
    ENVIRONMENT,
    GONE,
    HOLDS,
    LATENCY,
    LINGERS,
    QUIET,
    RATE,
    SCRAPE,
    SERVICE,
    failures,
    guard,
)


def _spent_after(pair: Pair) -> str:
    """How long everything must fail before a pair fires."""
    return f"{float(pair.burn * AVAILABILITY.budget) * seconds(pair.long):.0f}s"


def _slots(window: str) -> float:
    """How many recorded means a long window holds."""
    return seconds(window) / seconds(slo.SLOT)


def _target_files_read_every() -> str:
    config = prometheus_config(jobs([SERVICE], ENVIRONMENT), ENVIRONMENT)
    (found,) = set(re.findall(r"'refresh_interval': '(\w+)'", str(config)))
    return f"every {found}"


_RECORDED = Group.SLO.interval(SCRAPE)
_FAST, _LATER = slo.FAST
OF_RECORD: dict[str, tuple[str, ...]] = {
    "0001": (),
    "0002": (
        f"from {_FAST.short} to {slo.SLOW[-1].long}",
        f"looks back {BUDGET}",
        f"recorded every {_RECORDED}",
        f"as a rate over {RATE}",
        f"only every {Group.SLO_LONG.interval(SCRAPE)}",
        f"means over {slo.SLOT} of them",
        f"{slo.SLOW[-1].long} reads 2 series of {_slots(slo.SLOW[-1].long):.0f} samples",
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
        f"a margin of {burn_rate._COUNTED_AS} times",
        AVAILABILITY.objective,
        *(guard(pair, AVAILABILITY) for pair in (*slo.FAST, *slo.SLOW)),
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
        f"after about {_spent_after(slo.SLOW[0])} of outage at {AVAILABILITY.objective}",
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
    "0018": OF_RECORD_OF_ARRIVAL,
    "0019": (),
    "0020": (),
    "0021": (f"one line of at most {messages.LINE_CHARACTERS} characters",),
    "0022": (),
}
"""Every phrase must stand in the record of that number, and the record may hold no other number."""
