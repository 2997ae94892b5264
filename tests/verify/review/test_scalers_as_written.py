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
    ('sum(request_duration_seconds_sum{app="shop"})', "Value", "false", {"scaler-shape", "scaler-on-latency"}),
    ('avg(queue_ratio{app="shop"})', "Value", "false", set()),
    ('avg(requests_waiting{app="shop"})', "AverageValue", "false", {"scaler-divided-twice"}),
    (
        'sum(rate(requests_total{app="shop"}[2m])) / sum(kube_deployment_status_replicas{deployment="shop"})',
        "AverageValue",
        "false",
        {"scaler-divided-twice"},
    ),
    ('rate(requests_total{app="shop"}[2m])', "AverageValue", "false", {"scaler-one-element"}),
    ('sum by (pod) (requests_waiting{app="shop"})', "AverageValue", "false", {"scaler-one-element"}),
    ('max(cache_utilization{app="shop"})', "AverageValue", "false", {"scaler-divided-twice"}),
    ('sum(cache_utilization{app="shop"})', "AverageValue", "false", set()),
    ('topk(1, requests_waiting{app="shop"})', "AverageValue", "false", set()),
    ('max(request_duration_seconds{quantile="0.95"})', "AverageValue", "false", {"scaler-on-latency"}),
    ('sum(rate(request_duration_seconds_count{app="shop"}[2m]))', "AverageValue", "false", set()),
    (TOTAL, "AverageValue", "true", {"scaler-nulls"}),
    ('sum(queue_length{app="shop"}) > 10', "AverageValue", "false", {"scaler-idle"}),
    ("sum(rate(requests_total[2m]", "AverageValue", "false", {"valid-promql"}),
    # What stands around a load does not change whether it is the whole or one replica's.
    (f"ceil(2 * {TOTAL.removesuffix(' or vector(0)')}) / 60 or vector(0)", "Value", "false", {"scaler-shape"}),
    ("max_over_time(sum(rate(a_total[1m]))[5m:30s]) + sum(rate(b_total[1m]))", "Value", "false", {"scaler-shape"}),
    ('100 * avg(busy_workers{app="shop"}) or vector(0)', "AverageValue", "false", {"scaler-divided-twice"}),
    ("avg_over_time(avg(busy_workers)[5m:1m])", "AverageValue", "false", {"scaler-divided-twice"}),
    ("ceil(sum(rate(a_total[1m])) / count(nginx_up))", "AverageValue", "false", {"scaler-divided-twice"}),
    ("sum(rate(a_total[1m])) / count(a_total)", "AverageValue", "false", {"scaler-divided-twice"}),
    ("sum(rate(a_total[1m])) / scalar(count(count by (pod) (b)))", "AverageValue", "false", {"scaler-divided-twice"}),
    ("max(sum by (pod) (rate(a_total[1m])))", "AverageValue", "false", {"scaler-divided-twice"}),
    ("max(sum by (pod) (rate(a_total[1m])))", "Value", "false", set()),
    (
        "sum(rate(container_cpu_usage_seconds_total[2m])) / sum(kube_pod_container_resource_limits)",
        "AverageValue",
        "false",
        {"scaler-divided-twice"},
    ),
    # The seconds that requests take per second are those in flight; divided by their number they are the latency.
    ("sum(rate(request_duration_seconds_sum[2m]))", "AverageValue", "false", set()),
    (
        "sum(rate(call_seconds_sum[2m])) / sum(rate(call_seconds_count[2m])) >= 0 or vector(0)",
        "Value",
        "false",
        {"scaler-on-latency"},
    ),
    ("max(http_server_requests_seconds_max)", "Value", "false", {"scaler-on-latency"}),
    ("histogram_count(sum(rate(request_duration_seconds[2m])))", "AverageValue", "false", set()),
    ('sum(rate(request_duration_seconds_bucket{le="+Inf"}[2m]))', "AverageValue", "false", set()),
    # Zero by zero is NaN and not empty, so that ``or`` does not replace it; a comparison drops it.
    ("sum(rate(failed_total[2m])) / sum(rate(all_total[2m])) or vector(0)", "Value", "false", {"scaler-idle"}),
    ("sum(rate(failed_total[2m])) / sum(rate(all_total[2m])) >= 0 or vector(0)", "Value", "false", set()),
    ("sum(rate(failed_total[2m])) / clamp_min(sum(rate(all_total[2m])), 1)", "Value", "false", set()),
    ("sum(queue_length) / sum(consumers)", "Value", "false", set()),
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


