"""Objectives of three tools come down to the same events, and what cannot be said here is refused with its reason."""

from __future__ import annotations

import pytest

from vitals.errors import VitalsError
from vitals.kit.imports.slo_events import CountedEvents, events_of
from vitals.kit.imports.slo_source import SourceObjective, read_objectives

SLOTH = """
version: prometheus/v1
service: shop
slos:
  - name: availability
    objective: 99.9
    sli:
      events:
        error_query: sum(rate(http_requests_total{job="shop",code=~"5..|429"}[{{.window}}]))
        total_query: sum(rate(http_requests_total{job="shop"}[{{.window}}]))
"""
SLOTH_OBJECT = """
apiVersion: sloth.slok.dev/v1
kind: PrometheusServiceLevel
spec:
  service: shop
  slos:
    - name: availability
      objective: 99.9
      sli:
        events:
          errorQuery: sum(rate(http_requests_total{job="shop",code=~"5..|429"}[{{.window}}])) or vector(0)
          totalQuery: sum(rate(http_requests_total{job="shop"}[{{.window}}]))
"""
OPENSLO = """
apiVersion: openslo/v1
kind: SLI
metadata: {name: answered}
spec:
  ratioMetric:
    counter: true
    good:
      metricSource: {type: Prometheus, spec: {query: 'http_requests_total{job="shop",code!~"5..|429"}'}}
    total:
      metricSource: {type: Prometheus, spec: {query: 'http_requests_total{job="shop"}'}}
---
apiVersion: openslo/v1
kind: SLO
metadata: {name: availability}
spec:
  service: shop
  indicatorRef: answered
  budgetingMethod: Occurrences
  timeWindow: [{duration: 28d, isRolling: true}]
  objectives: [{target: 0.999}]
"""
PYRRA = """
apiVersion: pyrra.dev/v1alpha1
kind: ServiceLevelObjective
metadata: {name: availability}
spec:
  target: "99.9"
  window: 4w
  indicator:
    ratio:
      errors: {metric: 'http_requests_total{job="shop",code=~"5..|429"}'}
      total: {metric: 'http_requests_total{job="shop"}'}
"""


@pytest.mark.parametrize("text", [SLOTH, SLOTH_OBJECT, OPENSLO, PYRRA], ids=["sloth", "object", "openslo", "pyrra"])
def test_every_tool_says_the_same(text: str) -> None:
    """One metric, one condition of failure, one percentage, whatever the tool calls them."""
    (objective,) = read_objectives("slo.yaml", text.encode()).objectives

    assert objective.percent == "99.9"
    assert events_of(objective) == CountedEvents("http_requests_total", {}, ({"code": "~5..|429"},), target="shop")


def test_a_latency_is_a_bound_of_a_histogram() -> None:
    """Sloth subtracts the fast from all; pyrra names them. Both mean the bucket."""
    subtracted = SourceObjective(
        "latency",
        "shop",
        "slo.yaml:1",
        "99",
        total='sum(rate(http_duration_seconds_count{verb!="WATCH"}[5m]))',
        bad='(sum(rate(http_duration_seconds_count{verb!="WATCH"}[5m])) - '
        'sum(rate(http_duration_seconds_bucket{le="0.4",verb!="WATCH"}[5m])))',
    )
    named = SourceObjective(
        "latency",
        "shop",
        "slo.yaml:1",
        "99",
        total='http_duration_seconds_count{verb!="WATCH"}',
        good='http_duration_seconds_bucket{verb!="WATCH",le="0.4"}',
    )

    assert (
        events_of(subtracted)
        == events_of(named)
        == CountedEvents("http_duration_seconds_count", {"verb": "!WATCH"}, (), 0.4)
    )


def test_a_ratio_is_parted() -> None:
    """A share that is one query over another says the same as the two."""
    raw = SourceObjective("a", "shop", "", "99", ratio='sum(rate(a{code="5"}[5m])) / sum(rate(a[5m]))')

    assert events_of(raw) == CountedEvents("a", {}, ({"code": "5"},))


@pytest.mark.parametrize(
    ("total", "bad", "says"),
    [
        ("sum(rate(a[5m]))", "sum(rate(b[5m]))", "one metric that says both"),
        ("sum(rate(a[5m]))", "sum(rate(a[5m]))", "are all events"),
        ("sum(rate(a[5m])) * 2", 'sum(rate(a{c="5"}[5m]))', "one metric with matchers"),
        ("max(rate(a[5m]))", 'max(rate(a{c="5"}[5m]))', "events are summed"),
        ("sum(rate(a[5m])", 'sum(rate(a{c="5"}[5m]))', "not PromQL"),
        ("", "up", "no query of all events"),
    ],
)
def test_events_that_cannot_be_said_are_refused(total: str, bad: str, says: str) -> None:
    """The reason names the shape that stands in the way."""
    with pytest.raises(VitalsError, match=says):
        events_of(SourceObjective("a", "shop", "", "99", total=total, bad=bad))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (SLOTH.replace("events:", "plugin:"), "plugin of sloth"),
        (OPENSLO.replace("budgetingMethod: Occurrences", "budgetingMethod: Timeslices"), "count events"),
        (OPENSLO.replace("indicatorRef: answered", "indicatorRef: other"), "is not in this file"),
        (OPENSLO.replace("ratioMetric", "thresholdMetric"), "threshold over a value"),
        (PYRRA.replace("ratio:", "bool_gauge:"), "bool_gauge"),
        (PYRRA.replace('"99.9"', "often"), "not a number"),
    ],
)
def test_an_objective_of_another_kind_is_named(text: str, says: str) -> None:
    """It is left with its reason and its line, and nothing is guessed."""
    found = read_objectives("slo.yaml", text.encode())

    assert found.objectives == []
    (note,) = found.left
    assert says in note.why
    assert note.where.startswith("slo.yaml:")


def test_a_file_without_objectives_is_refused() -> None:
    """Another file was meant."""
    with pytest.raises(VitalsError, match="holds no objective"):
        read_objectives("slo.yaml", b"groups: []")
