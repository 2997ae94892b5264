"""A cluster and a network that are there: Google is asked for them, what they lack is said, and neither is made."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from pulumi.automation import CommandError

from infra.cluster import OnGoogle
from tests.infra.engine.wire import Values
from tests.infra.gcp.google_half import GoogleHalf, google_half
from tests.infra.settings.stack_files import config
from vitals.verify.cluster.api import ApiServer

pytestmark = pytest.mark.engine

STACK = "prod"
CLUSTER, SUBNETWORK = "gcp:container/getCluster:getCluster", "gcp:compute/getSubnetwork:getSubnetwork"
NAMED = {"name": "shop", "location": "europe-west1"}
POOL = "example-wellness-prod.svc.id.goog"
FOUND: Values = {
    "name": "shop",
    "endpoint": "172.16.9.2",
    "enableAutopilot": False,
    "workloadIdentityConfigs": [{"workloadPool": POOL}],
    "secretManagerConfigs": [{"enabled": True}],
    "gatewayApiConfigs": [{"channel": "CHANNEL_STANDARD"}],
    "monitoringConfigs": [{"managedPrometheuses": [{"enabled": False}]}],
    "controlPlaneEndpointsConfigs": [
        {"dnsEndpointConfigs": [{"endpoint": "gke-1.europe-west1.gke.goog", "allowExternalTraffic": True}]}
    ],
}
"""A cluster that lacks nothing, as Google's provider shows one."""
SHARED = {
    "project": "example-network-host",
    "network": "shared",
    "subnetwork": "wellness",
    "pods": "wellness-pods",
    "services": "wellness-services",
    "controlPlane": "172.16.90.0/28",
}
RANGES: Values = {
    "network": "https://www.googleapis.com/compute/v1/projects/example-network-host/global/networks/shared",
    "ipCidrRange": "10.90.0.0/20",
    "secondaryIpRanges": [
        {"rangeName": "wellness-pods", "ipCidrRange": "10.92.0.0/16"},
        {"rangeName": "wellness-services", "ipCidrRange": "10.91.0.0/20"},
    ],
}


@contextmanager
def _prepared(folder: Path) -> Iterator[GoogleHalf]:
    """The stack, and a program that hands out a token where Google's would."""
    plugin = folder / "bin" / "gke-gcloud-auth-plugin"
    plugin.parent.mkdir()
    plugin.write_text('#!/bin/sh\necho \'{"status": {"token": "of a test"}}\'\n', encoding="utf-8")
    plugin.chmod(0o755)
    (folder / "engine").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", str(plugin.parent), prepend=":")
        with google_half(STACK, folder / "engine") as prepared:
            yield prepared


@pytest.fixture
def half(tmp_path: Path) -> Iterator[GoogleHalf]:
    """The stack, for a test that makes something."""
    with _prepared(tmp_path) as prepared:
        yield prepared


@pytest.fixture(scope="module")
def never_made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GoogleHalf]:
    """The stack once, for all tests in which nothing is ever made."""
    with _prepared(tmp_path_factory.mktemp("never_made")) as prepared:
        yield prepared
        assert prepared.project.made == {}


def _in(half: GoogleHalf, found: Values | None = None, **google: object) -> None:
    """Name a cluster, or a network, that is there; ``found`` is what Google shows of it."""
    given = {**config(STACK)["google"], **google}
    half.change(google={key: value for key, value in given.items() if value is not None})
    answers = {CLUSTER: lambda _: found or FOUND, SUBNETWORK: lambda _: found or RANGES}
    half.project.answers = {**half.project.answers, **answers}


def _existing_cluster(half: GoogleHalf, found: Values | None = None) -> None:
    _in(half, found, existingCluster=NAMED, cluster=None, network=None, authorizedNetworks=None)


