"""A pause holds the real autoscaler of a control plane back, and the control plane ends it without anyone's help."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import yaml

from tests.verify.cluster.shipped import namespace, read
from vitals.paths import RENDERED
from vitals.rendered import names
from vitals.verify.cluster.api import ApiServer
from vitals.verify.cluster.state import ClusterState

pytestmark = pytest.mark.cluster

SHOP = "shop"
PAUSE_S = 30
"""Twice the 15 s between two looks of the autoscaler, so that it looks during the pause on a busy machine, too."""
WITHIN_S = 60.0


def _deployment(name: str) -> dict[str, Any]:
    labels = {"app": name}
    pod = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": name, "image": "none"}]}}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": SHOP},
        "spec": {"replicas": 2, "selector": {"matchLabels": labels}, "template": pod},
    }


def _scaler(name: str) -> dict[str, Any]:
    at_midnight = {"timezone": "UTC", "start": "0 0 * * *", "end": "1 0 * * *", "desiredReplicas": "4"}
    return {
        "apiVersion": "keda.sh/v1alpha1",
        "kind": "ScaledObject",
        "metadata": {"name": name, "namespace": SHOP},
        "spec": {
            "scaleTargetRef": {"name": name},
            "minReplicaCount": 4,
            "maxReplicaCount": 9,
            "advanced": {"horizontalPodAutoscalerConfig": {"name": name}},
            "triggers": [{"type": "cron", "metadata": at_midnight}],
        },
    }


def _autoscaler(name: str) -> dict[str, Any]:
    """As KEDA makes it. It wants at least 4, which needs no metric to be decided."""
    cpu = {"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 80}}}
    return {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": name, "namespace": SHOP},
        "spec": {
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": name},
            "minReplicas": 4,
            "maxReplicas": 9,
            "metrics": [cpu],
        },
    }


def _scaled(api: ApiServer, name: str) -> None:
    """A service with a scaler, in a cluster that has what ships for pausing."""
    for file in (RENDERED / "prod" / names.SCALING_PAUSE).iterdir():
        api.apply(read(file))
    for manifest in (namespace(SHOP), _deployment(name), _scaler(name)):
        api.apply(manifest)


def _vitals(cluster: ClusterState, *arguments: str, code: int = 0) -> str:
    """Run a command against the control plane; what it writes."""
    done = subprocess.run(
        [sys.executable, "-m", "vitals.cli", "scale", *arguments, "--context", "vitals"],
        env={**os.environ, "KUBECONFIG": str(cluster.kubeconfig)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout if code == 0 else done.stderr


def _replicas(api: ApiServer, name: str) -> int:
    found = api.get("apps/v1", "Deployment", name, SHOP)
    assert found
    replicas: int = found["spec"]["replicas"]
    return replicas


def _await(holds: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + WITHIN_S
    while not holds():
        assert time.monotonic() < deadline, what
        time.sleep(0.2)


def _hindered(api: ApiServer, name: str) -> str:
    """What the real autoscaler says of a change that it could not make."""
    found = api.get("autoscaling/v2", "HorizontalPodAutoscaler", name, SHOP) or {}
    conditions = found.get("status", {}).get("conditions", ())
    return " ".join(one["message"] for one in conditions if one["reason"] == "FailedUpdateScale")


def test_the_autoscaler_stands_still_until_the_pause_ends_by_itself(
    control_plane: ClusterState, api: ApiServer
) -> None:
    """It tries and is refused with the reason that was given; after the time it scales, and nothing is left over."""
    service = "till"
    _scaled(api, service)
    begun = json.loads(_vitals(control_plane, "pause", service, "--for", f"{PAUSE_S}s", "--why", "a test", "--json"))
    api.apply(_autoscaler(service))

    _await(lambda: "a test" in _hindered(api, service), "the autoscaler was never refused")
    assert _replicas(api, service) == 2
    assert datetime.now(UTC) < datetime.fromisoformat(begun["until"])
    _await(lambda: _replicas(api, service) == 4, "the autoscaler never scaled after the pause")

    assert datetime.now(UTC) >= datetime.fromisoformat(begun["until"])
    assert api.get("batch/v1", "Job", begun["name"], SHOP) is None
    assert api.get("v1", "ConfigMap", begun["name"], SHOP) is None


def test_a_pause_is_shown_and_can_be_ended_early(control_plane: ClusterState, api: ApiServer) -> None:
    """Who looks sees how long, why and by whom; a second pause holds on when the first is shorter."""
    service = "desk"
    _scaled(api, service)
    _vitals(control_plane, "pause", service, "--for", "2m", "--why", "short")
    _vitals(control_plane, "pause", service, "--for", "30m", "--why", "rollback of the till")

    (shown,) = (one for one in json.loads(_vitals(control_plane, "status", "--json")) if one["name"] == service)
    assert [one["why"] for one in shown["pauses"]] == ["short", "rollback of the till"]
    assert {one["by"] for one in shown["pauses"]} == {"vitals"}
    assert (shown["paused"], shown["min_replicas"], shown["max_replicas"]) == (True, 4, 9)
    assert "rollback of" in _vitals(control_plane, "status")

    _vitals(control_plane, "resume", service)
    (shown,) = (one for one in json.loads(_vitals(control_plane, "status", "--json")) if one["name"] == service)
    assert (shown["paused"], shown["pauses"]) == (False, [])
    assert "is not paused" in _vitals(control_plane, "resume", service, code=1)


def test_a_pause_that_would_hold_nothing_back_is_refused(control_plane: ClusterState, api: ApiServer) -> None:
    """Without the policy, for a service that does not scale, or without a reason, nothing is stored."""
    service = "gate"
    _scaled(api, service)
    binding = read(RENDERED / "prod" / names.SCALING_PAUSE / "binding.yaml")
    assert "Nothing called 'desks-and-tills' scales there" in _vitals(
        control_plane, "pause", "desks-and-tills", "--for", "1m", "--why", "x", code=1
    )
    api.delete(binding["apiVersion"], binding["kind"], binding["metadata"]["name"])
    assert "has no policy vitals-scaling-pause" in _vitals(
        control_plane, "pause", service, "--for", "1m", "--why", "x", code=1
    )
    assert not [one for one in api.listed("v1", "ConfigMap", SHOP) if service in one["metadata"]["name"]]
    assert not [one for one in api.listed("batch/v1", "Job", SHOP) if service in one["metadata"]["name"]]


def test_what_ships_for_pausing_is_the_same_everywhere() -> None:
    """One policy for every cluster, so that a test of one is a test of all."""
    texts = {
        file.name: {yaml.safe_dump(read(one)) for one in RENDERED.glob(f"*/{names.SCALING_PAUSE}/{file.name}")}
        for file in (RENDERED / "prod" / names.SCALING_PAUSE).iterdir()
    }

    assert {name: len(found) for name, found in texts.items()} == {"binding.yaml": 1, "policy.yaml": 1}
