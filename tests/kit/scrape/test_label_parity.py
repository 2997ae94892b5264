"""A series gets the same labels whether a local Prometheus, the operator's or managed collection scrapes it.

All forms are turned into scrape configurations whose targets come from files, and the real relabelling of promtool
says which labels result. The operator's own part is written out here as its source generates it for a ServiceMonitor
(prometheus-operator, pkg/prometheus/promcfg.go), that of managed collection as its source does it for a
ClusterPodMonitoring (prometheus-engine, pkg/operator/apis/monitoring/v1).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.kit.scrape.relabelled import ADDRESS, IDENTITY_ON_KUBERNETES, discovered, local_labels
from vitals.errors import VitalsError
from vitals.kit.scrape import Job, cluster_pod_monitoring, jobs, prometheus_config, service_monitor
from vitals.model.catalog import Catalogue
from vitals.model.metrics import EXPORTERS

pytestmark = pytest.mark.rules

OF_A_SERVICE = "__meta_kubernetes_pod_label_app_kubernetes_io_name"
IDENTITY_WHEN_MANAGED = {"project_id", "location", "cluster", "instance", "namespace", "pod"}
"""Labels that say where a target runs and distinguish it from its neighbours there; ``instance`` is pod and port."""


def _snake(relabeling: Mapping[str, Any]) -> dict[str, Any]:
    names = {"targetLabel": "target_label", "sourceLabels": "source_labels"}
    return {names.get(key, key): value for key, value in relabeling.items()}


def _operator(folder: Path, job: Job) -> dict[str, str]:
    """What the operator would configure for our monitor, with a pod behind a Service that has another name."""
    monitor: Any = service_monitor(job, "monitoring")
    endpoint = monitor["spec"]["endpoints"][0]
    meta = {
        "__meta_kubernetes_namespace": "wellness",
        "__meta_kubernetes_service_name": f"{job.name}-metrics",
        "__meta_kubernetes_pod_name": f"{job.name}-5d9c-x1",
        "__meta_kubernetes_pod_container_name": "app",
        "__meta_kubernetes_endpoint_port_name": endpoint["port"],
    }
    (folder / "targets.json").write_text(json.dumps([{"targets": [ADDRESS], "labels": meta}]))
    generated = [
        {"source_labels": ["__meta_kubernetes_namespace"], "target_label": "namespace"},
        {"source_labels": ["__meta_kubernetes_service_name"], "target_label": "service"},
        {"source_labels": ["__meta_kubernetes_pod_name"], "target_label": "pod"},
        {"source_labels": ["__meta_kubernetes_pod_container_name"], "target_label": "container"},
        {"source_labels": ["__meta_kubernetes_service_name"], "target_label": "job", "replacement": "${1}"},
        {"target_label": "endpoint", "replacement": endpoint["port"]},
    ]
    name = f"serviceMonitor/monitoring/{job.name}/0"
    config = {
        "job_name": name,
        "file_sd_configs": [{"files": ["targets.json"]}],
        "relabel_configs": [*generated, *(_snake(relabeling) for relabeling in endpoint["relabelings"])],
    }
    return discovered(folder, {"scrape_configs": [config]}, name)


def _managed(folder: Path, job: Job) -> dict[str, str]:
    """What managed collection would configure for a pod of the job."""
    spec: Any = cluster_pod_monitoring(job)["spec"]
    (endpoint,) = spec["endpoints"]
    meta = {
        "__meta_kubernetes_namespace": "wellness",
        "__meta_kubernetes_pod_name": f"{job.name}-5d9c-x1",
        "__meta_kubernetes_pod_container_name": "app",
        "__meta_kubernetes_pod_container_port_name": str(endpoint["port"]),
        "__meta_kubernetes_pod_label_vitals_job" if job.name in EXPORTERS else OF_A_SERVICE: job.name,
    }
    (folder / "targets.json").write_text(json.dumps([{"targets": [ADDRESS], "labels": meta}]))
    forced = {"project_id": "wellness-prod", "location": "europe-west1", "cluster": "vitals", "job": job.name}
    sources = {
        "namespace": "__meta_kubernetes_namespace",
        "pod": "__meta_kubernetes_pod_name",
        "container": "__meta_kubernetes_pod_container_name",
    }
    generated: list[dict[str, Any]] = [
        *({"target_label": label, "replacement": value} for label, value in forced.items()),
        *({"source_labels": [sources[label]], "target_label": label} for label in spec["targetLabels"]["metadata"]),
        {
            "source_labels": ["__meta_kubernetes_pod_name", "__meta_kubernetes_pod_container_port_name"],
            "regex": "(.+);(.+)",
            "replacement": "$1:$2",
            "target_label": "instance",
        },
    ]
    for one in spec["targetLabels"]["fromPod"]:
        source = "__meta_kubernetes_pod_label_" + one["from"].replace(".", "_").replace("/", "_")
        generated.append({"source_labels": [source], "target_label": one["to"]})
    name = f"ClusterPodMonitoring/{job.name}/{endpoint['port']}"
    config = {"job_name": name, "file_sd_configs": [{"files": ["targets.json"]}], "relabel_configs": generated}
    return discovered(folder, {"scrape_configs": [config]}, name)


@pytest.mark.parametrize(
    "name", ["wellness-api", "wellness-worker", "alertmanager", "node", "kube-state-metrics", "stackdriver"]
)
def test_managed_collection_gives_the_labels_that_rules_read(tmp_path: Path, wellness: Catalogue, name: str) -> None:
    """Job and service are those of the local scrape; everything else only says where a target runs."""
    environment = wellness.environments["prod"]
    job = next(job for job in jobs(wellness.services, environment) if job.name == name)

    found = _managed(tmp_path, job)

    assert {key: value for key, value in found.items() if key not in IDENTITY_WHEN_MANAGED} == {
        "job": name,
        "service": name,
    }


def test_managed_collection_hides_no_label_that_a_rule_reads(tmp_path: Path, wellness: Catalogue) -> None:
    """Where a metric has a label ``namespace`` or ``pod`` of its own, the target's is not asked for."""
    environment = wellness.environments["prod"]
    job = next(job for job in jobs(wellness.services, environment) if job.name == "kube-state-metrics")
    emitted = {label for metric in job.metrics for label in metric.label_names}

    assert {"namespace", "pod"} <= emitted
    assert not emitted & set(_managed(tmp_path, job))


