"""The redis exporter: memory, evictions and clients of a Redis or Valkey server.

What services themselves see of a cache (hits, misses, time) is their own telemetry, under the same names for every
kind of cache. This is the server's side of it. Source: https://github.com/oliver006/redis_exporter.
"""

from __future__ import annotations

from vitals.model.metrics.exporter import Exporter, counter, gauge
from vitals_telemetry.contract import Unit

REDIS = Exporter(
    name="redis",
    description="The Redis server behind the caches.",
    metrics=(
        gauge("redis_up", "1 when the server answered."),
        gauge("redis_memory_used_bytes", "Memory used.", unit=Unit.BYTES),
        gauge("redis_memory_max_bytes", "Memory limit; 0 is none.", unit=Unit.BYTES),
        counter("redis_evicted_keys_total", "Keys thrown out for lack of memory."),
        gauge("redis_connected_clients", "Open connections."),
    ),
)
