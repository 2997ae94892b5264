"""The demo platform beside the stack, so that a new cluster has something to watch: API and worker over Firestore.

Both run in one pod, for they share the queue, which is a file. Scaling the pod scales both.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi

from vitals.rendered import PodEntry

from .labels import selector
from .pods import container_security, deployment, service

API, WORKER = "wellness-api", "wellness-worker"
SHARE_A_POD = (WORKER,)
"""Services without a Deployment of their own here; an autoscaler would look for one in vain."""
REPLICAS = f"{API}-replicas"
"""A name with one address for each replica, for those who look at each."""
ACCOUNT = "wellness"
PORT, METRICS, ADMIN = 8000, {API: 9000, WORKER: 9001}, 9100
QUEUE = "/data/queue.sqlite"
PRE_STOP_S = 5
"""Seconds between a pod's leaving the endpoints and its SIGTERM. Nodes hear of an endpoint that left within a second or
two; until then they send it requests, and a process that has begun to stop refuses them. The worker waits as long, so
that what is still ordered is still worked off. The scaling drill measures it with the same pause."""
GRACE_S = 30
"""Seconds until SIGKILL: the pause, the five seconds in which requests in flight are answered, and a report's time."""


def demo(
    namespace: str, monitoring: str, image: str, database: pulumi.Input[str], sizes: Mapping[str, PodEntry]
) -> list[Mapping[str, Any]]:
    """The platform's Deployment, and a Service for each of its two services.

    Args:
        namespace: Where the platform runs.
        monitoring: Where the collector runs.
        image: Pinned by its digest.
        database: The Firestore database, ``projects/<project>/databases/<name>``.
        sizes: What one replica of each service is given, by its name.
    """
    traces = f"http://collector.{monitoring}:4318/v1/traces"
    behind = ["--firestore-database", database, "--worker-queue", QUEUE, "--otlp", traces]
    inside = ["--listen", "0.0.0.0"]  # noqa: S104 - a pod of its own, behind a Service
    api = ["wellness.api", *inside, "--port", str(PORT), "--admin-port", str(ADMIN)]
    worker = ["wellness.worker", *inside]
    containers = [
        _container(name, image, sizes[name], [*command, "--metrics-port", str(METRICS[name]), *behind])
        for name, command in ((API, api), (WORKER, worker))
    ]
    return [
        deployment(
            API,
            namespace,
            containers,
            component="demo",
            account=ACCOUNT,
            grace_s=GRACE_S,
            volumes=[{"name": "data", "emptyDir": {}}, {"name": "scratch", "emptyDir": {}}],
        ),
        service(API, namespace, selector(API), {"http": PORT, "metrics": METRICS[API]}),
        service(REPLICAS, namespace, selector(API), {"metrics": METRICS[API]}, headless=True),
        service(WORKER, namespace, selector(API), {"metrics": METRICS[WORKER]}),
    ]


def _container(name: str, image: str, size: PodEntry, args: list[pulumi.Input[str]]) -> dict[str, Any]:
    probe = {"readinessProbe": {"httpGet": {"path": "/healthz", "port": PORT}}} if name == API else {}
    return {
        "name": name,
        "image": image,
        "args": args,
        "ports": [{"name": f"metrics-{METRICS[name]}", "containerPort": METRICS[name]}],
        "lifecycle": {"preStop": {"sleep": {"seconds": PRE_STOP_S}}},
        "securityContext": container_security(),
        "resources": {
            "requests": {"cpu": size.cpu, "memory": size.memory},
            "limits": {"memory": size.memory_limit},
        },
        "volumeMounts": [{"name": "data", "mountPath": "/data"}, {"name": "scratch", "mountPath": "/tmp"}],  # noqa: S108
        **probe,
    }
