"""How long the parts of a service take: ``with component("render_dashboard"):`` around any block, plain or async.

Each block is timed under a bounded name and, once tracing is configured, shows as a span of its own, so that a slow
request can be followed from its endpoint to the part that was slow.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry.trace import Span, SpanKind
from prometheus_client import CollectorRegistry

from vitals_telemetry.instruments import BoundedHistogram, instrument
from vitals_telemetry.metrics.components import COMPONENT_DURATION
from vitals_telemetry.mistakes import Mistakes
from vitals_telemetry.spans import current_span

_MISTAKES = Mistakes(logging.getLogger(__name__))


@contextmanager
def component(name: str, registry: CollectorRegistry | None = None) -> Iterator[None]:
    """Time a block as one part of the service, however it ends.

    Args:
        name: Name of the part; a constant, not a text with values in it.
        registry: Where the metric is registered; None is the default registry.
    """
    with current_span(name, SpanKind.INTERNAL, {"component": name}) as span:
        started = time.perf_counter()
        try:
            yield
        finally:
            _count(name, time.perf_counter() - started, span, registry)


def _count(name: str, seconds: float, span: Span, registry: CollectorRegistry | None) -> None:
    try:
        instrument(BoundedHistogram, COMPONENT_DURATION, registry).observe(name, seconds=seconds, span=span)
    except Exception:  # the registry may have a metric of this name that is the application's own
        _MISTAKES.note(f"{COMPONENT_DURATION.name} cannot be registered, so components are not timed")