@pytest.mark.parametrize(
    "name",
    ["wellness-api", "wellness-worker", "prometheus", "node", "kubelet", "kubelet-volumes", "stackdriver"],
)
def test_both_forms_give_the_same_labels(tmp_path: Path, wellness: Catalogue, name: str) -> None:
    """job, instance and service are equal; the cluster adds only labels that say where a target runs."""
    environment = wellness.environments["prod"]
    job = next(job for job in jobs(wellness.services, environment) if job.name == name)
    for folder in ("local", "operator"):
        (tmp_path / folder).mkdir()
    local = local_labels(tmp_path / "local", job, environment)
    operator = _operator(tmp_path / "operator", job)

    assert local == {"job": name, "service": name, "instance": ADDRESS}
    assert {key: value for key, value in operator.items() if key not in IDENTITY_ON_KUBERNETES | {"endpoint"}} == local


def test_no_target_label_hides_a_label_of_a_metric(tmp_path: Path, wellness: Catalogue) -> None:
    """The operator's ``endpoint`` label is gone where our metrics have one of that name."""
    job = next(job for job in jobs(wellness.services, wellness.environments["prod"]) if job.name == "wellness-api")
    emitted = {label for metric in job.metrics for label in metric.label_names}

    assert "endpoint" in emitted
    assert not emitted & set(_operator(tmp_path, job))


