"""The cache family: how often it helps, how fast it answers, and how much it holds.

Size is the largest that any replica tells: replicas share one Redis and each tells its whole size, so a sum would
count it many times; of caches in memory the fullest is shown.
"""

from __future__ import annotations

from vitals.model.promql import max_by
from vitals.model.signals import gauge
from vitals.model.signals.measure import NO_EVENTS, mean, p95, rate, share
from vitals.model.signals.signal import Direction, Group, Signal
from vitals_telemetry.contract import Unit

CACHE = ("service", "cache")
_TIME = "cache_fetch_duration_seconds"

REQUESTS = Signal(
    id="cache.requests.cache",
    title="Cache requests",
    asks="How many keys per second are asked of the cache? It follows the traffic; a fall alone means it is bypassed.",
    unit=Unit.PER_SECOND,
    worse=Direction.NEITHER,
    record="service_cache:cache_requests:rate5m",
    labels=CACHE,
    group=Group.CACHE,
    query=lambda service, _: rate("cache_requests_total", CACHE, service),
)

HITS = Signal(
    id="cache.hits.ratio",
    title="Hit ratio",
    asks="How often does the cache have what is asked? Each miss is a query more, so the database feels a fall first.",
    unit=Unit.RATIO,
    worse=Direction.LOWER_IS_WORSE,
    record="service_cache:cache_hits:ratio_rate5m",
    labels=CACHE,
    group=Group.CACHE,
    query=lambda service, _: share(
        rate("cache_requests_total", CACHE, service, result="hit"), REQUESTS.read(service=service.name)
    ),
    may_be_empty=NO_EVENTS,
)

FETCH_MEAN = Signal(
    id="cache.time.mean",
    title="Mean fetch time",
    asks="How long does a fetch take on average, hit or miss? Compare it with the query that it saves.",
    unit=Unit.SECONDS,
    worse=Direction.HIGHER_IS_WORSE,
    record="service_cache:cache_fetch_duration_seconds:mean5m",
    labels=CACHE,
    group=Group.CACHE,
    query=lambda service, _: mean(_TIME, CACHE, service),
    may_be_empty=NO_EVENTS,
)

FETCH_P95 = Signal(
    id="cache.time.p95",
    title="p95 fetch time",
    asks="Is the cache itself slow? One fetch in twenty takes longer than this; a slow cache is worse than none.",
    unit=Unit.SECONDS,
    worse=Direction.HIGHER_IS_WORSE,
    record="service_cache:cache_fetch_duration_seconds:p95_5m",
    labels=CACHE,
    group=Group.CACHE,
    query=lambda service, _: p95(_TIME, CACHE, service),
    may_be_empty=NO_EVENTS,
)

SIZE = Signal(
    id="cache.size.bytes",
    title="Size",
    asks="How many bytes does the cache hold, in the fullest replica? Flat at its limit means that it evicts.",
    unit=Unit.BYTES,
    worse=Direction.NEITHER,
    record="service_cache:cache_size_bytes:max",
    labels=CACHE,
    group=Group.CACHE,
    query=lambda service, scrape: max_by(CACHE, gauge.last("cache_size_bytes", service, scrape)),
)

ITEMS = Signal(
    id="cache.size.items",
    title="Entries",
    asks="How many entries does the cache hold, in the fullest replica? A fall to nothing is a flush or a restart.",
    unit=Unit.COUNT,
    worse=Direction.NEITHER,
    record="service_cache:cache_items:max",
    labels=CACHE,
    group=Group.CACHE,
    query=lambda service, scrape: max_by(CACHE, gauge.last("cache_items", service, scrape)),
)

SIGNALS = (REQUESTS, HITS, FETCH_MEAN, FETCH_P95, SIZE, ITEMS)
