"""DiskSpaceLow: for five minutes more than nine tenths of a filesystem that can be written is used."""

from __future__ import annotations

from tests.oracle.of_disks import FULL_BY, SPACE
from vitals.verify.oracle.alert_case import AlertCase
from vitals.verify.oracle.conditions import Above

CASES = (
    AlertCase(
        id="system.disk.space_low",
        name="DiskSpaceLow",
        severity="warning",
        service="node",
        condition=Above(SPACE, 0.9),
        for_=300,
        record="instance_mountpoint:node_filesystem_used:ratio",
        scraped=FULL_BY,
        low=0.5,
        under=0.9,
        high=0.95,
        summary="node (m1:9100, /): disk space used 95% (> 90%)",
        labels={"instance": "m1:9100", "mountpoint": "/"},
    ),
)
