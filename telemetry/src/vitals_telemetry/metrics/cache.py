"""What a service reports about its caches: hits and misses, fetch time, size. Redis and in-memory caches alike."""

from __future__ import annotations

from vitals_telemetry.contract import Label, Metric, MetricType, Unit

CACHE = Label("cache", "Name that the service gave the cache.", most=10, expected=1)

CACHE_REQUESTS = Metric(
    name="cache_requests_total",
    type=MetricType.COUNTER,
    unit=Unit.COUNT,
    help="Keys asked of the cache, by whether it had them; a cache that fails to answer is a miss",
    labels=(CACHE, Label("result", "Whether the cache had the key.", most=2, values=("hit", "miss"), expected=2)),
)
CACHE_FETCH_DURATION = Metric(
    name="cache_fetch_duration_seconds",
    type=MetricType.HISTOGRAM,
    unit=Unit.SECONDS,
    help="Time that the cache took to answer a fetch, hit or miss, in seconds",
    labels=(CACHE,),
    buckets=(0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.25),
)
CACHE_SIZE = Metric(
    name="cache_size_bytes",
    type=MetricType.GAUGE,
    unit=Unit.BYTES,
    help="Bytes that the cache holds; absent while it does not answer",
    labels=(CACHE,),
)
CACHE_ITEMS = Metric(
    name="cache_items",
    type=MetricType.GAUGE,
    unit=Unit.COUNT,
    help="Entries that the cache holds; absent while it does not answer",
    labels=(CACHE,),
)

CACHE_METRICS: tuple[Metric, ...] = (CACHE_REQUESTS, CACHE_FETCH_DURATION, CACHE_SIZE, CACHE_ITEMS)
"""The family, in the order of the scrape."""
