"""Values of charts, held to what is known of each chart; and how they are put together."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from infra.monitoring.charts import FOLDER, merge, read_values, read_versions
from infra.monitoring.namespaces import NODES
from infra.monitoring.storage import CLASS
from tests.infra.settings.stack_files import STACKS
from vitals.errors import VitalsError
from vitals.model.metrics import EXPORTERS, stackdriver

CHARTS = sorted(read_versions().charts)
CONTROL_PLANE = (
    "kubeApiServer",
    "kubeControllerManager",
    "kubeEtcd",
    "kubeProxy",
    "kubeScheduler",
    "coreDns",
    "kubeDns",
)


@pytest.fixture(params=STACKS)
def stack_values(request: pytest.FixtureRequest) -> dict[str, Any]:
    """The values of the stack chart in each environment."""
    return read_values("kube-prometheus-stack", request.param)


def _leaves(value: object, path: str = "") -> Iterator[tuple[str, object]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(inner, f"{path}.{key}" if path else key)
    else:
        yield path, value


def test_what_is_ours_is_off_in_the_chart(stack_values: dict[str, Any]) -> None:
    """Two Prometheus would alert twice, two releases would fight for definitions, and foreign rules are untested."""
    for part in ("prometheus", "alertmanager", "crds"):
        assert stack_values[part] == {"enabled": False}
    assert stack_values["defaultRules"] == {"create": False}
    assert stack_values["grafana"]["defaultDashboardsEnabled"] is False


def test_what_google_runs_is_not_asked(stack_values: dict[str, Any]) -> None:
    """Control-plane targets cannot be reached on GKE and would be down for ever."""
    assert [stack_values[part]["enabled"] for part in CONTROL_PLANE] == [False] * len(CONTROL_PLANE)
    assert stack_values["kubelet"]["enabled"] is False


def test_a_webhook_that_is_off_has_no_certificate_to_wait_for(stack_values: dict[str, Any]) -> None:
    """The operator would not start for want of a Secret that only the webhooks' job makes."""
    operator = stack_values["prometheusOperator"]

    assert operator["admissionWebhooks"]["enabled"] is False
    assert operator["tls"]["enabled"] is False


def test_grafana_has_no_password_of_the_chart(stack_values: dict[str, Any]) -> None:
    """Neither its default nor a random one: with both variables set, the chart makes no Secret at all."""
    grafana = stack_values["grafana"]

    assert grafana["adminPassword"] == ""
    assert grafana["env"]["GF_SECURITY_ADMIN_USER"] == "admin"
    assert grafana["env"]["GF_SECURITY_ADMIN_PASSWORD__FILE"] in grafana["grafana.ini"]["security"]["admin_password"]
    assert grafana["grafana.ini"]["auth.anonymous"]["enabled"] is False


def test_grafana_keeps_its_disk_and_finds_its_dashboards(stack_values: dict[str, Any]) -> None:
    """One pod for one volume of our class; dashboards come from ConfigMaps and no reader can change them."""
    grafana = stack_values["grafana"]

    assert grafana["persistence"]["enabled"] is True
    assert grafana["persistence"]["storageClassName"] == CLASS
    assert grafana["persistence"]["annotations"] == {"helm.sh/resource-policy": "keep"}
    assert grafana["deploymentStrategy"] == {"type": "Recreate"}
    assert grafana["sidecar"]["dashboards"]["provider"]["allowUiUpdates"] is False


def test_the_node_exporter_is_alone(stack_values: dict[str, Any]) -> None:
    """Its pods need the host, which no other namespace of ours admits."""
    assert stack_values["prometheus-node-exporter"]["namespaceOverride"] == NODES


@pytest.mark.parametrize("chart", CHARTS)
@pytest.mark.parametrize("environment", STACKS)
def test_no_chart_brings_monitors_or_rules(chart: str, environment: str) -> None:
    """Monitors come from the catalogue; a second one would scrape the same target twice."""
    switches = {
        path: value
        for path, value in _leaves(read_values(chart, environment))
        if path.lower().endswith(
            (
                "servicemonitor.enabled",
                "podmonitor.enabled",
                "monitor.enabled",
                "selfmonitor",
                "prometheusrule.enabled",
                "prometheusrules.enabled",
            )
        )
    }

    assert [path for path, value in switches.items() if value is not False] == []
    assert switches or chart == "prometheus-operator-crds"


