"""Scalers of a real API server are compared with those that are rendered."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.verify.cluster.running_cluster import RunningCluster
from tests.verify.cluster.shipped import namespace
from vitals.rendered import names, read
from vitals.verify.cluster.api import ApiServer

pytestmark = pytest.mark.cluster

ENV = "prod"


def _drift(kubeconfig: Path, rendered: Path) -> tuple[int, str]:
    command = [sys.executable, "-m", "vitals.cli", "drift", "--env", ENV, "--rendered", str(rendered)]
    done = subprocess.run(
        [*command, "--context", "vitals", "--json"],
        env={**os.environ, "KUBECONFIG": str(kubeconfig)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout, done.stderr
    return done.returncode, done.stdout


def test_scalers_are_equal_until_one_is_changed(demo_rendered: Path, tmp_path: Path) -> None:
    """Missing, equal, with another maximum, and paused by an annotation that nothing ends."""
    manifests = list(read(demo_rendered / ENV).objects(names.SCALERS))
    assert manifests
    cluster = RunningCluster(tmp_path / "run", tmp_path / "said.log")
    try:
        state = cluster.wait()
        with ApiServer.of(state.kubeconfig) as api:
            code, said = _drift(state.kubeconfig, demo_rendered)
            assert (code, said.count("is not there")) == (1, len(manifests))

            for manifest in manifests:
                api.apply(namespace(manifest["metadata"]["namespace"]))
                api.apply(manifest)
            code, said = _drift(state.kubeconfig, demo_rendered)
            assert (code, json.loads(said)["looked"]) == (0, {"scalers": len(manifests)})

            changed = yaml.safe_load(yaml.safe_dump(manifests[0]))
            changed["spec"]["maxReplicaCount"] += 1
            changed["metadata"]["annotations"]["autoscaling.keda.sh/paused-replicas"] = "3"
            api.apply(changed, manager="by-hand")
            code, said = _drift(state.kubeconfig, demo_rendered)
            assert code == 1
            assert f"maxReplicaCount is {changed['spec']['maxReplicaCount']} instead of" in said
            assert "is paused by the annotation autoscaling.keda.sh/paused-replicas" in said
        assert cluster.stop() == 0, cluster.said()
    finally:
        cluster.kill()
