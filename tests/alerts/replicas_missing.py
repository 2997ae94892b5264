"""ReplicasMissing: for a quarter of an hour fewer replicas of a deployment are there than it asks for."""

from __future__ import annotations

from vitals.verify.oracle.alert_case import AlertCase
from vitals.verify.oracle.conditions import Above
from vitals.verify.oracle.lately import EXPORTER, Lately
from vitals.verify.oracle.levels import gauge
from vitals.verify.oracle.measures import Derived

SERIES = 'service="kube-state-metrics", instance="k", namespace="wellness", deployment="api"'
PER = ("namespace", "deployment")
WANTED, THERE = (f"kube_deployment_{what}" for what in ("spec_replicas", "status_replicas_available"))

CASES = (
    AlertCase(
        id="system.pod.replicas_missing",
        name="ReplicasMissing",
        severity="warning",
        service="kube-state-metrics",
        condition=Above(
            Derived(
                lambda wanted, there: wanted - there, (Lately(WANTED, EXPORTER, PER), Lately(THERE, EXPORTER, PER))
            ),
            0,
        ),
        for_=900,
        record="deployment:replicas_missing:max",
        scraped=(
            gauge(f"{WANTED}{{{SERIES}}}", lambda _: 5),
            gauge(f"{THERE}{{{SERIES}}}", lambda missing: 5 - missing),
        ),
        low=0,
        under=0,
        high=2,
        creeps=0,
        summary="kube-state-metrics (wellness/api): 2 replicas missing (> 0)",
        labels={"namespace": "wellness", "deployment": "api"},
    ),
)
