"""Gauges that are measured at the moment of a scrape: sizes and lengths that only their owner knows.

A source that fails or takes too long leaves its series out of the scrape, so a dead cache shows as absent and never as
empty. Sources of one metric share a family, whatever number of caches or queues a process has.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Coroutine, Iterator
from typing import Any
from weakref import WeakKeyDictionary

from prometheus_client import REGISTRY, CollectorRegistry
from prometheus_client.metrics_core import Metric as Family
from prometheus_client.registry import Collector

from vitals_telemetry.contract import Metric
from vitals_telemetry.errors import TelemetryError
from vitals_telemetry.exposition import gauge_family
from vitals_telemetry.label_values import label_value
from vitals_telemetry.mistakes import Mistakes

ANSWER_TIME = 1.0
"""Seconds that a scrape waits for a measurement on an event loop."""

_logger = logging.getLogger(__name__)


class _Measured(Collector):
    def __init__(self, metric: Metric) -> None:
        self._metric = metric
        self.sources: dict[tuple[str, ...], Callable[[], float | None]] = {}
        self._mistakes = Mistakes(_logger)

    def describe(self) -> list[Family]:
        return [gauge_family(self._metric)]

    def collect(self) -> Iterator[Family]:
        family = gauge_family(self._metric)
        for labels, source in list(self.sources.items()):
            try:
                value = source()
                value = None if value is None else float(value)
            except Exception:
                value = None
                self._mistakes.note(f"{self._metric.name}{labels} cannot be measured")
            if value is not None:
                family.add_metric(labels, value)
        yield family


_known: WeakKeyDictionary[CollectorRegistry, dict[str, _Measured]] = WeakKeyDictionary()
_known_lock = threading.Lock()


def measure(
    metric: Metric, labels: tuple[str, ...], source: Callable[[], float | None], registry: CollectorRegistry | None
) -> None:
    """Measure a series of a gauge at every scrape.

    Args:
        metric: The gauge.
        labels: Values of its labels.
        source: Gives the value, or None to leave the series out; called in the thread of the scrape.
        registry: None is the default registry.

    Raises:
        TelemetryError: The series has a source already.
    """
    registry = REGISTRY if registry is None else registry
    labels = tuple(map(label_value, labels))
    with _known_lock:
        gauges = _known.setdefault(registry, {})
        if metric.name not in gauges:
            gauges[metric.name] = _Measured(metric)
            registry.register(gauges[metric.name])
        sources = gauges[metric.name].sources
        if labels in sources:
            raise TelemetryError(
                f"{metric.name} of {', '.join(labels)} is measured already in this process, so one of the two would "
                "never be seen. Give each cache or queue a name of its own, and build its telemetry once."
            )
        sources[labels] = source


def on_loop(ask: Callable[[], Coroutine[Any, Any, float]]) -> Callable[[], float | None]:
    """Turn a coroutine of the running event loop into a source that a scrape's thread can call.

    Args:
        ask: Makes the coroutine that measures; it runs on the loop that runs now.

    Returns:
        A source; it gives None while the loop does not run, or does not answer within ``ANSWER_TIME``.
    """
    loop = asyncio.get_running_loop()

    def source() -> float | None:
        if not loop.is_running() or _runs_here(loop):
            return None
        waiting = asyncio.run_coroutine_threadsafe(ask(), loop)
        try:
            return waiting.result(ANSWER_TIME)
        except TimeoutError:
            waiting.cancel()
            return None

    return source


def _runs_here(loop: asyncio.AbstractEventLoop) -> bool:
    """Whether the calling thread is the loop's own, which would wait for itself."""
    try:
        return asyncio.get_running_loop() is loop
    except RuntimeError:
        return False
