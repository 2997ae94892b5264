"""A scaler as KEDA's ScaledObject.

Reference: https://keda.sh/docs/2.20/reference/scaledobject-spec/ and its Prometheus and CPU scalers. Three of KEDA's
defaults would hurt, so they are always written out: a metric that vanishes counts as no load, a fallback replaces the
number of replicas even where more are running, and the smallest number of replicas is none. How fast replicas come and
go is written out too, so that no version of Kubernetes decides it.
"""

from __future__ import annotations

from collections.abc import Iterator

from vitals.kit.scaling.predicted import foreseen, load_to_come
from vitals.kit.scaling.scaler import Scaler, Trigger
from vitals.model.catalog import Autoscaling
from vitals.model.promql import Expr

BLIND_AFTER = 3
"""Readings of a trigger that must fail before KEDA holds the number of replicas."""
CPU_BACKSTOP = 80
"""Per cent of the CPU that a pod asks for; above it a service grows whatever its triggers say."""
POLL_S = 15
"""Seconds between readings; rules are evaluated as often, so a shorter time would read the same number twice."""


SCALE_UP_S = 15
"""Seconds between two steps up; the autoscaler looks as often."""
STEP_UP_PODS = 4
"""Replicas that a step up may add to a small service, which doubling would make wait."""
STEP_UP_PERCENT = 100
"""Per cent that a step up may add to a large one: with doubling every 15 s, 2 replicas become 32 within a minute. It
cannot overshoot: what is wanted is the whole load over the capacity of one, however many run already."""
SETTLE_DOWN_S = 300
"""Seconds for which the highest wish counts before replicas go: a dip between two waves of users, or a deploy of who
calls the service, is over by then, and starting a replica again costs more than keeping it."""
SCALE_DOWN_S = 60
"""Seconds between two steps down; a step's effect on the rates of a minute must show before the next."""


def scaled_object(scaler: Scaler, autoscaling: Autoscaling) -> dict[str, object]:
    """The ScaledObject of a scaler; it stands beside the Deployment of the same name.

    Args:
        scaler: What to follow.
        autoscaling: Where the load is asked, and where services run.
    """
    return {
        "apiVersion": "keda.sh/v1alpha1",
        "kind": "ScaledObject",
        "metadata": {
            "name": scaler.service,
            "namespace": autoscaling.namespace,
            "annotations": {
                f"vitals/{name}-per-replica": per_replica(trigger) for name, _, trigger in _questions(scaler)
            },
        },
        "spec": {
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": scaler.service},
            "pollingInterval": POLL_S,
            "minReplicaCount": scaler.min_replicas,
            "maxReplicaCount": scaler.max_replicas,
            "fallback": {
                "failureThreshold": BLIND_AFTER,
                "replicas": scaler.usual,
                "behavior": "currentReplicasIfHigher",
            },
            "advanced": {"horizontalPodAutoscalerConfig": {"name": scaler.service, "behavior": _behaviour(scaler)}},
            "triggers": [*(_asked(*one, autoscaling) for one in _questions(scaler)), _backstop()],
        },
    }


def per_replica(trigger: Trigger) -> str:
    """The threshold of a trigger with what it rests on, for a person."""
    capacity, demand = trigger.capacity, trigger.demand
    return (
        f"{capacity.per_replica:g} {demand.unit}: {capacity.full:.0%} of {capacity.value:g}, {capacity.basis(demand)}"
    )


def _behaviour(scaler: Scaler) -> dict[str, object]:
    """Up at once and in large steps; down late and in steps that those who stay can carry.

    A step down takes at most the share that was kept free: with 75% as full, a quarter goes, and the load of the others
    rises by a third, to 100% at most.
    """
    down = round(100 * (1 - max(trigger.capacity.full for trigger in scaler.triggers)))
    return {
        "scaleUp": {
            "stabilizationWindowSeconds": 0,
            "selectPolicy": "Max",
            "policies": [
                {"type": "Pods", "value": STEP_UP_PODS, "periodSeconds": SCALE_UP_S},
                {"type": "Percent", "value": STEP_UP_PERCENT, "periodSeconds": SCALE_UP_S},
            ],
        },
        "scaleDown": {
            "stabilizationWindowSeconds": SETTLE_DOWN_S,
            "selectPolicy": "Max",
            "policies": [
                {"type": "Pods", "value": 1, "periodSeconds": SCALE_DOWN_S},
                {"type": "Percent", "value": max(1, down), "periodSeconds": SCALE_DOWN_S},
            ],
        },
    }


def _questions(scaler: Scaler) -> Iterator[tuple[str, Expr, Trigger]]:
    """Name and query of each trigger that asks for a load: what there is, then what is to come."""
    yield from ((trigger.demand.value, trigger.query, trigger) for trigger in scaler.triggers)
    if scaler.predicted:
        for trigger in scaler.triggers:
            yield f"{trigger.demand.value}-forecast", load_to_come(scaler, trigger.demand), foreseen(trigger)


def _asked(name: str, query: Expr, trigger: Trigger, autoscaling: Autoscaling) -> dict[str, object]:
    """KEDA compares the answer with the threshold times the number of replicas."""
    return {
        "type": "prometheus",
        "name": name,
        "metricType": "AverageValue",
        "metadata": {
            "serverAddress": autoscaling.prometheus_url,
            "query": query.text,
            "threshold": f"{trigger.capacity.per_replica:g}",
            "ignoreNullValues": "false",
        },
    }


def _backstop() -> dict[str, object]:
    return {"type": "cpu", "name": "cpu", "metricType": "Utilization", "metadata": {"value": str(CPU_BACKSTOP)}}
