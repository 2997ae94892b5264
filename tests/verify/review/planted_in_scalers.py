"""Defects of scalers that are planted."""

from __future__ import annotations

from .planting import SCALER, WORKER, Planted, trigger_of, with_the_above

FOUND_IN_SCALERS = [
    Planted("scaler-shape", SCALER, "trigger", lambda t: trigger_of(t).update(metricType="Value")),
    Planted("scaler-nulls", SCALER, "trigger", lambda t: trigger_of(t)["metadata"].pop("ignoreNullValues")),
    Planted("scaler-fallback", SCALER, "wellness-api", lambda t: t[SCALER]["spec"].pop("fallback")),
    Planted(
        "scaler-one-element",
        WORKER,
        "trigger",
        lambda t: trigger_of(t, WORKER)["metadata"].update(
            query="sum by (instance) (rate(task_runs_total[1m])) / sum by (instance) (up) > 0"
        ),
    ),
    Planted("scaler-divided-twice", WORKER, "trigger", with_the_above),  # of the query above
    Planted("scaler-idle", WORKER, "trigger", with_the_above),  # of the query above
    Planted(
        "scaler-conflict",
        "scalers/wellness-second.yaml",
        "second",
        lambda t: t.update(
            {
                "scalers/wellness-second.yaml": {
                    "apiVersion": "autoscaling/v2",
                    "kind": "HorizontalPodAutoscaler",
                    "metadata": {"name": "second", "namespace": "wellness"},
                    "spec": {
                        "scaleTargetRef": {"kind": "Deployment", "name": "wellness-api"},
                        "minReplicas": 1,
                        "maxReplicas": 3,
                    },
                }
            }
        ),
    ),
    Planted(
        "scaler-on-latency",
        "scalers/third.yaml",
        "third",
        lambda t: t.update(
            {
                "scalers/third.yaml": {
                    "apiVersion": "autoscaling/v2",
                    "kind": "HorizontalPodAutoscaler",
                    "metadata": {"name": "third", "namespace": "wellness"},
                    "spec": {
                        "scaleTargetRef": {"kind": "Deployment", "name": "reports"},
                        "minReplicas": 1,
                        "maxReplicas": 3,
                        "metrics": [
                            {
                                "type": "External",
                                "external": {
                                    "metric": {"name": "reports_latency_p95"},
                                    "target": {"type": "Value", "value": "1"},
                                },
                            }
                        ],
                    },
                }
            }
        ),
    ),
]
