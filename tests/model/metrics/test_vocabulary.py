"""Metric descriptions as vocabulary."""

from __future__ import annotations

import pytest

from vitals.model.metrics import EXPORTERS, SYNTHETIC, vocabulary
from vitals.model.promql import PromqlError, SeriesType, resolve, written
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
    assert METRICS
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


@pytest.mark.parametrize("said", ["5xx", "700", "200 OK"])
def test_a_status_that_no_service_can_answer_matches_nothing(said: str) -> None:
    """The label is open, for a service answers as it likes, and still a status of HTTP, which is what is compared."""
    known = vocabulary(METRICS)
    asked = written(f'rate(api_calls_total{{status="{said}"}}[5m])')
    family = r' \(a family is status=~"5\.\."\)' if said == "5xx" else ""

    with pytest.raises(PromqlError, match=f"matches none of its values.*Name one of them{family}, or"):
        resolve(asked, known)


@pytest.mark.parametrize("matcher", ['!="5xx"', '!~"5xx|4xx"', '!="700"'])
def test_a_status_that_no_service_can_answer_leaves_nothing_out(matcher: str) -> None:
    """What counts as good would have the failures in it, and no page would ever come."""
    with pytest.raises(PromqlError, match="leaves nothing out, for no value is like that"):
        resolve(written(f"rate(api_calls_total{{status{matcher}}}[5m])"), vocabulary(METRICS))


def test_statuses_are_not_known_to_be_there_together() -> None:
    """A service that answers 200 alone has one series on each side, and whether another has two is not known."""
    by_status = "sum by (service, status) (rate(api_calls_total{status=~'2..'}[5m]))"
    ratio = f"{by_status} / on (service) sum by (service) (rate(api_calls_total[5m]))"

    assert resolve(written(ratio), vocabulary(METRICS)).labels == frozenset({"service"})


@pytest.mark.parametrize("matcher", ['="503"', '=~"5.."', '!~"5.."', '=~"2..|499"', '="other"', '!=""'])
def test_a_status_that_a_service_can_answer_is_found(matcher: str) -> None:
    """By itself, by its family, or as what is beyond the bound."""
    resolved = resolve(written(f"rate(api_calls_total{{status{matcher}}}[5m])"), vocabulary(METRICS))

    assert "status" in (resolved.labels or ())
