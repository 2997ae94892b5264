"""PodRestartsOften: within an hour the containers of a pod have started again more than three times."""

from __future__ import annotations

from vitals.verify.oracle.alert_case import AlertCase
from vitals.verify.oracle.conditions import Above
from vitals.verify.oracle.levels import counter
from vitals.verify.oracle.measures import HOUR, Derived, RateOf

RESTARTS = "kube_pod_container_status_restarts_total"
API = 'namespace="wellness", pod="api-1", container="app", uid="u"'

CASES = (
    AlertCase(
        id="system.pod.restarts_often",
        name="PodRestartsOften",
        severity="warning",
        service="kube-state-metrics",
        condition=Above(Derived(lambda pace: pace * HOUR, (RateOf(RESTARTS, HOUR, ("namespace", "pod")),)), 3),
        for_=60,
        record="pod:container_restarts:increase1h",
        scraped=(counter(f'{RESTARTS}{{service="kube-state-metrics", {API}}}', lambda an_hour: an_hour / HOUR),),
        low=0,
        under=2.9,
        high=6,
        holds=4800,
        after=2400,
        summary="kube-state-metrics (wellness/api-1): 6 pod restarts in 1h (> 3)",
        labels={"namespace": "wellness", "pod": "api-1"},
    ),
)