def test_intervals_are_the_same_in_all_forms(wellness: Catalogue) -> None:
    """A rule's window holds as many scrapes on the cluster as on the laptop."""
    environment = wellness.environments["prod"]
    found = jobs(wellness.services, environment)
    local: Any = prometheus_config(found, environment)
    assert found
    for job, config in zip(found, local["scrape_configs"], strict=True):
        monitor: Any = service_monitor(job, "monitoring")
        endpoint = monitor["spec"]["endpoints"][0]
        pace = (config["scrape_interval"], config["scrape_timeout"])

        assert pace == (endpoint["interval"], endpoint["scrapeTimeout"])
        if job.endpoint.scheme == "http":
            monitoring: Any = cluster_pod_monitoring(job)
            (asked,) = monitoring["spec"]["endpoints"]
            assert pace == (asked["interval"], asked["timeout"])


def test_the_kubelet_is_asked_on_its_own_port_and_path(wellness: Catalogue) -> None:
    """Its containers are behind https and another path, in both forms; credentials are those of the pod."""
    environment = wellness.environments["prod"]
    job = next(job for job in jobs(wellness.services, environment) if job.name == "kubelet")
    monitor: Any = service_monitor(job, "monitoring")
    endpoint = monitor["spec"]["endpoints"][0]
    config: Any = prometheus_config([job], environment)

    assert (endpoint["port"], endpoint["path"], endpoint["scheme"]) == (
        "https-metrics",
        "/metrics/cadvisor",
        "https",
    )
    assert endpoint["bearerTokenFile"].startswith("/var/run/secrets/")
    (local,) = config["scrape_configs"]
    assert (local["metrics_path"], local["scheme"]) == (endpoint["path"], endpoint["scheme"])


def test_of_the_kubelet_itself_only_its_volumes_are_stored(wellness: Catalogue) -> None:
    """Its own path holds some thousand series that nothing reads; both forms keep those of volumes, at its Service."""
    environment = wellness.environments["prod"]
    job = next(job for job in jobs(wellness.services, environment) if job.name == "kubelet-volumes")
    monitor: Any = service_monitor(job, "monitoring")
    endpoint = monitor["spec"]["endpoints"][0]
    config: Any = prometheus_config([job], environment)
    (local,) = config["scrape_configs"]
    (kept,), (kept_locally,) = endpoint["metricRelabelings"], local["metric_relabel_configs"]

    assert monitor["spec"]["selector"]["matchLabels"] == {"app.kubernetes.io/name": "kubelet"}
    assert "path" not in endpoint
    assert (kept["action"], kept["sourceLabels"]) == (kept_locally["action"], kept_locally["source_labels"])
    assert kept["regex"] == kept_locally["regex"]
    assert all(re.fullmatch(kept["regex"], metric.name) for metric in job.metrics)
    assert not re.fullmatch(kept["regex"], "kubelet_runtime_operations_total")


def test_exporters_that_answer_slowly_get_the_time(wellness: Catalogue) -> None:
    """Google is asked once a minute and may take half of it; what lists a whole node or cluster may take 10 s."""
    environment = wellness.environments["prod"]
    pace = {job.name: (job.interval, job.timeout) for job in jobs(wellness.services, environment)}
    unusual = {
        "stackdriver": ("1m", "30s"),
        "kubelet": ("15s", "10s"),
        "kubelet-volumes": ("1m", "10s"),
        "kube-state-metrics": ("15s", "10s"),
    }

    assert {name: pace[name] for name in unusual} == unusual
    assert {pace[name] for name in environment.exporters if name not in unusual} == {("15s", "2s")}


def test_an_exporter_that_may_take_longer_than_its_pace_is_refused(wellness: Catalogue) -> None:
    """Prometheus would refuse the whole configuration; the message names the field that is too short."""
    prod = wellness.environments["prod"]

    with pytest.raises(VitalsError, match=r"'kubelet' may take 10s .* every 9s, .* Lengthen others"):
        jobs(wellness.services, replace(prod, scrape=replace(prod.scrape, others="9s")))
