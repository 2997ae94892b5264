"""MachineOutOfMemory: within ten minutes the kernel has killed a process for want of memory."""

from __future__ import annotations

from vitals.verify.oracle.alert_case import AlertCase
from vitals.verify.oracle.conditions import Above
from vitals.verify.oracle.levels import gauge
from vitals.verify.oracle.measures import Derived, RateOf

KILLS = "node_vmstat_oom_kill"
TEN_MINUTES = 600

CASES = (
    AlertCase(
        id="system.memory.oom",
        name="MachineOutOfMemory",
        severity="warning",
        service="node",
        condition=Above(Derived(lambda pace: pace * TEN_MINUTES, (RateOf(KILLS, TEN_MINUTES, ("instance",)),)), 0),
        for_=0,
        record="instance:node_oom_kills:increase10m",
        scraped=(gauge(f'{KILLS}{{service="node", job="node", instance="m1:9100"}}'),),
        low=4,
        under=5,
        high=5,
        stays=True,
        summary="node (m1:9100): 1 OOM kill in 10m (> 0)",
        labels={"instance": "m1:9100"},
    ),
)
