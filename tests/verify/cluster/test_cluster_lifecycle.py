"""A control plane comes and goes as a whole: private while it runs, nothing left after it, also after a kill -9."""

from __future__ import annotations

import ssl
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from tests.verify.cluster.running_cluster import RunningCluster
from tests.verify.cluster.shipped import namespace
from vitals.local.processes.orphans import orphans
from vitals.verify.cluster.api import ApiServer
from vitals.verify.cluster.state import ClusterState

pytestmark = pytest.mark.cluster


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[RunningCluster]:
    """A control plane without CRDs and operator that a test may do anything to."""
    cluster = RunningCluster(tmp_path / "run", tmp_path / "said.log", "--bare")
    yield cluster
    cluster.kill()


def test_after_ctrl_c_no_process_and_no_state_is_left(bare: RunningCluster) -> None:
    """The command exits 0; state file and kubeconfig are gone and no process carries the run's mark."""
    state = bare.wait()
    assert len(state.parts) == 4
    assert all(part.process and part.process.alive() for part in state.parts)

    assert bare.stop() == 0, bare.said()

    assert orphans(state) == []
    assert not (bare.folder / "state.json").exists()
    assert not state.kubeconfig.exists()


def test_a_start_after_kill_9_ends_what_was_left_and_begins_anew(bare: RunningCluster, tmp_path: Path) -> None:
    """In the same folder: other processes, and none of the objects of before."""
    before = bare.wait()
    with ApiServer.of(before.kubeconfig) as api:
        api.apply(namespace("of-before"))
    bare.kill()

    again = RunningCluster(bare.folder, tmp_path / "again.log", "--bare")
    try:
        after = again.wait()
        with ApiServer.of(after.kubeconfig) as api:
            assert api.get("v1", "Namespace", "of-before") is None
            assert api.get("v1", "Namespace", "kube-system") is not None
        assert orphans(before) == []
        assert again.stop() == 0, again.said()
    finally:
        again.kill()


def test_a_second_one_in_the_same_folder_is_refused(control_plane: ClusterState) -> None:
    """The message names the process that holds it and its kubeconfig; the first one goes on."""
    folder = control_plane.kubeconfig.parent
    command = [sys.executable, "-m", "vitals.cli", "cluster", "--state", str(folder)]
    second = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    assert second.returncode == 1
    assert f"as process {control_plane.supervisor.pid}; its kubeconfig is {folder}" in " ".join(second.stderr.split())
    assert control_plane.supervisor.alive()


def test_credentials_are_readable_by_their_owner_only(control_plane: ClusterState) -> None:
    """The kubeconfig and every private key are 0600, in a folder that no other user can enter."""
    keys = control_plane.kubeconfig.parent / "keys"
    private = [control_plane.kubeconfig, keys / "tokens.csv", *keys.glob("*.key"), *keys.glob("*.kubeconfig")]

    assert len(private) > 8
    assert {stat.S_IMODE(path.stat().st_mode) for path in private} == {0o600}
    assert stat.S_IMODE(keys.stat().st_mode) == 0o700


def test_everything_listens_on_loopback_only(control_plane: ClusterState) -> None:
    """No program can be reached from the network."""
    addresses = {
        connection.laddr.ip
        for part in control_plane.parts
        if part.process
        for connection in psutil.Process(part.process.pid).net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    }
    assert addresses == {"127.0.0.1"}


@pytest.mark.parametrize("token", ["", "Bearer wrong"])
def test_nothing_is_answered_without_the_token(control_plane: ClusterState, token: str) -> None:
    """Another user of this machine reads no object."""
    answer = httpx.get(
        f"{control_plane.server}/api/v1/secrets",
        headers={"Authorization": token} if token else {},
        verify=ssl.create_default_context(cafile=str(control_plane.kubeconfig.parent / "keys" / "cluster-ca.crt")),
        trust_env=False,
    )
    assert answer.status_code in {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}


def test_components_have_no_more_rights_than_in_any_cluster(control_plane: ClusterState) -> None:
    """The scheduler's certificate may read pods and may not read secrets."""
    keys = control_plane.kubeconfig.parent / "keys"
    secured = ssl.create_default_context(cafile=str(keys / "cluster-ca.crt"))
    secured.load_cert_chain(keys / "kube-scheduler.crt", keys / "kube-scheduler.key")
    with httpx.Client(base_url=str(control_plane.server), verify=secured, trust_env=False) as scheduler:
        assert scheduler.get("/api/v1/pods").status_code == httpx.codes.OK
        assert scheduler.get("/api/v1/secrets").status_code == httpx.codes.FORBIDDEN
