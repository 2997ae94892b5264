"""The cache: does it still help, and does it answer fast?"""

from __future__ import annotations

from vitals.kit.alerts.because import BRIEF, ENOUGH, Because
from vitals.kit.alerts.threshold import MinimumEvents, Threshold
from vitals.kit.alerts.trend import Trend
from vitals.kit.alerts.trend_shapes import WorseThanLastWeek
from vitals.model.conventions import Severity
from vitals.model.signals import cache

_ENOUGH = MinimumEvents(cache.REQUESTS, more_than=25)

hits_low = Threshold(
    id="cache.hits.low",
    name="CacheHitsLow",
    signal=cache.HITS,
    below="30%",
    for_="2m",
    severity=Severity.WARNING,
    minimum_events=_ENOUGH,
    impact="The cache hardly helps. Nearly every request goes on to the database, which has to bear it.",
    action="See whether it was emptied or restarted; otherwise look for keys that changed with a deploy.",
    because=Because(
        bound=(
            "assumed: a cache that answers less than a third of its keys saves hardly any query; no measurement of a "
            "real one is behind it"
        ),
        duration=(
            "assumed: a new replica with a cache of its own in memory has its most asked keys again within two minutes "
            "of traffic"
        ),
        events="assumed: with fewer fetches the ratio says more about which keys were asked for than about the cache",
    ),
)
slow = Threshold(
    id="cache.time.high",
    name="CacheSlow",
    signal=cache.FETCH_P95,
    above="25ms",
    for_="1m",
    severity=Severity.WARNING,
    minimum_events=_ENOUGH,
    impact="The cache takes about as long as the query that it should save.",
    action="Look at the cache's own load and at the network; a value of many megabytes blocks all others.",
    because=Because(
        bound="assumed: about what an indexed query takes, so a slower cache costs more than it saves",
        duration=BRIEF,
        events=ENOUGH,
    ),
    no_drill="the demo keeps its cache in its own memory, and has no fault that makes that slow",
)
hits_week = Trend(
    id="cache.hits.week",
    signal=cache.HITS,
    shape=WorseThanLastWeek(by="20%", beyond="90%"),
    impact="The cache helps less than a week ago at this hour, so the database works more.",
    action=(
        "Compare size and entries with last week. Less room, shorter lifetimes and more different keys look different."
    ),
    because=Because(
        change="assumed: a fifth fewer hits is more than the mix of keys of two ordinary weeks explains",
        floor="assumed: above 90% a fall costs the database few queries",
    ),
)

RULES = (hits_low, slow, hits_week)
