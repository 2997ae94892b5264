"""How many series one metric gives in one process.

A label's bound (``most``) is what its emitter enforces, not what it does: a service with five endpoints has a bound of
two hundred. So the count goes by ``Label.expected`` and by what the catalogue says of a service; only where neither
says anything does it fall back to the bound, and then says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from vitals_telemetry.contract import Label, Metric, MetricType

SCRAPE_SERIES = 5
"""What Prometheus itself records of every target: up, scrape_duration_seconds, scrape_samples_scraped,
scrape_samples_post_metric_relabeling and scrape_series_added."""

_BESIDE_BUCKETS = 3
"""The series of a histogram beside its finite buckets: the bucket +Inf, sum and count."""


class Count(NamedTuple):
    """A number of series.

    Attributes:
        series: How many.
        bound: Whether it rests on a bound somewhere, because there is no count; then it is far too high.
    """

    series: int
    bound: bool


def metric_series(metric: Metric, expects: Mapping[str, int]) -> Count:
    """Series of a metric in one process.

    Args:
        metric: Its description.
        expects: Usual number of values by label name; goes before the contract's own expectation.
    """
    combinations, bound = 1, False
    for label in metric.labels:
        values = _values(label, expects)
        combinations *= values.series
        bound |= values.bound
    each = len(metric.buckets) + _BESIDE_BUCKETS if metric.type is MetricType.HISTOGRAM else 1
    return Count(combinations * each, bound)


def values_by_label(metrics: Iterable[Metric], expects: Mapping[str, int]) -> dict[str, Count]:
    """Usual number of values of every label of some metrics, for series that are recorded from them.

    Where two metrics have a label of one name, the higher number counts.
    """
    found: dict[str, Count] = {}
    for label in (label for metric in metrics for label in metric.labels):
        found[label.name] = max(_values(label, expects), found.get(label.name, Count(0, bound=False)))
    return found


def _values(label: Label, expects: Mapping[str, int]) -> Count:
    expected = expects.get(label.name, label.expected)
    return Count(label.most, bound=True) if expected is None else Count(expected, bound=False)
