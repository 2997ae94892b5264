"""Turn metric descriptions into the vocabulary that PromQL is resolved against.

A histogram becomes its three series, and each series gets the labels that the scrape adds. ``up`` and ``ALERTS`` are
not scraped: Prometheus makes them, so they are listed here.
"""

from __future__ import annotations

from collections.abc import Iterable

from vitals.model.promql import Series, SeriesType
from vitals_telemetry.contract import Label, Metric, MetricType, Unit

TARGET_LABELS = ("job", "instance", "service")
"""The labels that every scraped series gets from its target, on every back end."""

SYNTHETIC = (
    Metric("up", MetricType.GAUGE, Unit.RATIO, "1 when the last scrape of the target worked, 0 when not."),
    Metric("scrape_duration_seconds", MetricType.GAUGE, Unit.SECONDS, "How long the last scrape took."),
    Metric(
        "ALERTS",
        MetricType.GAUGE,
        Unit.COUNT,
        "One series for each pending or firing alert.",
        (
            Label("alertname", "Name of the alert.", most=500),
            Label("alertstate", "Whether it fires yet.", most=2, values=("pending", "firing")),
            Label("severity", "How urgent it is.", most=4),
            Label("owner", "Who is notified.", most=100),
        ),
    ),
    Metric(
        "ALERTS_FOR_STATE",
        MetricType.GAUGE,
        Unit.SECONDS,
        "When the condition of each pending or firing alert began to hold.",
        (
            Label("alertname", "Name of the alert.", most=500),
            Label("severity", "How urgent it is.", most=4),
            Label("owner", "Who is notified.", most=100),
        ),
    ),
)


def bucket_bound(bound: float) -> str:
    """The ``le`` value of a bucket as Prometheus stores it: a float that always shows its point (``1.0``)."""
    return repr(float(bound))


def vocabulary(metrics: Iterable[Metric]) -> dict[str, Series]:
    """List every series name that the metrics give, with target labels added.

    Args:
        metrics: Descriptions from any number of exporters.

    Returns:
        Series by name. A histogram gives ``_bucket`` (with its ``le`` values), ``_sum`` and ``_count``, all counters.

    Raises:
        ValueError: One name is described twice with different labels.
    """
    found: dict[str, Series] = {}
    for metric in metrics:
        for series in _series(metric):
            if found.setdefault(series.name, series) != series:
                raise ValueError(f"{series.name} is described twice, with different labels or types")
    return found


def _series(metric: Metric) -> list[Series]:
    labels = {label.name: frozenset(label.values) for label in metric.labels}
    labels |= {name: frozenset[str]() for name in TARGET_LABELS}
    if metric.type is not MetricType.HISTOGRAM:
        kind = SeriesType.COUNTER if metric.type is MetricType.COUNTER else SeriesType.GAUGE
        return [Series(metric.name, kind, labels)]
    bounds = frozenset([*(bucket_bound(bound) for bound in metric.buckets), "+Inf"])
    return [
        Series(f"{metric.name}_bucket", SeriesType.COUNTER, labels | {"le": bounds}),
        Series(f"{metric.name}_sum", SeriesType.COUNTER, labels),
        Series(f"{metric.name}_count", SeriesType.COUNTER, labels),
    ]
