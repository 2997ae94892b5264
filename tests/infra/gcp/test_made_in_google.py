"""What production's Google half makes, as the engine handed it to the provider."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from infra.gcp.grants import principal
from infra.gcp.node_account import ROLE
from tests.infra.engine.stacks import PROJECT_NUMBER
from tests.infra.gcp.google_half import GoogleHalf, google_half

pytestmark = pytest.mark.engine

CLUSTER = "gcp:container/cluster:Cluster"
POOL = "gcp:container/nodePool:NodePool"
MEMBER = "gcp:projects/iAMMember:IAMMember"
SECRET_MEMBER = "gcp:secretmanager/secretIamMember:SecretIamMember"
NODES = "vitals-prod-nodes@example-wellness-prod.iam.gserviceaccount.com"


@pytest.fixture(scope="module")
def prod(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GoogleHalf]:
    """Production, updated once."""
    with google_half("prod", tmp_path_factory.mktemp("prod")) as half:
        half.outputs = half.running().up().outputs
        yield half


def test_nodes_and_control_plane_are_private(prod: GoogleHalf) -> None:
    """No node has a public address; the control plane's is private, and only the named networks may use it."""
    cluster = prod.only(CLUSTER)

    assert cluster["privateClusterConfig"] == {
        "enablePrivateNodes": True,
        "enablePrivateEndpoint": True,
        "masterIpv4CidrBlock": "172.16.30.0/28",
    }
    assert cluster["masterAuthorizedNetworksConfig"] == {
        "cidrBlocks": [{"cidrBlock": "10.200.0.0/24", "displayName": "office"}],
        "gcpPublicCidrsAccessEnabled": False,
    }
    assert not cluster["rbacBindingConfig"]["enableInsecureBindingSystemUnauthenticated"]


def test_the_cluster_uses_the_ranges_of_its_own_subnetwork(prod: GoogleHalf) -> None:
    """Pods and services take addresses from secondary ranges that the subnetwork really has."""
    subnetwork = prod.only("gcp:compute/subnetwork:Subnetwork")
    ranges = {one["rangeName"]: one["ipCidrRange"] for one in subnetwork["secondaryIpRanges"]}
    policy = prod.only(CLUSTER)["ipAllocationPolicy"]

    assert prod.google.network
    assert ranges[policy["clusterSecondaryRangeName"]] == prod.google.network.pods
    assert ranges[policy["servicesSecondaryRangeName"]] == prod.google.network.services
    assert subnetwork["privateIpGoogleAccess"]


def test_nodes_get_out_by_nat_and_the_control_plane_gets_in(prod: GoogleHalf) -> None:
    """Only this subnetwork goes out; only the control plane's range comes in, and only to the nodes."""
    nat = prod.only("gcp:compute/routerNat:RouterNat")
    firewall = prod.only("gcp:compute/firewall:Firewall")

    assert prod.google.network
    assert [one["sourceIpRangesToNats"] for one in nat["subnetworks"]] == [["ALL_IP_RANGES"]]
    assert firewall["sourceRanges"] == [prod.google.network.control_plane]
    assert firewall["targetServiceAccounts"] == [NODES]


def test_every_node_runs_as_our_own_account(prod: GoogleHalf) -> None:
    """Named pools, provisioned ones and the first pool: none has Google's default account, which is an editor."""
    cluster = prod.only(CLUSTER)
    provisioned = cluster["clusterAutoscaling"]["autoProvisioningDefaults"]
    nodes = [pool["nodeConfig"] for pool in prod.inputs(POOL)]

    assert {one["serviceAccount"] for one in (*nodes, provisioned, cluster["nodeConfig"])} == {NODES}
    assert cluster["removeDefaultNodePool"]
    for one in (*nodes, provisioned):
        assert one["shieldedInstanceConfig"] == {"enableSecureBoot": True, "enableIntegrityMonitoring": True}
    assert [one["workloadMetadataConfig"] for one in nodes] == [{"mode": "GKE_METADATA"}] * len(nodes)


