"""Metric descriptions as vocabulary."""

from __future__ import annotations

import pytest

from vitals.model.metrics import EXPORTERS, SYNTHETIC, vocabulary
from vitals.model.promql import SeriesType
from vitals_telemetry.contract import Label, Metric, MetricType, Unit
from vitals_telemetry.metrics import API_RESPONSE_TIME, METRICS


def test_a_histogram_becomes_its_three_series() -> None:
    """Buckets, sum and count are counters; buckets know their bounds as Prometheus writes them."""
    series = vocabulary([API_RESPONSE_TIME])

    assert set(series) == {f"api_response_time_seconds_{suffix}" for suffix in ("bucket", "sum", "count")}
    assert all(one.type is SeriesType.COUNTER for one in series.values())
    assert {"0.25", "1.0", "10.0", "+Inf"} <= series["api_response_time_seconds_bucket"].labels["le"]


def test_every_series_has_the_target_labels() -> None:
    """What the scrape adds may be used by every rule."""
    for series in vocabulary([*METRICS, *SYNTHETIC]).values():
        assert {"job", "instance", "service"} <= set(series.labels)


def test_no_name_is_claimed_by_two_exporters() -> None:
    """All contracts together are free of contradictions."""
    metrics = [metric for exporter in EXPORTERS.values() for metric in exporter.metrics]

    vocabulary([*METRICS, *SYNTHETIC, *metrics])


def test_a_contradiction_is_refused() -> None:
    """One name with two sets of labels is an error, not the last one's victory."""
    plain = Metric("a", MetricType.GAUGE, Unit.COUNT, "A.")
    labelled = Metric("a", MetricType.GAUGE, Unit.COUNT, "A.", (Label("b", "B.", most=2),))

    with pytest.raises(ValueError, match="described twice"):
        vocabulary([plain, labelled])
