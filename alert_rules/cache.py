"""The cache: does it still help, and does it answer fast?"""

from __future__ import annotations

from vitals.kit.alerts.alert import Severity
from vitals.kit.alerts.threshold import Guard, Threshold
from vitals.kit.alerts.trend import Trend, WorseThanLastWeek
from vitals.model.signals import cache

_ENOUGH = Guard(cache.REQUESTS, most_alone=25)

hits_low = Threshold(
    id="cache.hits.low",
    name="CacheHitsLow",
    signal=cache.HITS,
    below="30%",
    lasting="2m",
    severity=Severity.WARNING,
    guard=_ENOUGH,
    means="The cache hardly helps. Nearly every request goes on to the database, which has to bear it.",
    do="See whether it was emptied or restarted; otherwise look for keys that changed with a deploy.",
)
slow = Threshold(
    id="cache.time.high",
    name="CacheSlow",
    signal=cache.FETCH_P95,
    above="25ms",
    lasting="1m",
    severity=Severity.WARNING,
    guard=_ENOUGH,
    means="The cache takes about as long as the query that it should save.",
    do="Look at the cache's own load and at the network; a value of many megabytes blocks all others.",
)
hits_week = Trend(
    id="cache.hits.week",
    signal=cache.HITS,
    shape=WorseThanLastWeek(by="20%", beyond="90%"),
    means="The cache helps less than a week ago at this hour, so the database works more.",
    do="Compare size and entries with last week. Less room, shorter lifetimes and more different keys look different.",
)

RULES = (hits_low, slow, hits_week)
