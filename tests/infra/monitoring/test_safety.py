"""What holds the stack together when something goes wrong: copies, rights, doors, secrets."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from infra.monitoring.prometheus import FULL
from infra.workloads import Workload
from tests.infra.monitoring.installed import Installed

pytestmark = pytest.mark.engine

RESTRICTED = {"monitoring", "keda"}
SHUT = {*RESTRICTED, "wellness"}


def test_production_survives_the_loss_of_a_zone(prod: Installed) -> None:
    """Two Prometheus and three Alertmanagers, spread over zones, and drained one at a time."""
    for kind, replicas in (("Prometheus", 2), ("Alertmanager", 3)):
        server = prod.only(kind)
        spec = server["spec"]
        budget = prod.of("PodDisruptionBudget")[server["metadata"]["name"]]["spec"]

        assert spec["replicas"] == replicas
        assert budget["maxUnavailable"] == 1
        assert {one["topologyKey"] for one in spec["topologySpreadConstraints"]} == {
            "topology.kubernetes.io/zone",
            "kubernetes.io/hostname",
        }
        for constraint in spec["topologySpreadConstraints"]:
            assert constraint["labelSelector"] == budget["selector"]


def test_samples_leave_room_on_their_disk(self_hosted: Installed) -> None:
    """Retention by size ends well below the size of the volume, and volumes can grow and outlive their claim."""
    spec = self_hosted.only("Prometheus")["spec"]
    claim = spec["storage"]["volumeClaimTemplate"]["spec"]
    disk, samples = claim["resources"]["requests"]["storage"], spec["retentionSize"]
    storage = self_hosted.of("StorageClass")[claim["storageClassName"]]

    assert disk.endswith("Gi")
    assert samples.endswith("MiB")
    assert int(samples[:-3]) == int(int(disk[:-2]) * 1024 * FULL)
    assert (storage["reclaimPolicy"], storage["allowVolumeExpansion"]) == ("Retain", True)
    assert storage["volumeBindingMode"] == "WaitForFirstConsumer"


def test_alerts_carry_the_environment_and_nothing_of_the_operator(self_hosted: Installed) -> None:
    """External labels are those of one machine, so routes and rules see the same in both."""
    spec = self_hosted.only("Prometheus")["spec"]

    assert spec["externalLabels"] == {"environment": self_hosted.settings.environment}
    assert spec["prometheusExternalLabelName"] == ""


def test_namespaces_hold_pods_to_a_standard(installed: Installed) -> None:
    """Only the node exporter may touch its node, and it is alone in its namespace."""
    levels = {
        name: one["metadata"]["labels"]["pod-security.kubernetes.io/enforce"]
        for name, one in installed.of("Namespace").items()
    }

    assert levels == {
        **dict.fromkeys(RESTRICTED, "restricted"),
        **({"vitals-nodes": "privileged"} if installed.rendered.scrapes("node") else {}),
        "wellness": "baseline",
    }
    for kind in ("Deployment", "Prometheus", "Alertmanager", "ConfigMap", "Secret"):
        assert "vitals-nodes" not in {one["metadata"]["namespace"] for one in installed.of(kind).values()}


def test_every_secret_file_is_mounted_where_it_is_read(installed: Installed) -> None:
    """Whatever Alertmanager's configuration names lies in the folder that is mounted, under exactly that name."""
    server = installed.only("Alertmanager")["spec"]
    text = (installed.rendered.folder / "alertmanager.yml").read_text()
    read = {value for key, value in _leaves(yaml.safe_load(text)) if key.endswith("_file")}
    (mount,) = server["volumeMounts"]
    (volume,) = server["volumes"]

    assert read == {f"{mount['mountPath']}/{file}" for file in _files(installed, volume)}
    assert mount["name"] == volume["name"]
    assert mount["readOnly"] is True


def test_grafana_reads_its_secrets_from_files(installed: Installed) -> None:
    """No password in its values: each is the name of a file in the folder that is mounted from the same source."""
    grafana = installed.releases["kube-prometheus-stack"]["values"]["grafana"]
    (mount,) = grafana["extraSecretMounts"]
    given = [value for key, value in _leaves(grafana["grafana.ini"]) if key in ("admin_password", "client_secret")]
    files = _files(installed, mount)

    assert sorted(given) == sorted(f"$__file{{{mount['mountPath']}/{file}}}" for file in files)
    assert set(files) == set(_account(installed, "grafana").secrets)
    assert not grafana["adminPassword"]


