"""Turn metric descriptions into the vocabulary that PromQL is resolved against.

A histogram becomes its three series, and each series gets the labels that the scrape adds. ``up`` and ``ALERTS`` are
not scraped: Prometheus makes them, so they are listed here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from vitals.errors import VitalsError
from vitals.model.promql import Series, SeriesType
from vitals_telemetry.contract import Label, Metric, MetricType, Unit

TARGET_LABELS = ("job", "instance", "service")
"""The labels that every scraped series gets from its target, on every back end."""
_KINDS = {
    MetricType.COUNTER: SeriesType.COUNTER,
    MetricType.GAUGE: SeriesType.GAUGE,
    MetricType.NATIVE_HISTOGRAM: SeriesType.HISTOGRAM,
}

OF_EVERY_PROGRAM = ("process_", "go_", "promhttp_", "python_")
"""How names begin that client libraries add to each program, whether its contract lists them or not."""

SYNTHETIC = (
    Metric("up", MetricType.GAUGE, Unit.RATIO, "1 when the last scrape of the target worked, 0 when not."),
    Metric("scrape_duration_seconds", MetricType.GAUGE, Unit.SECONDS, "How long the last scrape took."),
    Metric(
        "scrape_samples_scraped", MetricType.GAUGE, Unit.COUNT, "Samples that the target exposed at the last scrape."
    ),
    Metric(
        "scrape_samples_post_metric_relabeling",
        MetricType.GAUGE,
        Unit.COUNT,
        "Samples of the last scrape that were left after relabelling.",
    ),
    Metric("scrape_series_added", MetricType.GAUGE, Unit.COUNT, "Series of the last scrape that were new."),
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
        for series in series_of(metric):
            if found.setdefault(series.name, series) != series:
                raise ValueError(f"{series.name} is described twice, with different labels or types")
    return found


def widened(known: Mapping[str, Series], metrics: Iterable[Metric]) -> dict[str, Series]:
    """Add the metrics of libraries to a vocabulary, where one name may stand for several of them.

    Two libraries call a counter ``http_requests_total`` and give it different labels. A series of that name may then
    have the labels of either.

    Raises:
        VitalsError: One name is a counter here and a gauge there, so no rule could be right for both.
    """
    found = dict(known)
    for series in (series for metric in metrics for series in series_of(metric)):
        other = found.get(series.name, series)
        if other.type is not series.type:
            raise VitalsError(
                f"{series.name} is a {other.type} of one service and a {series.type} of another, so no rule could be "
                "right for both. Correct the dialect that says so."
            )
        both = series.labels.keys() & other.labels.keys()
        # An open label of one of the two is open for both.
        closed = {name for name in both if series.labels[name] and other.labels[name]}
        shared = {name: series.labels[name] | other.labels[name] if name in closed else frozenset() for name in both}
        possible = series.possible if other is series else {}
        labels = {**other.labels, **series.labels, **shared}
        found[series.name] = Series(series.name, series.type, labels, possible=possible)
    return found


def series_of(metric: Metric) -> list[Series]:
    """The series of one metric, with target labels added."""
    labels = {label.name: frozenset(label.values) for label in metric.labels}
    possible = {label.name: frozenset(label.possible) for label in metric.labels if label.possible}
    labels |= {name: frozenset[str]() for name in TARGET_LABELS}
    if metric.type is not MetricType.HISTOGRAM:
        return [Series(metric.name, _KINDS[metric.type], labels, possible=possible)]
    bounds = frozenset([*(bucket_bound(bound) for bound in metric.buckets), "+Inf"])
    return [
        Series(f"{metric.name}_bucket", SeriesType.COUNTER, labels | {"le": bounds}, possible=possible),
        Series(f"{metric.name}_sum", SeriesType.COUNTER, labels, possible=possible),
        Series(f"{metric.name}_count", SeriesType.COUNTER, labels, possible=possible),
    ]
