"""What is applied is what was rendered and reviewed, file by file and byte by byte."""

from __future__ import annotations

import json
import re

import pytest
import yaml

from tests.infra.monitoring.installed import HUSH, Installed
from vitals.kit.scrape import METRIC_NAME

pytestmark = pytest.mark.engine

PLACEHOLDER = re.compile(r"(?<![$\w])__[a-z]+(?:_[a-z]+)*__(?!\w)")
SCALERS = {"scalers": "ScaledObject"}
OURS = {"rules": "PrometheusRule", "monitors": "ServiceMonitor", **SCALERS}
MANAGED = {"rules": "ClusterRules", "podmonitorings": "ClusterPodMonitoring", **SCALERS}
SHARED_IN_THE_DEMO = {"wellness-worker"}


def test_every_rendered_object_is_applied_as_it_is(installed: Installed) -> None:
    """Rules, monitors and scalers are one object for each file, equal to it, and there are no others."""
    for folder, kind in (MANAGED if installed.rendered.managed else OURS).items():
        files = [yaml.load(file.read_text(), Loader=yaml.CSafeLoader) for file in installed.rendered.files(folder)]
        expected = {one["metadata"]["name"]: one for one in files}
        if kind == "ScaledObject" and installed.settings.demo:
            expected = {name: one for name, one in expected.items() if name not in SHARED_IN_THE_DEMO}

        assert expected
        assert installed.of(kind) == expected


def test_each_back_end_gets_its_own_objects_only(installed: Installed) -> None:
    """An object of the other one would never be read, and a second Prometheus would notify everything twice."""
    kinds = {one["kind"] for one in installed.objects}
    ours, managed = {"Prometheus", *OURS.values()}, {"OperatorConfig", *MANAGED.values()}

    present, absent = (managed, ours - managed) if installed.rendered.managed else (ours, managed - ours)
    assert present <= kinds
    assert not absent & kinds


def test_every_dashboard_is_a_config_map_with_the_bytes_of_its_file(installed: Installed) -> None:
    """One ConfigMap a dashboard, small enough for the API server, with the label that Grafana's sidecar looks for."""
    dashboards = {name: one for name, one in installed.of("ConfigMap").items() if name.startswith("vitals-")}
    grafana = installed.releases["kube-prometheus-stack"]["values"]["grafana"]["sidecar"]["dashboards"]

    assert dashboards
    assert set(dashboards) == {file.stem for file in installed.rendered.files("dashboards")}
    for file in installed.rendered.files("dashboards"):
        dashboard = dashboards[file.stem]
        assert dashboard["data"] == {file.name: file.read_text()}
        assert len(file.read_bytes()) < 1_000_000
        assert dashboard["metadata"]["labels"][grafana["label"]] == grafana["labelValue"]
        assert grafana["folderAnnotation"] in dashboard["metadata"]["annotations"]


def test_alertmanager_gets_the_rendered_configuration(installed: Installed) -> None:
    """The operator takes it from the Secret that the object names, byte for byte."""
    server = installed.only("Alertmanager")
    secret = installed.of("Secret")[server["spec"]["configSecret"]]

    assert secret["stringData"] == {"alertmanager.yaml": (installed.rendered.folder / "alertmanager.yml").read_text()}


def test_no_placeholder_is_left(installed: Installed) -> None:
    """No placeholder that should have been filled reaches a cluster."""
    assert installed.objects
    assert installed.releases
    left = PLACEHOLDER.findall(json.dumps([*installed.objects, *installed.releases.values()]))
    assert set(left) <= {METRIC_NAME}  # by which a monitor says which series are kept


def test_no_secret_lies_in_clear_in_the_state(installed: Installed) -> None:
    """Where secrets pass through the engine at all, it keeps them encrypted; on Google they do not pass through it."""
    assert HUSH not in installed.state
    given = [one for one in installed.of("Secret").values() if HUSH in json.dumps(one)]
    assert bool(given) == (installed.settings.google is None)
