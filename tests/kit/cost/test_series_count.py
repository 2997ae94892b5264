"""How many series a metric gives: by what is usual, never by the bound unless there is no count."""

from __future__ import annotations

import pytest

from vitals.kit.cost import Count, metric_series, values_by_label
from vitals_telemetry.contract import Label, Metric, MetricType, Unit
from vitals_telemetry.metrics import API_CALLS, API_RESPONSE_TIME, APP_BUILD_INFO, METRICS, PROCESS_METRICS

OPEN = Label("tenant", "Whose it is.", most=300)


def _gauge(*labels: Label) -> Metric:
    return Metric("rooms", MetricType.GAUGE, Unit.COUNT, "Rooms.", labels)


def test_a_metric_without_labels_is_one_series() -> None:
    """Nothing to multiply."""
    assert metric_series(_gauge(), {}) == Count(1, bound=False)


def test_a_histogram_has_a_series_for_each_bucket_and_three_more() -> None:
    """The finite buckets, +Inf, the sum and the count, for each combination of labels."""
    assert metric_series(API_RESPONSE_TIME, {"endpoint": 5}).series == 5 * (len(API_RESPONSE_TIME.buckets) + 3)


def test_what_a_service_expects_goes_before_the_contract() -> None:
    """The contract knows an ordinary service, the catalogue this one."""
    assert metric_series(API_CALLS, {"endpoint": 3, "status": 4}).series == 3 * 4
    assert metric_series(API_CALLS, {}).series > metric_series(API_CALLS, {"endpoint": 3}).series


def test_a_bound_that_stands_in_is_marked() -> None:
    """Where there is no count, the number is the emitter's bound and says so; counting takes the mark away."""
    assert metric_series(_gauge(OPEN), {}) == Count(300, bound=True)
    assert metric_series(_gauge(OPEN), {"tenant": 7}) == Count(7, bound=False)


@pytest.mark.parametrize("metric", [*METRICS, *PROCESS_METRICS], ids=lambda metric: metric.name)
def test_every_label_of_ours_has_been_counted(metric: Metric) -> None:
    """No series of our own middleware is estimated by a bound."""
    assert not metric_series(metric, {}).bound


def test_recorded_labels_take_the_higher_of_two_numbers() -> None:
    """A label that two metrics share is counted once, and not too low."""
    few, many = (_gauge(Label("zone", "Where.", most=9, expected=expected)) for expected in (2, 6))

    assert values_by_label([few, many, APP_BUILD_INFO], {})["zone"] == Count(6, bound=False)
    assert values_by_label([few, many], {"zone": 4})["zone"] == Count(4, bound=False)


@pytest.mark.parametrize("expected", [0, 301])
def test_an_expectation_beyond_the_bound_is_refused(expected: int) -> None:
    """The emitter would never let it come true."""
    with pytest.raises(ValueError, match="the bound is 300"):
        Label("tenant", "Whose it is.", most=300, expected=expected)
