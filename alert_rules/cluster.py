"""Containers, pods and the servers behind caches and stores, as the exporters of a cluster see them."""

from __future__ import annotations

from collections.abc import Mapping

from vitals.kit.alerts.alert import Alert, Severity
from vitals.kit.alerts.threshold import Threshold
from vitals.model.catalog import Environment, Service
from vitals.model.signals import cluster

container_memory_high = Threshold(
    id="system.container.memory_high",
    name="ContainerMemoryHigh",
    signal=cluster.CONTAINER_MEMORY,
    above="95%",
    lasting="10m",
    severity=Severity.WARNING,
    means="The container is about to be killed for its memory limit; its requests in flight are lost then.",
    do="See whether its memory grows without end (a leak) or its limit is too low for its work.",
)

pod_restarts_often = Threshold(
    id="system.pod.restarts_often",
    name="PodRestartsOften",
    signal=cluster.RESTARTS,
    above="3",
    lasting="1m",
    severity=Severity.WARNING,
    means="The pod dies again and again; what it had in hand is lost each time.",
    do="Read the log of the container that has ended, then its last state in the pod's description.",
)

replicas_missing = Threshold(
    id="system.pod.replicas_missing",
    name="ReplicasMissing",
    signal=cluster.MISSING_REPLICAS,
    above="0",
    lasting="15m",
    severity=Severity.WARNING,
    means="A deployment has had fewer replicas than it wants for longer than a deploy takes.",
    do="Ask Kubernetes why; no node has room, the image cannot be fetched, or the pod is never ready.",
)

redis_memory_high = Threshold(
    id="system.redis.memory_high",
    name="RedisMemoryHigh",
    signal=cluster.REDIS_MEMORY,
    above="90%",
    lasting="10m",
    severity=Severity.WARNING,
    means="Redis is nearly full; it throws keys out or refuses writes, and caches stop helping.",
    do="See which keys grew and whether they have a time to live; then enlarge the server.",
)

firestore_failing = Threshold(
    id="system.firestore.failing_high",
    name="FirestoreFailing",
    signal=cluster.FIRESTORE_FAILING,
    above="5%",
    lasting="5m",
    severity=Severity.WARNING,
    means="Google itself counts failed requests to Firestore; every page that reads it is in danger.",
    do="Look at Google's status page, then at quotas and security rules of the project.",
)

OF_EXPORTER: Mapping[str, tuple[Threshold, ...]] = {
    "kubelet": (container_memory_high,),
    "kube-state-metrics": (pod_restarts_often, replicas_missing),
    "redis": (redis_memory_high,),
    "stackdriver": (firestore_failing,),
}


def alerts(exporter: Service, environment: Environment) -> list[Alert]:
    """The alerts of one exporter of a cluster."""
    return [threshold.of(exporter, environment) for threshold in OF_EXPORTER.get(exporter.name, ())]
