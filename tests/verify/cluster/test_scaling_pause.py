"""A pause holds the real KEDA and its autoscaler back, and the control plane ends it without anyone's help."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.serving import serving
from tests.verify.cluster.running_keda import running_keda
from tests.verify.cluster.scaled_shop import SHOP, deployment, scaled, scaled_object, vitals
from tests.verify.cluster.shipped import namespace, read
from vitals.paths import RENDERED
from vitals.rendered import names
from vitals.verify.cluster.api import ApiServer
from vitals.verify.cluster.state import ClusterState

pytestmark = pytest.mark.cluster

LOADED = "shop-under-load"
BEARS = 10
PAUSE_S = 30
"""Twice the 15 s between two looks of the autoscaler, so that it looks during the pause on a busy machine, too."""
WITHIN_S = 60.0


def _on_load(name: str, url: str, least: int) -> dict[str, Any]:
    """A scaler on a number that a program answers with; a replica is kept for ten of it."""
    asked = {"url": url, "valueLocation": "load", "targetValue": str(BEARS)}
    scaler = scaled_object(name)
    scaler["metadata"]["namespace"] = LOADED
    scaler["spec"] = {
        "scaleTargetRef": {"name": name},
        "minReplicaCount": least,
        "maxReplicaCount": 9,
        "pollingInterval": 2,
        "triggers": [{"type": "metrics-api", "metadata": asked}],
    }
    return scaler


def _replicas(api: ApiServer, name: str) -> int:
    found = api.get("apps/v1", "Deployment", name, LOADED)
    assert found
    replicas: int = found["spec"]["replicas"]
    return replicas


def _await(holds: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + WITHIN_S
    while not holds():
        assert time.monotonic() < deadline, what
        time.sleep(0.2)


def _conditions(api: ApiServer, name: str) -> list[dict[str, Any]]:
    """What the real autoscaler says of itself."""
    found = api.get("autoscaling/v2", "HorizontalPodAutoscaler", f"keda-hpa-{name}", LOADED) or {}
    return list(found.get("status", {}).get("conditions", ()))


def _refused(api: ApiServer, name: str) -> str:
    """What the API server answered KEDA's autoscaler, and KEDA itself, when they wanted to change the replicas."""
    of_hpa = [one["message"] for one in _conditions(api, name) if one["reason"] == "FailedUpdateScale"]
    events = [one for one in api.listed("v1", "Event", LOADED) if one["involvedObject"]["name"] == name]
    return " ".join([*of_hpa, *(one["message"] for one in events if one["type"] == "Warning")])


class _Load(BaseHTTPRequestHandler):
    """The load of the shop, as KEDA asks for it."""

    now = 0

    def do_GET(self) -> None:
        body = json.dumps({"load": self.now}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def load(control_plane: ClusterState, api: ApiServer, tmp_path: Path) -> Iterator[type[_Load]]:
    """Two services that the real KEDA scales on one load: ``till`` from one replica on, ``night`` from none."""
    _Load.now = 0
    for file in (RENDERED / "prod" / names.SCALING_PAUSE).iterdir():
        api.apply(read(file))
    api.apply(namespace(LOADED))
    with serving(_Load) as url, running_keda(control_plane, api, tmp_path, LOADED):
        scalers = [_on_load("till", url, least=1), _on_load("night", url, least=0)]
        for scaler in scalers:
            name, least = scaler["metadata"]["name"], scaler["spec"]["minReplicaCount"]
            api.apply(deployment(name, LOADED, least))
            api.apply(scaler)
        yield _Load
        for scaler in scalers:
            api.delete(scaler["apiVersion"], scaler["kind"], scaler["metadata"]["name"], LOADED)
        _await(lambda: not api.listed("keda.sh/v1alpha1", "ScaledObject", LOADED), "KEDA does not let its scalers go")


def test_a_pause_holds_what_keda_scales_while_load_rises_and_ends_by_itself(
    control_plane: ClusterState, api: ApiServer, load: type[_Load]
) -> None:
    """The autoscaler and KEDA itself are refused, with the reason that was given; after the time both scale."""
    services = ("till", "night")
    _await(lambda: any(one["type"] == "ScalingActive" for one in _conditions(api, "till")), "KEDA made no autoscaler")
    begun = [
        json.loads(vitals(control_plane.kubeconfig, "pause", one, "--for", f"{PAUSE_S}s", "--why", "a test", "--json"))
        for one in services
    ]
    until = min(datetime.fromisoformat(one["until"]) for one in begun)
    load.now = 5 * BEARS

    for one in services:
        _await(lambda one=one: "a test" in _refused(api, one), f"{one}: nothing wanted to scale")  # type: ignore[misc]
    held = [_replicas(api, one) for one in services]
    assert datetime.now(UTC) < until, "the machine was too slow to look during the pause"
    assert held == [1, 0]
    _await(lambda: _replicas(api, "till") == 5 and _replicas(api, "night") >= 1, "nothing scaled after the pause")

    assert datetime.now(UTC) >= until
    for one in begun:
        assert api.get("batch/v1", "Job", one["name"], LOADED) is None
        assert api.get("v1", "ConfigMap", one["name"], LOADED) is None


def test_a_pause_is_shown_and_can_be_ended_early(control_plane: ClusterState, api: ApiServer) -> None:
    """Who looks sees how long, why and by whom, and who pauses a second time for shorter hears of the longer one."""
    service = "desk"
    scaled(api, service)
    vitals(control_plane.kubeconfig, "pause", service, "--for", "30m", "--why", "rollback [/till]")
    said = vitals(control_plane.kubeconfig, "pause", service, "--for", "2m", "--why", "short")

    (shown,) = (
        one for one in json.loads(vitals(control_plane.kubeconfig, "status", "--json")) if one["name"] == service
    )
    assert [one["why"] for one in shown["pauses"]] == ["short", "rollback [/till]"]
    assert {one["by"] for one in shown["pauses"]} == {"vitals"}
    assert f"until {shown['pauses'][-1]['until']} (by an earlier pause of vitals: rollback [/till]), then" in said
    assert (shown["paused"], shown["min_replicas"], shown["max_replicas"]) == (True, 4, 9)
    assert "[/till]" in vitals(control_plane.kubeconfig, "status")

    vitals(control_plane.kubeconfig, "resume", service)
    (shown,) = (
        one for one in json.loads(vitals(control_plane.kubeconfig, "status", "--json")) if one["name"] == service
    )
    assert (shown["paused"], shown["pauses"]) == (False, [])
    assert "is not paused" in vitals(control_plane.kubeconfig, "resume", service, code=1)


def test_a_pause_that_would_hold_nothing_back_is_refused(control_plane: ClusterState, api: ApiServer) -> None:
    """Without the policy, for a service that does not scale, or without a reason, nothing is stored."""
    service = "gate"
    scaled(api, service)
    binding = read(RENDERED / "prod" / names.SCALING_PAUSE / "binding.yaml")
    assert "No ScaledObject scales a service called 'desks-and-tills'" in vitals(
        control_plane.kubeconfig, "pause", "desks-and-tills", "--for", "1m", "--why", "x", code=1
    )
    api.delete(binding["apiVersion"], binding["kind"], binding["metadata"]["name"])
    assert "has no policy vitals-scaling-pause" in vitals(
        control_plane.kubeconfig, "pause", service, "--for", "1m", "--why", "x", code=1
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