def test_google_collects_nothing_that_we_collect(prod: GoogleHalf) -> None:
    """Managed collection is off and the components are named one by one, so no default costs anything."""
    assert prod.only(CLUSTER)["monitoringConfig"] == {
        "enableComponents": ["SYSTEM_COMPONENTS"],
        "managedPrometheus": {"enabled": False},
    }


def test_roles_are_those_of_the_list_and_no_other(prod: GoogleHalf) -> None:
    """Every holder of a role on the project is one of our accounts, with exactly its roles; none is an editor."""
    wanted = {
        (principal(account, prod.google.project, PROJECT_NUMBER), role)
        for account in prod.accounts
        for role in account.roles
    }

    granted = {(one["member"], one["role"]) for one in prod.inputs(MEMBER)}
    assert granted == wanted | {(f"serviceAccount:{NODES}", ROLE)}
    assert not [role for _, role in granted if role in ("roles/editor", "roles/owner") or role.endswith(".admin")]


def test_each_secret_is_read_by_its_mounting_pod(prod: GoogleHalf) -> None:
    """One grant for each secret, on that very secret, to one account; the program holds no secret and no version."""
    wanted = {
        (f"vitals-prod-{file}", principal(account, prod.google.project, PROJECT_NUMBER))
        for account in prod.accounts
        for file in account.secrets
    }

    assert {(one["secretId"], one["member"]) for one in prod.inputs(SECRET_MEMBER)} == wanted
    assert {one["role"] for one in prod.inputs(SECRET_MEMBER)} == {"roles/secretmanager.secretAccessor"}
    tokens = {made.token for made in prod.project.made.values()}
    assert not tokens & {"gcp:secretmanager/secret:Secret", "gcp:secretmanager/secretVersion:SecretVersion"}


def test_the_cluster_is_reached_by_name_and_without_a_secret(prod: GoogleHalf) -> None:
    """The kubeconfig has the DNS endpoint and a plugin that asks Google; no token and no key is in the state."""
    (cluster,) = [made for made in prod.project.made.values() if made.token == CLUSTER]
    endpoint = cluster.outputs["controlPlaneEndpointsConfig"]["dnsEndpointConfig"]["endpoint"]
    (provider,) = _resources(prod, "pulumi:providers:kubernetes")
    kubeconfig = json.loads(provider["inputs"]["kubeconfig"])

    assert [one["cluster"] for one in kubeconfig["clusters"]] == [{"server": f"https://{endpoint}"}]
    assert [set(one["user"]) for one in kubeconfig["users"]] == [{"exec"}]
    assert {key for one in kubeconfig["users"] for key in one["user"]["exec"]} & {"env", "args"} == set()


def test_what_cannot_be_made_again_is_protected(prod: GoogleHalf) -> None:
    """Cluster, network and address, and the lock before all of them; Google keeps the cluster itself, too."""
    kept = {one["type"] for one in _resources(prod) if one.get("protect")}

    assert kept == {
        CLUSTER,
        "gcp:compute/network:Network",
        "gcp:compute/subnetwork:Subnetwork",
        "gcp:compute/globalAddress:GlobalAddress",
        "vitals:infra:Lock",
    }
    assert prod.only(CLUSTER)["deletionProtection"] is True


def test_the_next_steps_are_printed(prod: GoogleHalf) -> None:
    """How to reach the cluster, which DNS records to make, where images go."""
    (address,) = [
        made for made in prod.project.made.values() if made.token == "gcp:compute/globalAddress:GlobalAddress"
    ]

    assert "get-credentials vitals-prod --dns-endpoint --location europe-west1" in prod.outputs["credentials"]
    assert prod.outputs["dnsRecords"][0] == f"grafana.wellness.example. A {address.outputs['address']}"
    assert len(prod.outputs["dnsRecords"]) == 2
    assert prod.outputs["registry"] == "europe-west1-docker.pkg.dev/example-wellness-prod/vitals-prod"


def _resources(half: GoogleHalf, token: str | None = None) -> list[Mapping[str, Any]]:
    deployment = half.running().stack.export_stack().deployment
    assert deployment
    resources = deployment["resources"]
    return [one for one in resources if token in (None, one["type"])]
