"""One control plane for all the tests that only need one, and one for each stack."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.infra.settings.stack_files import STACKS, each
from tests.verify.cluster.delivered import Delivered, deliver
from tests.verify.cluster.running_cluster import RunningCluster
from vitals.verify.cluster.api import ApiServer
from vitals.verify.cluster.state import ClusterState


@pytest.fixture(scope="session")
def control_plane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClusterState]:
    """A control plane with CRDs and the Prometheus operator."""
    folder = tmp_path_factory.mktemp("cluster")
    cluster = RunningCluster(folder / "run", folder / "said.log")
    try:
        yield cluster.wait()
        assert cluster.stop() == 0, cluster.said()
    finally:
        cluster.kill()


@pytest.fixture
def api(control_plane: ClusterState) -> Iterator[ApiServer]:
    """Its API server."""
    with ApiServer.of(control_plane.kubeconfig) as server:
        yield server


@pytest.fixture(scope="session", params=each(STACKS))
def delivered(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Delivered]:
    """Each stack in turn, on an empty control plane of its own; a test that changes something puts it back."""
    with deliver(request.param, tmp_path_factory.mktemp(request.param)) as stack:
        yield stack