def test_a_job_that_is_scaled_is_judged_by_its_query_alone(tmp_path: Path) -> None:
    """It needs one number as well, and holds no replicas that a fallback could keep."""
    job = KEDA.replace("ScaledObject", "ScaledJob").replace("  fallback:", "  # fallback:")

    assert _checks(tmp_path, job.format(query=TOTAL, metric_type="", nulls="true")) == set()
    assert _checks(tmp_path, job.format(query="waiting", metric_type="", nulls="true")) == {"scaler-one-element"}
    assert _checks(tmp_path, job.format(query="sum(", metric_type="", nulls="true")) == {"valid-promql"}


def test_what_stands_beside_a_scaler_in_its_file_is_no_defect(tmp_path: Path) -> None:
    """A secret and the authentication that takes it, as ``helm template`` prints them together."""
    beside = "apiVersion: keda.sh/v1alpha1\nkind: TriggerAuthentication\nmetadata: {name: shop}\n---\n"
    text = KEDA.format(query=TOTAL, metric_type="AverageValue", nulls="false")

    assert _checks(tmp_path, beside + text) == set()
    assert _checks(tmp_path, beside) == {"readable"}


def test_a_namespace_that_is_given_when_the_file_is_applied_hides_no_conflict(tmp_path: Path) -> None:
    """One file names it and the other does not; two that are named are apart."""
    text = KEDA.format(query=TOTAL, metric_type="AverageValue", nulls="false")
    second = text.replace("metadata: {name: shop, namespace: shop}", "metadata: {name: second}")

    assert _checks(tmp_path, f"{text}---\n{second}") == {"scaler-conflict"}
    assert _checks(tmp_path, f"{text}---\n{second}".replace("{name: second}", "{name: second, namespace: a}")) == set()


def test_a_list_of_one_kind_names_it_once(tmp_path: Path) -> None:
    """As the API of Kubernetes answers: the items have no kind."""
    spec = "{scaleTargetRef: {kind: Deployment, name: shop}, minReplicas: 1, maxReplicas: 9}"
    items = "".join(f"- {{metadata: {{name: {name}}}, spec: {spec}}}\n" for name in ("first", "second"))

    assert _checks(tmp_path, f"kind: HorizontalPodAutoscalerList\nitems:\n{items}") == {"scaler-conflict"}


def test_a_template_is_called_one(tmp_path: Path) -> None:
    """Before it is rendered, a name in braces is a key that YAML cannot have."""
    text = "kind: ScaledObject\nmetadata:\n  name: {{ .Values.name }}\n"
    (tmp_path / "scaler.yaml").write_text(text)

    (found,) = review([tmp_path / "scaler.yaml"], rendered=tmp_path).defects

    assert found.check == "readable"
    assert "helm template" in found.why


def test_one_scaler_in_two_environments_is_no_conflict(tmp_path: Path) -> None:
    """Each folder holds the same object; another one of the same workload is a conflict."""
    text = KEDA.format(query=TOTAL, metric_type="AverageValue", nulls="false")
    for name in ("staging", "prod"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "scaler.yaml").write_text(text)

    assert {one.check for one in review([tmp_path], rendered=tmp_path).defects} == set()

    (tmp_path / "prod" / "second.yaml").write_text(text.replace("name: shop,", "name: second,"))

    assert {one.check for one in review([tmp_path], rendered=tmp_path).defects} == {"scaler-conflict"}


