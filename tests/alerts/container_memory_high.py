"""ContainerMemoryHigh: for ten minutes a container uses more than 95 % of the memory that it may."""

from __future__ import annotations

from tests.oracle.idle import share_of_nothing
from vitals.verify.oracle.alert_case import AlertCase
from vitals.verify.oracle.conditions import Above
from vitals.verify.oracle.lately import CONTAINER, Lately
from vitals.verify.oracle.levels import gauge
from vitals.verify.oracle.measures import Derived

API = 'namespace="wellness", pod="api-1", container="app"'
SERIES = f'service="kubelet", job="kubelet", instance="n1", {API}, id="/a", image="i", name="n"'
PER = ("namespace", "pod", "container")
USED, LIMIT = (f"container_{what}_bytes" for what in ("memory_working_set", "spec_memory_limit"))

CASES = (
    AlertCase(
        id="system.container.memory_high",
        name="ContainerMemoryHigh",
        severity="warning",
        service="kubelet",
        condition=Above(
            Derived(
                lambda used, limit: used / limit if limit > 0 else None,
                (Lately(USED, CONTAINER, PER), Lately(LIMIT, CONTAINER, PER)),
            ),
            0.95,
        ),
        for_=600,
        record="container:memory_used:ratio",
        scraped=(gauge(f"{USED}{{{SERIES}}}"), gauge(f"{LIMIT}{{{SERIES}}}", lambda _: 1)),
        low=0.5,
        under=0.95,
        high=0.97,
        summary="kubelet (wellness/api-1/app): container memory at 97% of its limit (> 95%)",
        labels={"namespace": "wellness", "pod": "api-1", "container": "app"},
    ),
)
SCENARIOS = (
    share_of_nothing(
        "system.container.memory_high",
        "kubelet",
        {
            f"{USED}{{{API}}}": "1e9",
            f"{LIMIT}{{{API}}}": "0",
        },
    ),
)
