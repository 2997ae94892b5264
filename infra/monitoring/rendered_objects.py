"""What is watched, as objects of the cluster: dashboards, rule groups, monitors and scalers, each exactly as rendered.

One object per file, so a preview names the very rule group or dashboard that a change touches.
"""

from __future__ import annotations

from collections.abc import Iterator

from vitals.rendered import Rendered, names

from .component_group import Manifest
from .labels import labels
from .namespaces import KEDA, NODES
from .pods import service
from .programs import KEDA_OPERATOR, KUBE_STATE_METRICS, NODE_EXPORTER, STACKDRIVER_EXPORTER

FOLDER_IN_GRAFANA = "Vitals"


def dashboards(rendered: Rendered) -> Iterator[Manifest]:
    """Each dashboard as a ConfigMap of its own, which Grafana's sidecar finds by its label."""
    for file in rendered.files(names.DASHBOARDS):
        yield {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {
                "name": file.stem,
                "namespace": rendered.operator.namespace,
                "labels": {**labels(file.stem, "dashboard"), "grafana_dashboard": "1"},
                "annotations": {"grafana_folder": FOLDER_IN_GRAFANA},
            },
            "data": {file.name: file.read_text(encoding="utf-8")},
        }


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
