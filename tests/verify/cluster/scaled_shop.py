"""A shop whose services scale, and the command that pauses them, for tests on a control plane."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.verify.cluster.shipped import namespace, read
from vitals.paths import RENDERED
from vitals.rendered import names
from vitals.verify.cluster.api import ApiServer

SHOP = "shop"


def deployment(name: str, where: str = SHOP, replicas: int = 2) -> dict[str, Any]:
    """A Deployment; no pod of it ever runs."""
    labels = {"app": name}
    pod = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": name, "image": "none"}]}}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": where},
        "spec": {"replicas": replicas, "selector": {"matchLabels": labels}, "template": pod},
    }


def scaled_object(name: str) -> dict[str, Any]:
    """A scaler of the Deployment of that name."""
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


def scaled(api: ApiServer, name: str) -> None:
    """A service with a scaler, in a cluster that has what ships for pausing."""
    for file in (RENDERED / "prod" / names.SCALING_PAUSE).iterdir():
        api.apply(read(file))
    for manifest in (namespace(SHOP), deployment(name), scaled_object(name)):
        api.apply(manifest)


def vitals(kubeconfig: Path, *arguments: str, context: str = "vitals", code: int = 0) -> str:
    """Run a command against the control plane; what it writes."""
    done = subprocess.run(
        [sys.executable, "-m", "vitals.cli", "scale", *arguments, "--context", context],
        env={**os.environ, "KUBECONFIG": str(kubeconfig)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout if code == 0 else done.stderr
