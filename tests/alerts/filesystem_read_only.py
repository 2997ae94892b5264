"""FilesystemReadOnly: for a minute a filesystem is read-only that could be written within the last day."""

from __future__ import annotations

from tests.oracle.of_disks import DISK, READ_ONLY
from vitals.verify.oracle.alert_case import AlertCase
from vitals.verify.oracle.conditions import Equals, both
from vitals.verify.oracle.levels import gauge
from vitals.verify.oracle.measures import HOUR, LowestKept

CASES = (
    AlertCase(
        id="system.disk.read_only",
        name="FilesystemReadOnly",
        severity="critical",
        service="node",
        condition=both(Equals(READ_ONLY, 1), Equals(LowestKept(READ_ONLY, 24 * HOUR), 0)),
        for_=60,
        scraped=(gauge(f"node_filesystem_readonly{{{DISK}}}"),),
        low=0,
        under=1,
        high=1,
        creeps=0,
        summary="node (m1:9100, /): filesystem turned read-only, flag 1 (> 0)",
        labels={"instance": "m1:9100", "mountpoint": "/"},
    ),
)
