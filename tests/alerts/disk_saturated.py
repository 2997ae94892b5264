"""DiskSaturated: for a quarter of an hour a disk is busy more than 95 % of the time."""

from __future__ import annotations

from vitals.verify.oracle.alert_case import AlertCase
from vitals.verify.oracle.conditions import Above
from vitals.verify.oracle.lately import EXPORTER, HighestLately
from vitals.verify.oracle.levels import counter
from vitals.verify.oracle.measures import RateOf

BUSY = "node_disk_io_time_seconds_total"

CASES = (
    AlertCase(
        id="system.disk.saturated",
        name="DiskSaturated",
        severity="warning",
        service="node",
        condition=Above(HighestLately(RateOf(BUSY, 300, ("instance", "device")), EXPORTER), 0.95),
        for_=900,
        record="instance_device:node_disk_busy:ratio_rate5m",
        scraped=(counter(f'{BUSY}{{service="node", job="node", instance="m1:9100", device="sda"}}'),),
        low=0.2,
        under=0.94,
        high=0.99,
        summary="node (m1:9100, sda): disk busy 99% of the time (> 95%)",
        labels={"instance": "m1:9100", "device": "sda"},
    ),
)