def test_a_cluster_that_is_there_is_used(half: GoogleHalf) -> None:
    """It is compared before anything is made; then roles, secrets, registry and address are made, and no more."""
    compared: list[tuple[str, int]] = []

    def compare(server: ApiServer, google: OnGoogle) -> None:
        assert isinstance(server, ApiServer)
        compared.append((google.project, len(half.project.made)))

    half.compare = compare
    _existing_cluster(half)
    made = half.running().up()

    assert compared == [("example-wellness-prod", 0)]
    tokens = {one.token for one in half.project.made.values()}
    assert {"gcp:projects/iAMMember:IAMMember", "gcp:artifactregistry/repository:Repository"} <= tokens
    assert not [one for one in tokens if "container/" in one or "network" in one.lower() or "firewall" in one.lower()]
    assert "get-credentials shop --dns-endpoint --location europe-west1" in made.outputs["credentials"]
    assert not half.running().up().changes


def _without(key: str) -> Values:
    found = copy.deepcopy(FOUND)
    found[key] = []
    return found


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ({**FOUND, "endpoint": ""}, "has no such cluster in europe-west1"),
        (_without("workloadIdentityConfigs"), f"--workload-pool={POOL}"),
        (_without("secretManagerConfigs"), "--enable-secret-manager"),
        (_without("gatewayApiConfigs"), "--gateway-api=standard"),
        (_without("controlPlaneEndpointsConfigs"), "--enable-dns-access"),
        ({**FOUND, "enableAutopilot": True}, "'shop' is an Autopilot one"),
    ],
    ids=["no cluster", "no identity", "no secrets", "no Gateways", "no way in", "Autopilot"],
)
def test_a_cluster_that_lacks_something_is_refused(never_made: GoogleHalf, found: Values, expected: str) -> None:
    """With the command by which its owner turns it on, and before anything is made."""
    _existing_cluster(never_made, found)
    with pytest.raises(CommandError) as raised:
        never_made.running().preview()

    assert expected in str(raised.value)
    assert "Nothing was created" in str(raised.value)
    assert never_made.project.made == {}


def test_a_shared_network_is_used(half: GoogleHalf) -> None:
    """The cluster is in it with its ranges; of a network we make the one rule, in the project of its owner."""
    network = "projects/example-network-host/global/networks/shared"
    subnetwork = "projects/example-network-host/regions/europe-west1/subnetworks/wellness"
    known = {"gcp:compute/network:Network": frozenset({network})}
    half.project.outside = {
        **half.project.outside,
        **known,
        "gcp:compute/subnetwork:Subnetwork": frozenset({subnetwork}),
    }
    _in(half, existingNetwork=SHARED, network=None)
    half.running().up()

    cluster: Any = half.only("gcp:container/cluster:Cluster")
    assert (cluster["network"], cluster["subnetwork"]) == (network, subnetwork)
    assert cluster["ipAllocationPolicy"] == {
        "clusterSecondaryRangeName": "wellness-pods",
        "servicesSecondaryRangeName": "wellness-services",
    }
    assert cluster["privateClusterConfig"]["masterIpv4CidrBlock"] == "172.16.90.0/28"
    rule = half.only("gcp:compute/firewall:Firewall")
    assert (rule["project"], rule["network"]) == ("example-network-host", network)
    made = {one.token for one in half.project.made.values()}
    assert not made & {
        "gcp:compute/network:Network",
        "gcp:compute/subnetwork:Subnetwork",
        "gcp:compute/router:Router",
        "gcp:compute/routerNat:RouterNat",
    }


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"network": "other"}, "a part of the network 'shared' and not of 'other'"),
        ({"pods": "pods"}, "no such secondary range (there are: wellness-pods (10.92.0.0/16)"),
        ({"controlPlane": "10.91.0.0/28"}, "lies in wellness-services 10.91.0.0/20"),
    ],
)
def test_a_network_that_would_not_do_is_refused(never_made: GoogleHalf, change: dict[str, str], expected: str) -> None:
    """As GKE would, after minutes."""
    _in(never_made, existingNetwork={**SHARED, **change}, network=None)
    with pytest.raises(CommandError) as raised:
        never_made.running().preview()

    assert expected in str(raised.value)
    assert never_made.project.made == {}
