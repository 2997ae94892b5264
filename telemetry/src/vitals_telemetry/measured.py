"""Gauges that are measured at the moment of a scrape: sizes and lengths that only their owner knows.

A source that fails or takes too long leaves its series out of the scrape, so a dead cache shows as absent and never as
empty. One that hangs, as a Redis or broker that takes connections and answers nothing, must not take the scrape with
it: then every metric of the process would be gone at the moment at which it is needed. So sources are asked all at
once, each in a thread of its own or on its event loop, and waited for together. Sources of one metric share a family,
whatever number of caches or queues a process has.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Future
from contextlib import suppress
from typing import Any, TypeAlias
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
"""Seconds that a scrape waits for the sources of one metric: three such metrics of a process stay below the shortest
usual time limit of a scrape, which is five."""

_logger = logging.getLogger(__name__)


class OnLoop:
    """A source that is a coroutine of an event loop; absent while that loop does not run.

    Args:
        ask: Makes the coroutine that measures. The loop is the one that runs now; where none does, as in a module that
            is being imported, the one of the first ``is_here``.
    """

    def __init__(self, ask: Callable[[], Coroutine[Any, Any, float]]) -> None:
        self._ask = ask
        self._loop: asyncio.AbstractEventLoop | None = None
        with suppress(RuntimeError):
            self.is_here()

    def is_here(self) -> None:
        """Take the loop that runs now for the one to ask on.

        Raises:
            RuntimeError: None does.
        """
        self._loop = asyncio.get_running_loop()

    def begin(self) -> Future[float] | None:
        """Ask; None if the loop cannot answer, because it does not run or the scrape holds it."""
        loop = self._loop
        if loop is None or not loop.is_running() or _runs_here(loop):
            return None
        asking = self._ask()
        try:
            return asyncio.run_coroutine_threadsafe(asking, loop)
        except RuntimeError:  # it was closed meanwhile
            asking.close()
            return None


class _InThread:
    """A source that is a function; one call of it runs at a time, however long it takes."""

    def __init__(self, ask: Callable[[], float | None]) -> None:
        self._ask = ask
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._answer: Future[float | None] = Future()
        self._since = 0.0

    def begin(self) -> Future[float | None] | None:
        """Ask, or join in what another scrape asks just now; None while the answer is overdue."""
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._answer, self._since = Future(), time.monotonic()
                self._answer.set_running_or_notify_cancel()
                self._thread = threading.Thread(
                    target=self._run, args=(self._answer,), name="vitals-measure", daemon=True
                )
                self._thread.start()
            elif time.monotonic() - self._since > ANSWER_TIME:
                return None
            return self._answer

    def _run(self, answer: Future[float | None]) -> None:
        try:
            answer.set_result(self._ask())
        except Exception as error:
            answer.set_exception(error)


Source: TypeAlias = Callable[[], float | None] | OnLoop
"""What gives a value, or None to leave the series out: a function, called in a thread of ours, or ``OnLoop``."""


class _Measured(Collector):
    def __init__(self, metric: Metric) -> None:
        self._metric = metric
        self.sources: dict[tuple[str, ...], _InThread | OnLoop] = {}
        self._mistakes = Mistakes(_logger)

    def describe(self) -> list[Family]:
        return [gauge_family(self._metric)]

    def collect(self) -> Iterator[Family]:
        family = gauge_family(self._metric)
        deadline = time.monotonic() + ANSWER_TIME
        for labels, answer in [(labels, self._begin(labels)) for labels in list(self.sources)]:
            value = None if answer is None else self._awaited(labels, answer, deadline)
            if value is not None:
                family.add_metric(labels, value)
        yield family

    def _begin(self, labels: tuple[str, ...]) -> Future[Any] | None:
        try:
            return self.sources[labels].begin()
        except Exception:
            self._mistakes.note(f"{self._metric.name}{labels} cannot be asked for")
            return None

    def _awaited(self, labels: tuple[str, ...], answer: Future[Any], deadline: float) -> float | None:
        try:
            value = answer.result(max(0.0, deadline - time.monotonic()))
            return None if value is None else float(value)
        except Exception:
            why = "cannot be measured" if answer.done() else f"was not measured within {ANSWER_TIME:g} s"
            self._mistakes.note(f"{self._metric.name}{labels} {why}")
            answer.cancel()
            return None


_known: WeakKeyDictionary[CollectorRegistry, dict[str, _Measured]] = WeakKeyDictionary()
_known_lock = threading.Lock()


def measure(metric: Metric, labels: tuple[str, ...], source: Source, registry: CollectorRegistry | None) -> None:
    """Measure a series of a gauge at every scrape.

    Args:
        metric: The gauge.
        labels: Values of its labels.
        source: Gives the value.
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
        sources[labels] = source if isinstance(source, OnLoop) else _InThread(source)


def _runs_here(loop: asyncio.AbstractEventLoop) -> bool:
    """Whether the calling thread is the loop's own, which would wait for itself."""
    try:
        return asyncio.get_running_loop() is loop
    except RuntimeError:
        return False
