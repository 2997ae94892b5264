"""Dashboards and data sources for a Grafana that is there: ConfigMaps that its sidecar takes in.

Its owner's Prometheus often has the uid that ours has in a Grafana of our own, so here our data sources have others,
and each dashboard begins with ours. Reference: https://github.com/grafana/helm-charts/tree/main/charts/grafana.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import yaml

from vitals.rendered import Rendered, names

from ..settings import ExistingGrafana
from .component_group import Manifest
from .labels import labels
from .rendered_objects import dashboard

PROMETHEUS, ALERTMANAGER = "vitals-prometheus", "vitals-alertmanager"
"""The uids, and the names, of our data sources there."""
DATA_SOURCES = "vitals-data-sources"


def for_shared_grafana(rendered: Rendered, there: ExistingGrafana) -> Iterator[Manifest]:
    """Every dashboard, and the data sources that they read.

    Args:
        rendered: The environment.
        there: Where that Grafana is, and how its sidecar finds things.
    """
    yield _data_sources(rendered.operator.namespace, there)
    found_by = {there.dashboard_label: there.dashboard_value}
    for file in rendered.files(names.DASHBOARDS):
        text = _beginning_with_ours(file.read_text(encoding="utf-8"))
        yield dashboard(file.stem, there.namespace, found_by, text)


def _data_sources(namespace: str, there: ExistingGrafana) -> Manifest:
    found = [
        {
            "name": PROMETHEUS,
            "uid": PROMETHEUS,
            "type": "prometheus",
            "url": f"http://prometheus.{namespace}:9090",
            "jsonData": {"httpMethod": "POST", "manageAlerts": False, "timeInterval": "15s"},
        },
        {
            "name": ALERTMANAGER,
            "uid": ALERTMANAGER,
            "type": "alertmanager",
            "url": f"http://alertmanager.{namespace}:9093",
            "jsonData": {"implementation": "prometheus", "handleGrafanaManagedAlerts": False},
        },
    ]
    content = {
        "apiVersion": 1,
        "datasources": [{**one, "access": "proxy", "editable": False, "isDefault": False} for one in found],
    }
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {
            "name": DATA_SOURCES,
            "namespace": there.namespace,
            "labels": {**labels(DATA_SOURCES, "data-sources"), there.data_source_label: there.data_source_value},
        },
        "data": {f"{DATA_SOURCES}.yaml": yaml.safe_dump(content, sort_keys=False)},
    }


def _beginning_with_ours(dashboard: str) -> str:
    """A dashboard whose variable of data sources is set to ours; a reader may still choose another."""
    content = json.loads(dashboard)
    for variable in content["templating"]["list"]:
        if variable["type"] == "datasource":
            variable["current"] = {"text": PROMETHEUS, "value": PROMETHEUS}
    return json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
