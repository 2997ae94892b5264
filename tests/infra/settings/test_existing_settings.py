"""What a stack file says of a cluster that exists: contradictions are refused before anything looks at the cluster."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from infra.settings import parse
from tests.infra.settings.disagreeing import disagreeing
from tests.infra.settings.stack_files import config
from vitals.errors import VitalsError

POD = {"namespace": "observability", "labels": {"app": "x"}}
CLUSTER = {"name": "shop", "location": "europe-west1"}
NETWORK = {
    "network": "shared",
    "subnetwork": "nodes",
    "pods": "pods",
    "services": "svc",
    "controlPlane": "172.16.9.0/28",
}
MIMIR = {"url": "https://mimir.example.com/api/v1/push"}
SIGN_IN = config("dev")["grafanaSignIn"]


def _refused(stack: str, *without: str, **changes: object) -> str:
    given = {key: value for key, value in copy.deepcopy(config(stack)).items() if key not in without}
    with pytest.raises(VitalsError) as raised:
        parse(stack, {**given, **changes})
    return str(raised.value)


def _google(**changes: object) -> dict[str, Any]:
    given = {**config("prod")["google"], **changes}
    return {key: value for key, value in given.items() if value is not None}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"existing": {"grafanna": POD}}, "vitals:existing.grafanna: Extra inputs are not permitted"),
        ({"existing": {"nodeExporter": {"namespace": "x"}}}, "vitals:existing.nodeExporter.labels: Field required"),
        ({"existing": {"nodeExporter": {**POD, "labels": {}}}}, "vitals:existing.nodeExporter.labels: "),
        ({"existing": {"keda": {**POD, "port": 0}}}, "vitals:existing.keda.port: "),
        ({"existing": {"namespaces": ["Monitoring"]}}, "vitals:existing.namespaces.0: String should match"),
        ({"existing": {"separate": {"keda": True}}}, "vitals:existing.separate.keda: Extra inputs are not permitted"),
        ({"existing": {"grafana": POD, "separate": {"grafana": True}}}, "declared as used and as separate"),
        ({"existing": {"grafana": POD}, "grafanaSignIn": SIGN_IN}, "so grafanaSignIn would do nothing"),
        (
            {"existing": {"grafana": POD}, "grafanaIngress": {"controller": {"className": "nginx"}}},
            "so grafanaIngress would do nothing",
        ),
        ({"grafanaIngress": {"podsIn": "ingress-nginx"}}, "Set exactly one of them"),
        ({"storageClass": "Fast SSD"}, "vitals:storageClass: String should match"),
        ({"remoteWrite": {"mimir": MIMIR}}, "Set clusterLabel"),
        ({"clusterLabel": "a b"}, "vitals:clusterLabel: String should match"),
    ],
)
def test_a_contradiction_is_refused(changes: dict[str, Any], expected: str) -> None:
    """The message has the key as the file spells it."""
    message = _refused("kind", **changes)

    assert expected in message
    assert "Nothing was created" in message


@pytest.mark.parametrize(
    ("endpoint", "expected"),
    [
        ({"url": "mimir:8080"}, "not the address of an endpoint"),
        ({"url": "https://mimir.example.com"}, "/api/v1/push for Mimir, /api/v1/receive for Thanos"),
        ({"url": "https://me:hunter2@mimir.example.com/push"}, "holds credentials"),
        ({**MIMIR, "headers": {"Authorization": "Bearer hunter2"}}, "Authorization cannot be set"),
        ({**MIMIR, "only": "("}, "not a regular expression"),
        ({**MIMIR, "token": "hunter2"}, "vitals:remoteWrite.mimir.token: Extra inputs"),
        ({**MIMIR, "tokenFile": "../token"}, "vitals:remoteWrite.mimir.tokenFile: String should match"),
        (
            {**MIMIR, "tokenFile": "a", "basicAuth": {"user": "u", "passwordFile": "b"}},
            "signs in by a token (tokenFile) or by a password",
        ),
        ({"url": "http://mimir.example.com/api/v1/push", "tokenFile": "a"}, "cross the network in clear"),
    ],
)
def test_an_endpoint_that_could_not_be_written_to_is_refused(endpoint: dict[str, Any], expected: str) -> None:
    """And no credential that was put where it does not belong gets into the message."""
    message = _refused("kind", clusterLabel="eu-1", remoteWrite={"mimir": endpoint})

    assert expected in message
    assert "hunter2" not in message


@pytest.mark.parametrize(
    ("google", "expected"),
    [
        (_google(existingCluster=CLUSTER), "either made (cluster) or there already (existingCluster)"),
        (_google(cluster=None), "either made (cluster) or there already (existingCluster)"),
        (_google(cluster=None, existingCluster=CLUSTER), "so network and authorizedNetworks would do nothing"),
        (_google(existingNetwork=NETWORK), "either made (network) or there already (existingNetwork)"),
        (_google(network=None), "either made (network) or there already (existingNetwork)"),
        (
            _google(network=None, existingNetwork={**NETWORK, "services": "pods"}),
            "GKE takes a secondary range for each",
        ),
        (_google(network=None, existingNetwork={**NETWORK, "controlPlane": "172.16.9.0/24"}), "must be a /28"),
    ],
)
def test_a_contradiction_about_google_is_refused(google: dict[str, Any], expected: str) -> None:
    """A cluster is made or there, and so is its network."""
    assert expected in _refused("prod", google=google)


def test_nothing_exists_in_a_new_cluster() -> None:
    """A part that is there needs a cluster that is there."""
    assert "in which nothing is there" in _refused("prod", existing={"nodeExporter": POD})


def test_labels_are_text_however_they_were_set() -> None:
    """The command line of Pulumi writes 1 and true as YAML's own."""
    labelled = {**POD, "labels": {"release": 2, "enabled": True}, "dashboardValue": 1}
    found = parse("kind", {**config("kind"), "existing": {"grafana": labelled}}).existing.grafana

    assert found
    assert found.labels == {"release": "2", "enabled": "true"}
    assert found.dashboard_value == "1"


def test_google_labels_and_stores_by_itself() -> None:
    """Its managed Prometheus knows every cluster already."""
    message = disagreeing("managed", clusterLabel="eu-1", remoteWrite={"mimir": MIMIR})

    assert "labels each with its cluster by itself" in message
    assert "`pulumi config rm --stack managed vitals:remoteWrite`" in message


def test_a_password_needs_a_secret_of_the_cluster() -> None:
    """On Google secret files are not in a Secret, and the operator takes a password from nothing else."""
    signing_in = {**MIMIR, "basicAuth": {"user": "u", "passwordFile": "mimir-password"}}
    message = disagreeing("prod", clusterLabel="eu-1", remoteWrite={"mimir": signing_in})

    assert "vitals:remoteWrite.mimir.basicAuth is set. On Google" in message


def test_a_token_is_asked_for_by_its_command() -> None:
    """The secret files of endpoints are among those that must have a value; those of another's Grafana are not."""
    writing = {**MIMIR, "tokenFile": "mimir-token"}
    message = disagreeing("kind", clusterLabel="eu-1", remoteWrite={"mimir": writing}, existing={"grafana": POD})

    assert "--secret --path 'vitals:secrets[\"mimir-token\"]'" in message
    assert "grafana-admin-password" not in message
