"""Scalers as people write them: which checks speak, and which keep silent."""

from __future__ import annotations

from pathlib import Path

import pytest

from vitals.verify.review import review

KEDA = """\
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: {{name: shop, namespace: shop}}
spec:
  scaleTargetRef: {{name: shop}}
  minReplicaCount: 1
  maxReplicaCount: 10
  fallback: {{failureThreshold: 3, replicas: 1, behavior: currentReplicasIfHigher}}
  triggers:
  - type: prometheus
    metricType: {metric_type}
    metadata: {{query: {query!r}, threshold: '5', ignoreNullValues: {nulls!r}}}
"""
TOTAL = 'sum(rate(requests_total{app="shop"}[2m])) or vector(0)'
FOUND = [
    (TOTAL, "AverageValue", "false", set()),
    ('sum by (app) (rate(requests_total{app="shop"}[2m])) or vector(0)', "AverageValue", "false", set()),
    ('scalar(sum(rate(requests_total{app="shop"}[2m])))', "AverageValue", "false", set()),
    ('max(queue_length{queue="mail"})', "AverageValue", "false", set()),
    ('sum(rate(busy_seconds_total{app="shop"}[2m])) / 8', "AverageValue", "false", set()),
    (TOTAL, "Value", "false", {"scaler-shape"}),
    ('avg(queue_ratio{app="shop"})', "Value", "false", set()),
    ('avg(requests_waiting{app="shop"})', "AverageValue", "false", {"scaler-divided-twice"}),
    (
        'sum(rate(requests_total{app="shop"}[2m])) / sum(kube_deployment_status_replicas{deployment="shop"})',
        "AverageValue",
        "false",
        {"scaler-divided-twice", "scaler-idle"},
    ),
    ('rate(requests_total{app="shop"}[2m])', "AverageValue", "false", {"scaler-one-element"}),
    ('sum by (pod) (requests_waiting{app="shop"})', "AverageValue", "false", {"scaler-one-element"}),
    ('topk(1, requests_waiting{app="shop"})', "AverageValue", "false", set()),
    ('max(request_duration_seconds{quantile="0.95"})', "AverageValue", "false", {"scaler-on-latency"}),
    ('sum(rate(request_duration_seconds_count{app="shop"}[2m]))', "AverageValue", "false", set()),
    (TOTAL, "AverageValue", "true", {"scaler-nulls"}),
    ('sum(queue_length{app="shop"}) > 10', "AverageValue", "false", {"scaler-idle"}),
    ("sum(rate(requests_total[2m]", "AverageValue", "false", {"valid-promql"}),
]


def _checks(folder: Path, text: str) -> set[str]:
    (folder / "scaler.yaml").write_text(text)
    return {one.check for one in review([folder / "scaler.yaml"], rendered=folder).defects}


@pytest.mark.parametrize(
    ("query", "metric_type", "nulls", "checks"), FOUND, ids=[f"{one[1]} {one[0]}" for one in FOUND]
)
def test_a_query_is_judged_by_its_shape(
    tmp_path: Path, query: str, metric_type: str, nulls: str, checks: set[str]
) -> None:
    """Total or per replica, one element or several, empty or zero."""
    assert _checks(tmp_path, KEDA.format(query=query, metric_type=metric_type, nulls=nulls)) == checks


def test_the_first_version_of_the_object_is_read(tmp_path: Path) -> None:
    """With ``deploymentName``, and everything else left to defaults."""
    old = """\
apiVersion: keda.k8s.io/v1alpha1
kind: ScaledObject
metadata: {name: shop}
spec:
  scaleTargetRef: {deploymentName: shop}
  triggers:
  - type: prometheus
    metadata: {query: 'sum(rate(requests_total[2m]))', threshold: '5'}
---
apiVersion: autoscaling/v1
kind: HorizontalPodAutoscaler
metadata: {name: shop}
spec: {scaleTargetRef: {kind: Deployment, name: shop}, maxReplicas: 9, targetCPUUtilizationPercentage: 80}
"""

    assert _checks(tmp_path, old) == {"scaler-fallback", "scaler-nulls", "scaler-conflict"}


def test_a_scaler_without_prometheus_is_left_alone(tmp_path: Path) -> None:
    """A queue of a cloud, a time of day, a job."""
    for trigger in ("{type: cron, metadata: {timezone: UTC}}", "{type: kafka, metadata: {lagThreshold: '5'}}"):
        text = KEDA.split("  triggers:", maxsplit=1)[0].format() + f"  triggers:\n  - {trigger}\n"

        assert _checks(tmp_path, text) == set()
    assert _checks(tmp_path, KEDA.replace("ScaledObject", "ScaledJob").format(query="x", metric_type="", nulls="")) == {
        "readable"
    }
