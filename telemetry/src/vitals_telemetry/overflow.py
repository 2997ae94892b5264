"""How many label values were replaced or forgotten, counted once per registry whatever number of hooks count there."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from typing import TypeAlias
from weakref import WeakKeyDictionary

from prometheus_client import CollectorRegistry
from prometheus_client.metrics_core import Metric as Family
from prometheus_client.registry import Collector

from vitals_telemetry import metrics
from vitals_telemetry.exposition import counter_family

Overflow: TypeAlias = Counter[tuple[str, str]]
"""Replaced values by (metric, label). Each key has one owner, which raises it under a lock of its own."""


class _OverflowCollector(Collector):
    def __init__(self) -> None:
        self.counts: Overflow = Counter()

    def describe(self) -> list[Family]:
        return [counter_family(metrics.TELEMETRY_LABEL_OVERFLOW)]

    def collect(self) -> Iterator[Family]:
        family = counter_family(metrics.TELEMETRY_LABEL_OVERFLOW)
        for metric_and_label, count in dict(self.counts).items():
            family.add_metric(metric_and_label, count)
        yield family


_known: WeakKeyDictionary[CollectorRegistry, _OverflowCollector] = WeakKeyDictionary()
_known_lock = threading.Lock()


def overflow_of(registry: CollectorRegistry) -> Overflow:
    """Return the counts of a registry, which exposes them from the first call on."""
    with _known_lock:
        found = _known.get(registry)
        if found is None:
            found = _known[registry] = _OverflowCollector()
            registry.register(found)
    return found.counts
