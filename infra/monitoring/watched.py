"""What is watched, as objects of the cluster: boards, rule groups, monitors and scalers, each exactly as rendered.

One object per file, so a preview names the very rule group or board that a change touches.
"""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from infra.monitoring.labels import labels
from infra.monitoring.namespaces import KEDA, NODES
from infra.monitoring.part import Manifest
from infra.monitoring.pods import service
from infra.monitoring.programs import KEDA_OPERATOR, KUBE_STATE_METRICS, NODE_EXPORTER, STACKDRIVER_EXPORTER
from infra.rendered import Rendered

FOLDER_IN_GRAFANA = "Vitals"


def boards(rendered: Rendered) -> Iterator[Manifest]:
    """Each board as a ConfigMap of its own, which Grafana's sidecar finds by its label."""
    for file in rendered.files("boards"):
        yield {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {
                "name": file.stem,
                "namespace": rendered.operator.namespace,
                "labels": {**labels(file.stem, "board"), "grafana_dashboard": "1"},
                "annotations": {"grafana_folder": FOLDER_IN_GRAFANA},
            },
            "data": {file.name: file.read_text(encoding="utf-8")},
        }


def objects(rendered: Rendered, kind: str) -> Iterator[Manifest]:
    """The objects of one folder: ``scalers``, or the rules and monitors that the back end reads."""
    for file in rendered.files(kind):
        yield yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


def operator_config(rendered: Rendered) -> Manifest:
    """The fields of Google's own configuration of its managed Prometheus that are ours to say."""
    found: Manifest = yaml.load(
        (rendered.folder / "operatorconfig.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader
    )
    return found


def scraped(rendered: Rendered) -> Iterator[Manifest]:
    """A Service for each exporter that comes with a chart, by the name and port that its monitor selects.

    Charts name their own Services and ports as they like. These only list pods, so the monitors stay the same wherever
    an exporter comes from.
    """
    ours = rendered.operator.namespace
    exporters = {
        "node": (NODES, NODE_EXPORTER, 9100),
        "kube-state-metrics": (ours, KUBE_STATE_METRICS, 8080),
        "stackdriver": (ours, STACKDRIVER_EXPORTER, 9255),
        "keda": (KEDA, KEDA_OPERATOR, 8080),
    }
    for job, (namespace, selector, port) in exporters.items():
        if rendered.scrapes(job):
            found = service(f"scrape-{job}", namespace, selector, {"metrics": port}, headless=True)
            yield {**found, "metadata": {**found["metadata"], "labels": labels(job, "service")}}
