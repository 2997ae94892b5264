"""What the Google half makes where Google collects the metrics, on nodes of ours and on Autopilot."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from infra.gcp.node_account import ROLE
from infra.gcp.node_management import SCOPES
from tests.infra.gcp.google_half import GoogleHalf, google_half
from tests.infra.settings.stack_files import MANAGED

pytestmark = pytest.mark.engine

CLUSTER = "gcp:container/cluster:Cluster"
MEMBER = "gcp:projects/iAMMember:IAMMember"
ONLY_ON_STANDARD = {
    "addonsConfig",
    "enableShieldedNodes",
    "initialNodeCount",
    "nodeConfig",
    "removeDefaultNodePool",
    "workloadIdentityConfig",
}
"""What the API refuses or says itself on Autopilot
(https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/container_cluster)."""


@pytest.fixture(scope="module", params=MANAGED)
def half(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[GoogleHalf]:
    """Each stack on the managed back end, updated once."""
    with google_half(request.param, tmp_path_factory.mktemp(request.param)) as made:
        made.running().up()
        yield made


def test_google_collects_what_we_name_and_nothing_by_itself(half: GoogleHalf) -> None:
    """Managed collection is on, its automatic monitoring is off, and no metric of the control plane is bought."""
    assert half.only(CLUSTER)["monitoringConfig"] == {
        "enableComponents": ["SYSTEM_COMPONENTS"],
        "managedPrometheus": {"enabled": True, "autoMonitoringConfig": {"scope": "NONE"}},
    }


def test_nodes_may_write_and_read_metrics(half: GoogleHalf) -> None:
    """Collectors and rule evaluator act as the node; it gets these roles and no more."""
    account = half.only("gcp:serviceaccount/account:Account")["accountId"]
    member = f"serviceAccount:{account}@{half.google.project}.iam.gserviceaccount.com"

    assert {one["role"] for one in half.inputs(MEMBER) if one["member"] == member} == {
        ROLE,
        "roles/monitoring.metricWriter",
        "roles/monitoring.viewer",
    }


def test_only_who_asks_for_metrics_may_read_them(half: GoogleHalf) -> None:
    """The front end reads for KEDA, which has no right of its own."""
    readers = {one["member"].rpartition("/")[2] for one in half.inputs(MEMBER) if one["role"].endswith("viewer")}

    assert {"query-frontend", "grafana", "stackdriver-exporter"} == {name for name in readers if ":" not in name}
    assert not [one for one in half.inputs(MEMBER) if "ns/keda/" in one["member"]]


def test_autopilot_is_asked_for_nothing_that_it_decides(half: GoogleHalf) -> None:
    """No pool, no add-on, no switch of Standard: only the account of its nodes is ours. The cluster stays private."""
    cluster = half.only(CLUSTER)
    autopilot = half.google.autopilot

    assert bool(cluster.get("enableAutopilot")) is autopilot
    assert bool(half.inputs("gcp:container/nodePool:NodePool")) is not autopilot
    assert (set(cluster) & ONLY_ON_STANDARD) == (set() if autopilot else ONLY_ON_STANDARD)
    assert cluster["privateClusterConfig"]["enablePrivateNodes"]
    if autopilot:
        (account,) = half.inputs("gcp:serviceaccount/account:Account")
        defaults = cluster["clusterAutoscaling"]["autoProvisioningDefaults"]
        assert set(cluster["clusterAutoscaling"]) == {"autoProvisioningDefaults"}
        assert defaults["serviceAccount"].startswith(f"{account['accountId']}@")
        assert defaults["oauthScopes"] == list(SCOPES)
