"""MachineCpuHigh: for a minute more than nine tenths of the time of all processors is used."""

from __future__ import annotations

from collections.abc import Mapping

from vitals.verify.oracle.alert_case import AlertCase
from vitals.verify.oracle.conditions import Above
from vitals.verify.oracle.levels import counter
from vitals.verify.oracle.measures import Derived, RateOf

MACHINE = 'service="node", job="node", instance="m1:9100"'
SECONDS = "node_cpu_seconds_total"


def _idle(labels: Mapping[str, str]) -> bool:
    return labels["mode"] in ("idle", "iowait")


USED = Derived(
    lambda idle, every: 1 - idle / every if every > 0 else None,
    (RateOf(SECONDS, 300, ("instance",), _idle), RateOf(SECONDS, 300, ("instance",))),
)

CASES = (
    AlertCase(
        id="system.cpu.high",
        name="MachineCpuHigh",
        severity="warning",
        service="node",
        condition=Above(USED, 0.9),
        for_=60,
        record="instance:node_cpu_busy:ratio_rate5m",
        scraped=(
            counter(f'{SECONDS}{{{MACHINE}, cpu="0", mode="idle"}}', lambda busy: (1 - busy) / 2),
            counter(f'{SECONDS}{{{MACHINE}, cpu="0", mode="iowait"}}', lambda busy: (1 - busy) / 2),
            counter(f'{SECONDS}{{{MACHINE}, cpu="0", mode="user"}}'),
        ),
        low=0.5,
        under=0.89,
        high=0.95,
        summary="node (m1:9100): CPU used 95% (> 90%)",
        labels={"instance": "m1:9100"},
    ),
)
