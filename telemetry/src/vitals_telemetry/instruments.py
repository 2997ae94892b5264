"""Instruments for what is rarer than a request: prometheus_client's own, built from the contract and bounded.

One instrument per metric and registry, shared by every hook that fills it, so two databases or caches of a process give
one family. A label value beyond its bound becomes ``other`` and is counted. Time series of creation times, which
prometheus_client adds for every series, are left out: they would double the cost of a counter and are never read.

Filling an instrument never raises, whatever the application gives: it is done within the application's own calls, often
while an exception of its own is on the way.
"""

from __future__ import annotations

import logging
import math
import threading
from collections.abc import Iterator, Sequence
from typing import TypeVar
from weakref import WeakKeyDictionary

from opentelemetry.trace import Span, format_span_id, format_trace_id
from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram
from prometheus_client.metrics_core import Metric as Family
from prometheus_client.registry import Collector

from vitals_telemetry.contract import Metric
from vitals_telemetry.label_values import label_value
from vitals_telemetry.metrics import OTHER
from vitals_telemetry.mistakes import Mistakes
from vitals_telemetry.overflow import Overflow, overflow_of

_MISTAKES = Mistakes(logging.getLogger(__name__))


class _Instrument(Collector):
    """One metric of the contract in one registry; safe for threads."""

    def __init__(self, metric: Metric, overflow: Overflow) -> None:
        self._metric = metric
        self._overflow = overflow
        self._lock = threading.Lock()
        self._seen: tuple[set[str], ...] = tuple(set(label.values) for label in metric.labels)
        for label in metric.labels:
            overflow[metric.name, label.name] += 0

    def _bounded(self, values: Sequence[object], counted: int = 1) -> tuple[str, ...]:
        """Return ``values`` as text, with ``other`` in place of each that is none or beyond its label's bound."""
        return tuple(self._admit(place, value, counted) for place, value in enumerate(values))

    def _admit(self, place: int, value: object, counted: int) -> str:
        label, seen = self._metric.labels[place], self._seen[place]
        if type(value) is str and value in seen:
            return value
        try:
            text = label_value(value)
        except Exception:
            text = OTHER
            _MISTAKES.note(f"a value of the label {label.name!r} has no text, so it is counted as {OTHER!r}")
        if text in seen:
            return text
        with self._lock:
            if text != OTHER and not label.values and len(seen) < label.most - len((OTHER,)):
                seen.add(text)
                return text
            self._overflow[self._metric.name, label.name] += counted
        return OTHER

    def _amount(self, given: float) -> float | None:
        """Return what can be added: a finite number, not negative. One that is not would distort the sum for good."""
        try:
            amount = float(given)
        except Exception:
            amount = math.nan
        if math.isfinite(amount) and amount >= 0:
            return amount
        _MISTAKES.note(f"{self._metric.name} was given what is not a number from 0 on, which is not counted")
        return None

    def _families(self) -> Iterator[Family]:
        raise NotImplementedError

    def describe(self) -> list[Family]:
        """Return the family, so that a registry can refuse a second owner of the name."""
        return list(self._families())

    def collect(self) -> Iterator[Family]:
        """Yield the family without the times of creation."""
        for family in self._families():
            family.samples = [sample for sample in family.samples if not sample.name.endswith("_created")]
            yield family


class BoundedCounter(_Instrument):
    """A counter of the contract."""

    def __init__(self, metric: Metric, overflow: Overflow) -> None:
        super().__init__(metric, overflow)
        self._inner = Counter(metric.name, metric.help, metric.label_names, registry=None)

    def add(self, *values: str, amount: float = 1) -> None:
        """Raise the series with these label values."""
        counted = self._amount(amount)
        if counted is not None:
            self._inner.labels(*self._bounded(values)).inc(counted)

    def show(self, *values: str) -> None:
        """Make the series with these label values visible, at 0, before their first event."""
        self._inner.labels(*self._bounded(values, counted=0))

    def _families(self) -> Iterator[Family]:
        yield from self._inner.collect()


class BoundedHistogram(_Instrument):
    """A histogram of the contract."""

    def __init__(self, metric: Metric, overflow: Overflow) -> None:
        super().__init__(metric, overflow)
        self._inner = Histogram(metric.name, metric.help, metric.label_names, buckets=metric.buckets, registry=None)

    def observe(self, *values: str, seconds: float, span: Span | None = None) -> None:
        """Count one duration in the series with these label values.

        Args:
            values: Values of the labels, in the metric's order.
            seconds: The duration.
            span: The span that was current; an exemplar leads to it if it is sampled.
        """
        counted = self._amount(seconds)
        if counted is not None:
            self._inner.labels(*self._bounded(values)).observe(counted, None if span is None else _exemplar(span))

    def show(self, *values: str) -> None:
        """Make the series with these label values visible, at 0, before their first event."""
        self._inner.labels(*self._bounded(values, counted=0))

    def _families(self) -> Iterator[Family]:
        yield from self._inner.collect()


def _exemplar(span: Span) -> dict[str, str] | None:
    context = span.get_span_context()
    if not context.trace_flags.sampled:
        return None
    return {"trace_id": format_trace_id(context.trace_id), "span_id": format_span_id(context.span_id)}


_I = TypeVar("_I", BoundedCounter, BoundedHistogram)
_known: WeakKeyDictionary[CollectorRegistry, dict[str, Collector]] = WeakKeyDictionary()
_known_lock = threading.Lock()


def instrument(kind: type[_I], metric: Metric, registry: CollectorRegistry | None) -> _I:
    """Return the instrument of a metric in a registry, registering it the first time.

    Args:
        kind: ``BoundedCounter`` or ``BoundedHistogram``, as the metric's type demands.
        metric: Its description.
        registry: None is prometheus_client's default registry.
    """
    registry = REGISTRY if registry is None else registry
    overflow = overflow_of(registry)
    with _known_lock:
        instruments = _known.setdefault(registry, {})
        found = instruments.get(metric.name)
        if found is None:
            found = instruments[metric.name] = kind(metric, overflow)
            registry.register(found)
    assert isinstance(found, kind)  # noqa: S101 - a metric has one type
    return found
