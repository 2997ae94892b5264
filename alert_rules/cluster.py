"""Containers, pods and the servers behind caches and stores, as the exporters of a cluster see them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from vitals.kit.alerts.alert import ELSEWHERE, Alert
from vitals.kit.alerts.because import Because
from vitals.kit.alerts.threshold import Threshold
from vitals.model.catalog import Environment, Service
from vitals.model.conventions import Severity
from vitals.model.promql import Expr
from vitals.model.signals import cluster, watched_exporters

container_memory_high = Threshold(
    id="system.container.memory_high",
    name="ContainerMemoryHigh",
    signal=cluster.CONTAINER_MEMORY,
    above="95%",
    for_="10m",
    severity=Severity.WARNING,
    impact="The container is about to be killed for its memory limit; its requests in flight are lost then.",
    action="See whether its memory grows without end (a leak) or its limit is too low for its work.",
    because=Because(
        bound="assumed: the kernel kills at 100%; a leak that fills a limit within hours is still minutes away from it",
        duration="assumed: a start or a large request fills memory for minutes and gives it back",
    ),
    no_drill=ELSEWHERE,
)

pod_restarts_often = Threshold(
    id="system.pod.restarts_often",
    name="PodRestartsOften",
    signal=cluster.RESTARTS,
    above="3",
    for_="1m",
    severity=Severity.WARNING,
    impact="The pod dies repeatedly; what it had in hand is lost each time.",
    action="Read the log of the container that has ended, then its last state in the pod's description.",
    because=Because(
        bound="assumed: a deploy that goes wrong once, a node that is drained and one crash are three; more is a loop",
        duration="the count looks back an hour already; a minute leaves out one odd sample",
    ),
    no_drill=ELSEWHERE,
)

replicas_missing = Threshold(
    id="system.pod.replicas_missing",
    name="ReplicasMissing",
    signal=cluster.MISSING_REPLICAS,
    above="0",
    for_="15m",
    severity=Severity.WARNING,
    impact="A deployment has had fewer replicas than it wants for longer than a deploy takes.",
    action="Ask Kubernetes why; no node has room, the image cannot be fetched, or the pod is never ready.",
    because=Because(
        bound="any replica that is wanted and not there",
        duration=(
            "the time that kubernetes-mixin gives a deployment, too (KubeDeploymentReplicasMismatch): a deploy with a "
            "slow image is over by then"
        ),
    ),
    no_drill=ELSEWHERE,
)

redis_memory_high = Threshold(
    id="system.redis.memory_high",
    name="RedisMemoryHigh",
    signal=cluster.REDIS_MEMORY,
    above="90%",
    for_="10m",
    severity=Severity.WARNING,
    impact="Redis is nearly full; it throws keys out or refuses writes, and caches stop helping.",
    action="See which keys grew and whether they have a time to live; then enlarge the server.",
    because=Because(
        bound=(
            "the bound of the public list awesome-prometheus-alerts (RedisOutOfConfiguredMaxmemory); the last tenth is "
            "what is left before keys are evicted"
        ),
        duration="assumed: a burst of keys with a short time to live is gone by then",
    ),
    no_drill=ELSEWHERE,
)

firestore_failing = Threshold(
    id="system.firestore.failing_high",
    name="FirestoreFailing",
    signal=cluster.FIRESTORE_FAILING,
    above="5%",
    for_="5m",
    severity=Severity.WARNING,
    impact="Google itself counts failed requests to Firestore; every page that reads it is in danger.",
    action="Look at Google's status page, then at quotas and security rules of the project.",
    because=Because(
        bound="assumed: the bound of DatabaseFailing, because it is the second opinion on the same requests",
        duration="Google's numbers come once a minute and minutes late: five of them say the same",
    ),
    no_drill=ELSEWHERE,
)

_SAFE = "[bcdfghjklmnpqrstvwxz2456789]"
"""What Kubernetes makes random names and hashes of: no vowel, so that no word appears by chance."""

OF_EXPORTER: Mapping[str, tuple[Threshold, ...]] = {
    "kubelet": (container_memory_high,),
    "kube-state-metrics": (pod_restarts_often, replicas_missing),
    "redis": (redis_memory_high,),
    "stackdriver": (firestore_failing,),
}


def alerts(exporter: Service, environment: Environment) -> list[Alert]:
    """The alerts of one exporter of a cluster."""
    return [threshold.of(exporter, environment) for threshold in OF_EXPORTER.get(exporter.name, ())]


def of_service(service: Service, environment: Environment) -> list[Alert]:
    """The same alerts on the pods and replicas of one service, for its owner; where they run must be known.

    The operators of the cluster hear of every pod, whosever it is.
    """
    if not service.namespace:
        return []
    mine = {**pods_of(service), "deployment": service.selected_by}
    exporters = {one.name: one for one in watched_exporters(environment)}
    found = []
    for exporter, thresholds in OF_EXPORTER.items():
        for threshold in thresholds if exporter in exporters else ():
            labels = {label: mine[label] for label in threshold.signal.labels if label in mine}
            if not labels:
                continue
            of_all = threshold.of(replace(exporters[exporter], bounds=service.bounds), environment)
            here = threshold.signal.select(service=exporter, namespace=service.namespace, **labels)
            found.append(for_owner(of_all, service, of_all.expr & here))
    return found


def pods_of(service: Service) -> dict[str, str]:
    """The matcher of a service's pods: of whichever controller is called as the service is selected.

    A pod of a StatefulSet ends in its number, one of a DaemonSet or Job in five letters; that of a Deployment has the
    hash of its template before them, that of a CronJob the minute. So ``search-index-0`` does not belong to ``search``.
    """
    return {"pod": f"~{service.selected_by}-([0-9]+|(({_SAFE}{{1,10}}|[0-9]+)-)?{_SAFE}{{5}})"}


def for_owner(of_all: Alert, service: Service, expr: Expr, because: Mapping[str, str] | None = None) -> Alert:
    """An alert on whatever an exporter sees, as the owner of one service hears of it.

    Args:
        of_all: The alert of the exporter.
        service: The service.
        expr: The condition, of what belongs to the service.
        because: Why the numbers are what they are that only this condition has.
    """
    return replace(
        of_all,
        service=service.name,
        owner=service.owner,
        group=f"{service.name}.{of_all.group.rpartition('.')[2]}",
        expr=expr,
        summary=of_all.summary.replace(of_all.service, service.name, 1),
        because={**of_all.because, **(because or {})},
        fires_when=f"{of_all.fires_when}, in the namespace {service.namespace}",
    )
