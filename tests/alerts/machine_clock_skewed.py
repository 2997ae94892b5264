"""MachineClockSkewed: for ten minutes a clock is more than 50 ms off, to either side."""

from __future__ import annotations

from vitals.verify.oracle.alert_case import AlertCase
from vitals.verify.oracle.conditions import Above
from vitals.verify.oracle.lately import EXPORTER, Lately
from vitals.verify.oracle.levels import gauge
from vitals.verify.oracle.measures import Derived

OFFSET = "node_timex_offset_seconds"

CASES = (
    AlertCase(
        id="handwritten.clock.MachineClockSkewed",
        name="MachineClockSkewed",
        severity="warning",
        service="node",
        condition=Above(Derived(abs, (Lately(OFFSET, EXPORTER, ("job", "instance")),)), 0.05),
        for_=600,
        scraped=(gauge(f'{OFFSET}{{service="node", job="node", instance="m1:9100"}}'),),
        low=0,
        under=0.05,
        high=-0.08,
        summary="node (m1:9100): clock off by 80ms (> 50ms)",
        labels={"job": "node", "instance": "m1:9100"},
    ),
)
