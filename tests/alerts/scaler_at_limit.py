"""ScalerAtLimit: for a quarter of an hour as many replicas as the autoscaler may start."""

from __future__ import annotations

from vitals.verify.oracle.alert_case import AlertCase
from vitals.verify.oracle.conditions import Above
from vitals.verify.oracle.lately import EXPORTER, Lately
from vitals.verify.oracle.levels import gauge
from vitals.verify.oracle.measures import Derived

API = 'namespace="wellness", horizontalpodautoscaler="api"'
SERIES = f'service="kube-state-metrics", job="kube-state-metrics", instance="k1", {API}'
PER = ("namespace", "horizontalpodautoscaler")
RUNNING, MOST = (f"kube_horizontalpodautoscaler_{what}_replicas" for what in ("status_current", "spec_max"))

CASES = (
    AlertCase(
        id="scaling.limits.at_most",
        name="ScalerAtLimit",
        severity="warning",
        service="kube-state-metrics",
        condition=Above(
            Derived(
                lambda running, most: running / most if most > 0 else None,
                (Lately(RUNNING, EXPORTER, PER), Lately(MOST, EXPORTER, PER)),
            ),
            0.99,
        ),
        for_=900,
        record="autoscaler:replicas_limit:ratio",
        scraped=(gauge(f"{RUNNING}{{{SERIES}}}"), gauge(f"{MOST}{{{SERIES}}}", lambda _: 20)),
        low=2,
        under=19,
        high=20,
        summary="kube-state-metrics (wellness/api): 100% of its replica limit in use (> 99%)",
        labels={"namespace": "wellness", "horizontalpodautoscaler": "api"},
    ),
)