DUMP = """\
apiVersion: v1
kind: List
items:
- apiVersion: autoscaling/v2
  kind: HorizontalPodAutoscaler
  metadata: {{name: {name}, namespace: shop}}
  spec:
    scaleTargetRef: {{apiVersion: apps/v1, kind: Deployment, name: shop}}
    minReplicas: 1
    maxReplicas: 10
    metrics:
    - type: External
      external: {{metric: {{name: s0-prometheus}}, target: {{type: AverageValue, averageValue: '5'}}}}
"""


@pytest.mark.parametrize(("name", "checks"), [("keda-hpa-shop", set()), ("by-hand", {"scaler-conflict"})])
def test_the_autoscaler_that_keda_makes_is_no_second_scaler(tmp_path: Path, name: str, checks: set[str]) -> None:
    """A dump of a cluster holds both; one that was made by hand is a conflict."""
    text = KEDA.format(query=TOTAL, metric_type="AverageValue", nulls="false")

    assert _checks(tmp_path, text + "---\n" + DUMP.format(name=name)) == checks


def test_triggers_of_a_formula_are_judged_as_its_parts(tmp_path: Path) -> None:
    """What a trigger is compared with does not count, and a formula that goes on without it needs no fallback."""
    text = KEDA.format(query=TOTAL, metric_type="Value", nulls="false")
    formula = "  advanced:\n    scalingModifiers: {formula: load ?? 3, target: '5'}\n"
    plain, triggers = text.split("  triggers:")
    without = plain.replace("  fallback: {failureThreshold: 3, replicas: 1, behavior: currentReplicasIfHigher}\n", "")
    by_formula = plain.replace("behavior: currentReplicasIfHigher", "behavior: scalingModifiers")

    assert _checks(tmp_path, text) == {"scaler-shape"}
    assert _checks(tmp_path, plain + formula + "  triggers:" + triggers) == set()
    assert _checks(tmp_path, by_formula + formula + "  triggers:" + triggers) == set()
    assert _checks(tmp_path, without + formula + "  triggers:" + triggers) == set()
    assert _checks(tmp_path, without + formula.replace("load ?? 3", "load") + "  triggers:" + triggers) == {
        "scaler-fallback"
    }


def test_a_metric_type_that_keda_does_not_read_is_found(tmp_path: Path) -> None:
    """It stands in the metadata, where it changes nothing."""
    text = KEDA.format(query=TOTAL, metric_type="AverageValue", nulls="false")
    moved = text.replace("    metricType: AverageValue\n", "").replace("threshold:", "metricType: Value, threshold:")

    assert _checks(tmp_path, moved) == {"scaler-shape"}
    assert _checks(tmp_path, moved.replace("metricType: Value", "metricType: AverageValue")) == set()


def test_metrics_of_an_older_autoscaler_have_names(tmp_path: Path) -> None:
    """Until ``autoscaling/v2beta1`` a metric was named by its source."""
    text = """\
apiVersion: autoscaling/v2beta1
kind: HorizontalPodAutoscaler
metadata: {name: shop}
spec:
  scaleTargetRef: {kind: Deployment, name: shop}
  maxReplicas: 9
  metrics:
  - type: Object
    object: {target: {kind: Service, name: shop}, metricName: request_duration_p95, targetValue: 500m}
"""

    assert _checks(tmp_path, text) == {"scaler-on-latency"}


def test_what_a_pod_may_use_is_requested_where_nothing_else_is(tmp_path: Path) -> None:
    """Kubernetes takes the limit for the request: ten replicas of two cores do not fit on eight."""
    cluster = """\
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: shop}}
spec: {{template: {{spec: {{containers: [{{name: shop, resources: {resources}}}]}}}}}}
---
kind: Node
status: {{allocatable: {{cpu: "8", memory: 64Gi}}}}
"""
    text = KEDA.format(query=TOTAL, metric_type="AverageValue", nulls="false")

    assert _checks(tmp_path, text + cluster.format(resources='{limits: {cpu: "2"}}')) == {"scaler-capacity"}
    assert _checks(tmp_path, text + cluster.format(resources='{limits: {cpu: "2"}, requests: {cpu: 100m}}')) == set()
