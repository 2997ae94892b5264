"""MachineMemoryHigh: more than nine tenths of a machine's memory in use for five minutes."""

from __future__ import annotations

from vitals.verify.oracle.alert_case import AlertCase
from vitals.verify.oracle.conditions import Above
from vitals.verify.oracle.lately import EXPORTER, Lately
from vitals.verify.oracle.levels import gauge
from vitals.verify.oracle.measures import Derived

MACHINE = 'service="node", job="node", instance="m1:9100"'
AVAILABLE, TOTAL = (f"node_memory_Mem{what}_bytes" for what in ("Available", "Total"))
USED = Derived(
    lambda available, total: 1 - available / total if total > 0 else None,
    tuple(Lately(name, EXPORTER, ("instance",)) for name in (AVAILABLE, TOTAL)),
)

CASES = (
    AlertCase(
        id="system.memory.high",
        name="MachineMemoryHigh",
        severity="warning",
        service="node",
        condition=Above(USED, 0.9),
        for_=300,
        record="instance:node_memory_used:ratio",
        scraped=(
            gauge(f"{AVAILABLE}{{{MACHINE}}}", lambda used: 1000 * (1 - used)),
            gauge(f"{TOTAL}{{{MACHINE}}}", lambda _: 1000),
        ),
        low=0.5,
        under=0.9,
        high=0.95,
        summary="node (m1:9100): memory used 95% (> 90%)",
        labels={"instance": "m1:9100"},
    ),
)
