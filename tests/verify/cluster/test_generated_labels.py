"""A series gets the same labels from the configuration that the real operator wrote as on one machine.

What the operator relabels is taken from its own output; the labels that service discovery would put on a pod behind a
Service are written out here, and promtool does the relabelling.
"""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.kit.scrape.relabelled import ADDRESS, IDENTITY_ON_KUBERNETES, discovered, local_labels
from tests.verify.cluster.generated import Generated, generate
from vitals.kit.scrape import Job, jobs, service_monitor
from vitals.model.catalog import Catalogue
from vitals.verify.cluster.api import ApiServer
from vitals.verify.cluster.state import ClusterState

pytestmark = pytest.mark.cluster

ENVIRONMENT = "prod"
NAMESPACE = "labelled"
TARGET = "some-target-5d9c-x1"
SHARD = "$(SHARD)"
"""The operator leaves the number of the shard to the program that hands the configuration to Prometheus in the pod."""


@pytest.fixture(scope="module")
def generated(control_plane: ClusterState) -> Generated:
    """What the operator makes of the environment that has every exporter."""
    with ApiServer.of(control_plane.kubeconfig) as api:
        return generate(api, NAMESPACE, ENVIRONMENT)


def test_each_job_gives_the_labels_that_it_gives_on_one_machine(
    generated: Generated, live: Catalogue, tmp_path: Path
) -> None:
    """job, instance and service are equal for all jobs; the cluster adds only what says where a target runs."""
    environment = live.environments[ENVIRONMENT]

    def compare(job: Job) -> None:
        monitor: Any = service_monitor(job, NAMESPACE)
        port = monitor["spec"]["endpoints"][0]["port"]
        written = generated.jobs[f"serviceMonitor/{NAMESPACE}/{job.name}/0"]
        behind = "Node" if job.name.startswith("kubelet") else "Pod"
        selected = monitor["spec"]["selector"]["matchLabels"]
        labels = in_cluster(made(tmp_path / "cluster" / job.name), written, selected, port, behind=behind)

        assert labels.pop("endpoint", port) == port
        assert labels.pop("node", TARGET) == TARGET
        identifying = {name: value for name, value in labels.items() if name not in IDENTITY_ON_KUBERNETES}
        assert identifying == local_labels(made(tmp_path / "local" / job.name), job, environment)

    with ThreadPoolExecutor() as pool:  # promtool waits a second for the targets of each
        list(pool.map(compare, jobs(live.services, environment)))


def test_a_service_without_our_label_is_not_scraped(generated: Generated, tmp_path: Path) -> None:
    """The relabelling that was run above is the real one: it drops what no monitor selects."""
    written = generated.jobs[f"serviceMonitor/{NAMESPACE}/node/0"]

    assert in_cluster(tmp_path, written, {"app.kubernetes.io/name": "another-program"}, "metrics") == {}
    assert in_cluster(tmp_path, written, {"app.kubernetes.io/name": "node"}, "metrics") != {}


def made(folder: Path) -> Path:
    """A new folder."""
    folder.mkdir(parents=True)
    return folder


def in_cluster(
    folder: Path, written: dict[str, Any], service: dict[str, str], port: str, *, behind: str = "Pod"
) -> dict[str, str]:
    """The labels of a pod or node behind a Service that has these labels and another name than the job."""
    meta = {
        "__meta_kubernetes_namespace": "wellness",
        "__meta_kubernetes_service_name": "some-service",
        "__meta_kubernetes_pod_name": TARGET,
        "__meta_kubernetes_pod_phase": "Running",
        "__meta_kubernetes_pod_ready": "true",
        "__meta_kubernetes_pod_container_name": "app",
        "__meta_kubernetes_endpoint_port_name": port,
        "__meta_kubernetes_endpointslice_port_name": port,
        "__meta_kubernetes_endpoint_address_target_kind": behind,
        "__meta_kubernetes_endpoint_address_target_name": TARGET,
    }
    for name, value in service.items():
        safe = name.translate(str.maketrans("./-", "___"))
        meta |= {
            f"__meta_kubernetes_service_label_{safe}": value,
            f"__meta_kubernetes_service_labelpresent_{safe}": "true",
        }
    (folder / "targets.json").write_text(json.dumps([{"targets": [ADDRESS], "labels": meta}]), encoding="utf-8")
    relabelling = json.loads(json.dumps(written["relabel_configs"]).replace(SHARD, "0"))
    config = {
        "job_name": written["job_name"],
        "file_sd_configs": [{"files": ["targets.json"]}],
        "relabel_configs": relabelling,
    }
    return discovered(folder, {"scrape_configs": [config]}, written["job_name"])
