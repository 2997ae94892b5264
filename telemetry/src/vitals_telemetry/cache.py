"""What a service reports about its caches: hits, misses, fetch time, size. The same for Redis and for memory.

``vitals_telemetry.redis`` and ``vitals_telemetry.memory_cache`` report here by themselves; for any other cache the
service puts ``with telemetry.fetch() as fetched`` around its look-ups. Keys and values never come here.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from opentelemetry import trace
from opentelemetry.trace import SpanKind
from prometheus_client import CollectorRegistry

from vitals_telemetry.instruments import BoundedCounter, BoundedHistogram, instrument
from vitals_telemetry.label_values import readable
from vitals_telemetry.measured import Source, measure
from vitals_telemetry.metrics.cache import CACHE_FETCH_DURATION, CACHE_ITEMS, CACHE_REQUESTS, CACHE_SIZE
from vitals_telemetry.spans import current_span


@dataclass(slots=True)
class Fetched:
    """What a fetch found; filled by the one who fetches. Left as it is, it is one miss.

    Attributes:
        hits: Keys that the cache had.
        misses: Keys that it did not have.
    """

    hits: int = 0
    misses: int = 1


class CacheTelemetry:
    """Holds the metrics of one cache; safe for threads.

    Args:
        cache: The value of the label ``cache``.
        system: The product, as OpenTelemetry's ``db.system.name`` has it, such as ``redis``.
        registry: Where to register; None is the default registry.
    """

    def __init__(self, cache: str, *, system: str, registry: CollectorRegistry | None = None) -> None:
        self._cache = cache
        self._system = system
        self._registry = registry
        self._requests = instrument(BoundedCounter, CACHE_REQUESTS, registry)
        self._times = instrument(BoundedHistogram, CACHE_FETCH_DURATION, registry)
        for result in ("hit", "miss"):
            self._requests.show(cache, result)
        self._times.show(cache)

    @contextmanager
    def fetch(self, operation: str = "get") -> Iterator[Fetched]:
        """Time a look-up in a block and count what it found.

        An exception counts what was found until then, which is one miss if nothing was said, and goes on.

        Args:
            operation: What is asked of the cache, for the span.
        """
        fetched = Fetched()
        started = time.perf_counter()
        operation = readable(operation)
        attributes = {"db.system.name": self._system, "db.operation.name": operation}
        with current_span(f"{self._system} {operation}", SpanKind.CLIENT, attributes) as span:
            try:
                yield fetched
            finally:
                seconds = time.perf_counter() - started
                span.set_attribute("cache.hit", isinstance(fetched.misses, (int, float)) and fetched.misses == 0)
                self._times.observe(self._cache, seconds=seconds, span=span)
                self._requests.add(self._cache, "hit", amount=fetched.hits)
                self._requests.add(self._cache, "miss", amount=fetched.misses)

    def count_fetch(self, hits: int, misses: int, seconds: float) -> None:
        """Count a look-up that the caller has timed; for caches in memory, where a span would cost more than it.

        Args:
            hits: Keys that the cache had.
            misses: Keys that it did not have.
            seconds: How long it took.
        """
        self._times.observe(self._cache, seconds=seconds, span=trace.get_current_span())
        self._requests.add(self._cache, "hit", amount=hits)
        self._requests.add(self._cache, "miss", amount=misses)

    def measure_size(self, size_bytes: Source, items: Source) -> None:
        """Measure the size at each scrape.

        Args:
            size_bytes: Bytes that the cache holds, or None while that is unknown; called in a thread of its own, and
                absent from a scrape where it takes longer than a second.
            items: Entries that it holds, likewise.

        Raises:
            TelemetryError: The registry measures a cache of this name already.
        """
        measure(CACHE_SIZE, (self._cache,), size_bytes, self._registry)
        measure(CACHE_ITEMS, (self._cache,), items, self._registry)