def _files(installed: Installed, volume: dict[str, Any]) -> list[str]:
    """The files that a volume brings, from Secret Manager or from a Secret."""
    if "csi" in volume:
        provided = installed.of("SecretProviderClass")[volume["csi"]["volumeAttributes"]["secretProviderClass"]]
        return [one["path"] for one in yaml.safe_load(provided["spec"]["parameters"]["secrets"])]
    name = volume.get("secretName") or volume["secret"]["secretName"]
    return list(installed.of("Secret")[name]["stringData"])


def _account(installed: Installed, name: str) -> Workload:
    return next(one for one in installed.accounts if one.name == name)


def _leaves(value: object, key: str = "") -> list[tuple[str, str]]:
    if isinstance(value, dict):
        return [leaf for inner, below in value.items() for leaf in _leaves(below, inner)]
    if isinstance(value, list):
        return [leaf for below in value for leaf in _leaves(below, key)]
    return [(key, str(value))]


def test_nothing_passes_that_is_not_named(installed: Installed) -> None:
    """Each of our namespaces is shut by default, in both directions."""
    for namespace in SHUT:
        (shut,) = [
            one["spec"]
            for one in installed.objects
            if one["kind"] == "NetworkPolicy"
            and one["metadata"]["namespace"] == namespace
            and one["metadata"]["name"] == "default"
        ]

        assert set(shut["policyTypes"]) == {"Ingress", "Egress"}
        assert not shut["ingress"]
        assert {port["port"] for rule in shut["egress"] for port in rule["ports"]} == {53}


def test_prometheus_and_alertmanager_are_unreachable_from_outside(installed: Installed) -> None:
    """Only pods that are named may ask them, and the public door leads to Grafana alone."""
    policies = installed.of("NetworkPolicy")
    for name in ("query-frontend" if installed.rendered.managed else "prometheus", "alertmanager"):
        peers = [peer for rule in policies[name]["spec"]["ingress"] for peer in rule["from"]]

        assert peers
        assert not [peer for peer in peers if "ipBlock" in peer]
    behind = [
        ref["name"]
        for route in installed.of("HTTPRoute").values()
        for rule in route["spec"]["rules"]
        for ref in rule["backendRefs"]
    ]
    assert behind == (["grafana"] if installed.settings.google else [])
    assert {one["spec"].get("type", "ClusterIP") for one in installed.of("Service").values()} == {"ClusterIP"}


def test_alertmanager_can_reach_its_channels(installed: Installed) -> None:
    """Web hooks by HTTPS and the mail server by the port that the configuration names; silence would be its failure."""
    text = (installed.rendered.folder / "alertmanager.yml").read_text()
    mail = int(yaml.safe_load(text)["global"]["smtp_smarthost"].rsplit(":", 1)[1])
    rules = installed.of("NetworkPolicy")["alertmanager"]["spec"]["egress"]
    outside = [rule for rule in rules if {"ipBlock": {"cidr": "0.0.0.0/0"}} in rule["to"]]

    assert {port["port"] for rule in outside for port in rule["ports"]} == {443, mail}


def test_prometheus_can_reach_what_it_scrapes(self_hosted: Installed) -> None:
    """Every pod on every port, and of nodes the ports of the kubelet and the node exporter, without naming nodes."""
    rules = self_hosted.of("NetworkPolicy")["prometheus"]["spec"]["egress"]
    to_nodes = [port["port"] for rule in rules if "to" not in rule for port in rule["ports"]]
    watched = {10250: "kubelet", 9100: "node"}

    assert [{"namespaceSelector": {}}] in [rule["to"] for rule in rules if "ports" not in rule]
    assert {port for port in to_nodes if port in watched} == {
        port for port, job in watched.items() if self_hosted.rendered.scrapes(job)
    }


def test_the_certificate_of_the_door_is_googles(prod: Installed) -> None:
    """The Gateway takes address and certificate that the Google half made, for the host that dashboards link to."""
    gateway, policy = prod.only("Gateway"), prod.only("HealthCheckPolicy")
    (listener,) = gateway["spec"]["listeners"]

    assert gateway["metadata"]["annotations"] == {"networking.gke.io/certmap": "the-map"}
    assert gateway["spec"]["addresses"] == [{"type": "NamedAddress", "value": "the-address"}]
    assert (listener["protocol"], listener["port"]) == ("HTTPS", 443)
    assert listener["hostname"] == "grafana.wellness.example"
    assert policy["spec"]["default"]["config"]["httpHealthCheck"]["requestPath"] == "/api/health"
