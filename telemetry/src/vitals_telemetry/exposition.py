"""From a metric's description to an empty family of prometheus_client, ready for samples.

This is the one place where the contract meets the client library, so name, help, type, labels and buckets of a scrape
can only be those of the contract. The text itself is written by prometheus_client.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from prometheus_client.core import CounterMetricFamily, Exemplar, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.utils import floatToGoString

from vitals_telemetry.contract import Metric

Bucket: TypeAlias = tuple[str, float] | tuple[str, float, Exemplar]
"""Upper bound as text, cumulative count and, where there is one, the latest exemplar."""


def counter_family(metric: Metric) -> CounterMetricFamily:
    """Return an empty counter family for ``metric``."""
    return CounterMetricFamily(metric.name, metric.help, labels=metric.label_names)


def gauge_family(metric: Metric) -> GaugeMetricFamily:
    """Return an empty gauge family for ``metric``."""
    return GaugeMetricFamily(metric.name, metric.help, labels=metric.label_names)


def gauge(metric: Metric, value: float, labels: Sequence[str] = ()) -> GaugeMetricFamily:
    """Return a gauge family for ``metric`` with one sample."""
    family = gauge_family(metric)
    family.add_metric(labels, value)
    return family


def histogram_family(metric: Metric) -> HistogramMetricFamily:
    """Return an empty histogram family for ``metric``; its buckets are named by ``bucket_names``."""
    return HistogramMetricFamily(metric.name, metric.help, labels=metric.label_names)


def bucket_names(metric: Metric) -> tuple[str, ...]:
    """Return the values of the label ``le`` for a histogram, +Inf last."""
    bounds = (*metric.buckets, float("inf"))
    return tuple(floatToGoString(bound) for bound in bounds)  # type: ignore[no-untyped-call]
