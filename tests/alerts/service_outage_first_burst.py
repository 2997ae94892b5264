"""ServiceOutage: the first burst of failures that a target ever has, and a counter that is only seen again."""

from __future__ import annotations

from collections.abc import Sequence

from tests.oracle.of_api import counting, shown
from tests.oracle.samples import ScrapedSeries
from tests.oracle.scenario import Fires, Scenario

FAILING, FAST = "api.outage.failing", "slo.availability.fast"
LASTS = 900


def _target(instance: str, *, up: str, **values: str) -> ScrapedSeries:
    """A target; response times are shown whenever a scrape works, and none is ever counted: this is not about them."""
    none = up.replace("1x", "0x")
    return shown(instance, up=up, answers=none, fast=none, **values)


def _scenario(name: str, *targets: ScrapedSeries, fires: Sequence[Fires] = ()) -> Scenario:
    quiet = {FAILING, FAST} - {one.alert for one in fires}
    return Scenario(name, targets, LASTS, fires=fires, quiet=sorted(quiet), evaluated=5)


def _pages(at: int) -> Fires:
    """The outage pages at once, and lets go when five minutes have forgotten it."""
    return Fires(FAILING, by=at + 10, quiet_until=at - 5, over_by=at + 310)


OTHER = _target("b", up="1x180", good="1000x180", in_flight="0x180")
"""A replica that answers every scrape, so that none of what another misses is an outage by itself."""
AFTER_MISSED_SCRAPES = (
    _scenario(
        "the first failures ever come just after a missed scrape, and there is no other traffic",
        _target("a", up="1x58 0 1x119", good="1000x58 stale 1000x119", bad="_x60 40x119", in_flight="0x58 stale 0x119"),
        fires=[_pages(300)],
    ),
    _scenario(
        "the first requests that a replica ever gets fail just after two missed scrapes",
        _target("a", up="1x57 0x1 1x119", bad="_x60 40x119", in_flight="0x57 stale _ 0x119"),
        OTHER,
        fires=[_pages(300)],
    ),
    _scenario(
        "a few first failures among many requests, just after two missed scrapes",
        _target(
            "a",
            up="1x57 0x1 1x119",
            good=f"{counting(0, (58, 100))} stale _ {counting(6000, (120, 100))}",
            bad="_x60 40x119",
            in_flight="2x57 stale _ 2x119",
        ),
        OTHER,
    ),
    _scenario(
        "a million failures are held through two missed scrapes",
        _target(
            "a",
            up="1x57 0x1 1x119",
            good="9000x57 stale _ 9000x119",
            bad="1000000x57 stale _ 1000000x119",
            in_flight="0x57 stale _ 0x119",
        ),
        OTHER,
    ),
)
BURSTS = (
    _scenario(
        "forty requests in a row fail on a replica that never failed before",
        _target("a", up="1x180", good="1000x180", bad="_x60 40x120"),
        fires=[_pages(300)],
    ),
    _scenario(
        "the first requests that a replica ever gets fail",
        _target("a", up="1x180", in_flight="0x180", bad="_x60 40x120"),
        fires=[_pages(300)],
    ),
    _scenario(
        "a process fails everything before it is scraped for the first time",
        _target("a", up="1x180", good="1000x180"),
        _target("b", up="_x60 1x120", bad="_x60 40x120", began="_x60 250x120"),
        fires=[_pages(300)],
    ),
)
SEEN_AGAIN = (
    _scenario(
        "a counter of a million failures is seen again after ten minutes without Prometheus",
        _target(
            "a",
            up="1x29 _x120 1x30",
            good="1000x29 _x120 9000x30",
            bad="1000000x29 _x120 1000000x30",
            in_flight="1x29 _x120 1x30",
            began="-9000x29 _x120 -9000x30",
        ),
        fires=[Fires("api.outage.absent", by=600, quiet_until=500, over_by=760)],
    ),
    _scenario(
        "a target with a million failures gets another name",
        _target("a", up="1x59 stale", good="9000x59 stale", bad="1000000x59 stale", began="-9000x59 stale"),
        _target("b", up="_x60 1x120", good="_x60 9000x120", bad="_x60 1000000x120", began="_x60 -9000x120"),
    ),
    _scenario(
        "the metrics of the API vanish for five minutes and come back",
        _target(
            "a",
            up="1x180",
            good="9000x29 stale _x60 9000x90",
            bad="1000000x29 stale _x60 1000000x90",
            in_flight="1x29 stale _x60 1x90",
            began="-9000x180",
        ),
    ),
    _scenario(
        "scrapes fail for five minutes while a million failures are held",
        _target("a", up="1x29 0x60 1x90", good="9000x29 stale _x60 9000x90", bad="1000000x29 stale _x60 1000000x90"),
        _target("b", up="1x180", good="9000x180"),
    ),
    _scenario(
        "Prometheus misses scrapes for two minutes",
        _target("a", up="1x59 _x24 1x90", good="1000x59 _x24 2000x90", bad="700x59 _x24 700x90"),
    ),
)
SCENARIOS = (*BURSTS, *AFTER_MISSED_SCRAPES, *SEEN_AGAIN)
