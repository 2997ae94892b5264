"""The cache family: how often it helps, how fast it answers, and how much it holds.

Size is the largest that any replica reports: replicas share one Redis and each reports its whole size, so a sum would
count it many times; of caches in memory the fullest is shown.
"""

from __future__ import annotations

from vitals.model.conventions import SERVICE
from vitals.model.signals import gauge
from vitals.model.signals.idioms import share
from vitals.model.signals.measure import NO_EVENTS, mean, p95, rate
from vitals.model.signals.signal import Direction, Group, Signal
from vitals_telemetry.contract import Unit

CACHE = (SERVICE, "cache")
_TIME = "cache_fetch_duration_seconds"

REQUESTS = Signal(
    id="cache.requests.cache",
    title="Cache requests",
    question=(
        "How many keys per second are asked of the cache? It follows the traffic; a fall alone means it is bypassed."
    ),
    unit=Unit.REQUESTS_PER_SECOND,
    direction=Direction.NEITHER,
    record="service_cache:cache_requests:rate5m",
    labels=CACHE,
    group=Group.CACHE,
    query=rate("cache_requests_total", CACHE),
)

HITS = Signal(
    id="cache.hits.ratio",
    title="Hit ratio",
    question=(
        "How often does the cache have what is asked? Each miss is a query more, so the database feels a fall first."
    ),
    unit=Unit.RATIO,
    direction=Direction.LOWER_IS_WORSE,
    record="service_cache:cache_hits:ratio_rate5m",
    labels=CACHE,
    group=Group.CACHE,
    query=share(rate("cache_requests_total", CACHE, result="hit"), REQUESTS.recorded()),
    may_be_empty=NO_EVENTS,
    phrase="cache hit ratio {value}",
)

FETCH_MEAN = Signal(
    id="cache.time.mean",
    title="Mean fetch time",
    question="How long does a fetch take on average, hit or miss? Compare it with the query that it saves.",
    unit=Unit.SECONDS,
    direction=Direction.HIGHER_IS_WORSE,
    record="service_cache:cache_fetch_duration_seconds:mean5m",
    labels=CACHE,
    group=Group.CACHE,
    query=mean(_TIME, CACHE),
    may_be_empty=NO_EVENTS,
)

FETCH_P95 = Signal(
    id="cache.time.p95",
    title="p95 fetch time",
    question="Is the cache itself slow? One fetch in twenty takes longer than this; a slow cache is worse than none.",
    unit=Unit.SECONDS,
    direction=Direction.HIGHER_IS_WORSE,
    record="service_cache:cache_fetch_duration_seconds:p95_5m",
    labels=CACHE,
    group=Group.CACHE,
    query=p95(_TIME, CACHE),
    may_be_empty=NO_EVENTS,
    phrase="p95 cache fetch time {value}",
)

SIZE = Signal(
    id="cache.size.bytes",
    title="Size",
    question="How many bytes does the cache hold, in the fullest replica? Flat at its limit means that it evicts.",
    unit=Unit.BYTES,
    direction=Direction.NEITHER,
    record="service_cache:cache_size_bytes:max",
    labels=CACHE,
    group=Group.CACHE,
    query=gauge.last("cache_size_bytes").max_by(CACHE),
)

ITEMS = Signal(
    id="cache.size.items",
    title="Entries",
    question="How many entries does the cache hold, in the fullest replica? A fall to nothing is a flush or a restart.",
    unit=Unit.COUNT,
    direction=Direction.NEITHER,
    record="service_cache:cache_items:max",
    labels=CACHE,
    group=Group.CACHE,
    query=gauge.last("cache_items").max_by(CACHE),
)

SIGNALS = (REQUESTS, HITS, FETCH_MEAN, FETCH_P95, SIZE, ITEMS)
