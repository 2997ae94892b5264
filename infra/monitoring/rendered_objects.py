"""What is watched, as objects of the cluster: dashboards, rule groups, monitors and scalers, each exactly as rendered.

One object per file, so a preview names the very rule group or dashboard that a change touches.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from vitals.rendered import Rendered, names

from ..settings import ExistingParts
from . import found_programs
from .component_group import Manifest
from .labels import labels
from .places import Pods
from .pods import service
from .programs import STACKDRIVER, STACKDRIVER_EXPORTER

FOLDER_IN_GRAFANA = "Vitals"


def dashboards(rendered: Rendered) -> Iterator[Manifest]:
    """Each dashboard for a Grafana of our own, exactly as rendered."""
    for file in rendered.files(names.DASHBOARDS):
        text = file.read_text(encoding="utf-8")
        yield dashboard(file.stem, rendered.operator.namespace, {"grafana_dashboard": "1"}, text)


def dashboard(name: str, namespace: str, found_by: Mapping[str, str], text: str) -> Manifest:
    """A dashboard as a ConfigMap of its own, which Grafana's sidecar finds by a label.

    Args:
        name: Of its file, without the ending.
        namespace: Where the sidecar looks.
        found_by: The label.
        text: The file's content.
    """
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {
            "name": name,
            "namespace": namespace,
            "labels": {**labels(name, "dashboard"), **found_by},
            "annotations": {"grafana_folder": FOLDER_IN_GRAFANA},
        },
        "data": {f"{name}.json": text},
    }


def scraped(rendered: Rendered, existing: ExistingParts) -> Iterator[Manifest]:
    """A Service for each exporter that comes with a chart, by the name and port that its monitor selects.

    Charts name their own Services and ports as they like. These only list pods, so the monitors stay the same wherever
    an exporter comes from, and with whichever tool it was installed.
    """
    google = Pods("stackdriver-exporter", STACKDRIVER_EXPORTER, rendered.operator.namespace)
    exporters = {
        "node": found_programs.node_exporter(existing),
        "kube-state-metrics": found_programs.kube_state_metrics(rendered, existing),
        "stackdriver": found_programs.Scraped(google, STACKDRIVER),
        "keda": found_programs.keda_operator(existing),
    }
    for job, one in exporters.items():
        if rendered.scrapes(job):
            pods = one.pods
            found = service(f"scrape-{job}", pods.namespace, pods.labels, {"metrics": one.port}, headless=True)
            yield {**found, "metadata": {**found["metadata"], "labels": labels(job, "service")}}
