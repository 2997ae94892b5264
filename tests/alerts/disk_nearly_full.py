"""DiskNearlyFull: for a minute more than 97 % of a filesystem that can be written is used."""

from __future__ import annotations

from tests.oracle.of_disks import FULL_BY, SPACE
from vitals.verify.oracle.alert_case import AlertCase
from vitals.verify.oracle.conditions import Above

CASES = (
    AlertCase(
        id="system.disk.nearly_full",
        name="DiskNearlyFull",
        severity="critical",
        service="node",
        condition=Above(SPACE, 0.97),
        for_=60,
        record="instance_mountpoint:node_filesystem_used:ratio",
        scraped=FULL_BY,
        low=0.5,
        under=0.97,
        high=0.98,
        summary="node (m1:9100, /): disk space used 98% (> 97%)",
        labels={"instance": "m1:9100", "mountpoint": "/"},
    ),
)
