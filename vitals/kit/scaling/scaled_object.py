"""A scaler as KEDA's ScaledObject.

Reference: https://keda.sh/docs/2.20/reference/scaledobject-spec/ and its Prometheus and CPU scalers. Three of KEDA's
defaults would hurt, so they are always written out: a metric that vanishes counts as no load, a fallback replaces the
number of replicas even where more are running, and the smallest number of replicas is none.
"""

from __future__ import annotations

from vitals.kit.scaling.scaler import Scaler, Trigger
from vitals.model.catalog import Autoscaling

BLIND_AFTER = 3
"""Readings of a trigger that must fail before KEDA holds the number of replicas."""
CPU_BACKSTOP = 80
"""Per cent of the CPU that a pod asks for; above it a service grows whatever its triggers say."""
POLL_S = 15
"""Seconds between readings; rules are evaluated as often, so a shorter time would read the same number twice."""


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
                f"vitals/{trigger.demand}-per-replica": f"{trigger.per_replica:g} (assumed): {trigger.reason}"
                for trigger in scaler.triggers
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
            "advanced": {"horizontalPodAutoscalerConfig": {"name": scaler.service}},
            "triggers": [*(_asked(trigger, autoscaling) for trigger in scaler.triggers), _backstop()],
        },
    }


def _asked(trigger: Trigger, autoscaling: Autoscaling) -> dict[str, object]:
    """KEDA compares the answer with the threshold times the number of replicas."""
    return {
        "type": "prometheus",
        "name": trigger.demand.value,
        "metricType": "AverageValue",
        "metadata": {
            "serverAddress": autoscaling.prometheus_url,
            "query": trigger.query.text,
            "threshold": f"{trigger.per_replica:g}",
            "ignoreNullValues": "false",
        },
    }


def _backstop() -> dict[str, object]:
    return {"type": "cpu", "name": "cpu", "metricType": "Utilization", "metadata": {"value": str(CPU_BACKSTOP)}}