@pytest.mark.parametrize("chart", CHARTS)
@pytest.mark.parametrize("environment", STACKS)
def test_no_value_holds_a_secret(chart: str, environment: str) -> None:
    """Where a value is named like a secret it is empty, or the name of a file."""
    secrets_in_values = [
        (path, value)
        for path, value in _leaves(read_values(chart, environment))
        if path.lower().endswith(("password", "secret", "token", "key")) and not isinstance(value, bool)
    ]

    assert not [path for path, value in secrets_in_values if value and not str(value).startswith("$__file{/")]


@pytest.mark.parametrize("environment", STACKS)
def test_definitions_outlive_their_release(environment: str) -> None:
    """Deleting a definition deletes every object of its kind, in all namespaces."""
    keep = {"helm.sh/resource-policy": "keep"}

    assert read_values("prometheus-operator-crds", environment)["crds"]["annotations"] == keep
    assert read_values("keda", environment)["crds"]["additionalAnnotations"] == keep


@pytest.mark.parametrize("environment", STACKS)
def test_keda_shows_whether_it_can_read(environment: str) -> None:
    """Its operator exposes the metrics that ScalerBlind watches, on the port of our Service."""
    assert read_values("keda", environment)["prometheus"]["operator"]["enabled"] is True
    assert read_values("keda", environment)["prometheus"]["operator"]["port"] == 8080


def test_google_is_asked_for_what_the_contract_names() -> None:
    """Every metric that rules or panels read comes from a prefix that is fetched, and counters arrive as counters."""
    metrics = read_values("prometheus-stackdriver-exporter", "prod")["stackdriver"]["metrics"]
    resource = "stackdriver_firestore_googleapis_com_database_"
    fetched = {f"{resource}{prefix.replace('.', '_').replace('/', '_')}" for prefix in metrics["prefixes"]}
    wanted = {metric.name for metric in EXPORTERS["stackdriver"].metrics if metric.name.startswith(resource)}

    assert {name.removesuffix("_bucket") for name in wanted} == fetched
    assert stackdriver.REQUESTS in wanted
    assert metrics["aggregateDeltas"] is True


def test_every_file_belongs_to_a_chart_and_an_environment() -> None:
    """A misspelt overlay would do nothing, silently."""
    files = {file.relative_to(FOLDER) for file in FOLDER.rglob("*.yaml")} - {Path("versions.yaml")}

    assert {file.stem for file in files} == set(CHARTS)
    assert {file.parts[0] for file in files} <= {"base", *STACKS}
    assert {file.stem for file in files if file.parts[0] == "base"} == set(CHARTS)


def test_an_overlay_replaces_leaves_and_keeps_the_rest() -> None:
    """Maps merge key by key, as Helm merges value files; a list is replaced whole."""
    under = {"a": {"b": 1, "c": [1, 2]}, "d": 4}

    assert merge(under, {"a": {"c": [3]}, "e": 5}) == {"a": {"b": 1, "c": [3]}, "d": 4, "e": 5}
    assert merge(under, {"a": 7}) == {"a": 7, "d": 4}
    assert under == {"a": {"b": 1, "c": [1, 2]}, "d": 4}


@pytest.mark.parametrize(
    ("place", "value", "complaint"),
    [
        (("charts", "keda", "version"), "^2", "charts.keda.version"),
        (("charts", "keda", "repository"), "http://charts.example", "charts.keda.repository"),
        (("images", "prometheus", "tag"), "latest", "images.prometheus.tag"),
        (("images", "prometheus", "repository"), "prometheus", "images.prometheus.repository"),
    ],
)
def test_what_is_not_pinned_is_refused(tmp_path: Path, place: tuple[str, str, str], value: str, complaint: str) -> None:
    """A range or a moving tag would install something else tomorrow."""
    content = yaml.safe_load((FOLDER / "versions.yaml").read_text())
    part, name, field = place
    content[part][name][field] = value
    folder = tmp_path / "helm-values"
    folder.mkdir()
    (folder / "versions.yaml").write_text(yaml.safe_dump(content))

    with pytest.raises(VitalsError, match=rf"versions\.yaml: {complaint}.*Nothing was created"):
        read_versions(folder)


@pytest.mark.parametrize("text", ["- a list\n", "key: [\n", None])
def test_values_that_cannot_be_read_are_refused(tmp_path: Path, text: str | None) -> None:
    """The message names the file; nothing is installed with half of its values."""
    folder = tmp_path / "helm-values"
    (folder / "base").mkdir(parents=True)
    if text is not None:
        (folder / "base" / "keda.yaml").write_text(text)

    with pytest.raises(VitalsError, match=r"helm-values/base/keda\.yaml.*Nothing was created"):
        read_values("keda", "prod", folder)
