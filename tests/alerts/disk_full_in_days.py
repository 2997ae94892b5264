"""DiskFullInDays: a filesystem will be full within three days, as fast as it filled in the last six hours.

One scenario has several disks, each with a past of its own that its mount point names.
"""

from __future__ import annotations

from tests.oracle.of_disks import HELD, disk, disk_labels, full_within, unmounted
from tests.oracle.samples import ScrapedSeries
from tests.oracle.scenario import Fires, Proof, Scenario
from vitals.verify.oracle.alert_case import EVALUATED as STEP
from vitals.verify.oracle.measures import HOUR

DAYS = "system.disk.full_in_days"
SPECS = {(DAYS, "node"): full_within("DiskFullInDays", "warning", over=6 * HOUR, within=72 * HOUR, used=0.6, for_=HOUR)}
FULL_SOON = Scenario(
    "1.2 MB a second: known after 5.4 hours, it fires an hour later",
    [
        ScrapedSeries(
            disk("/full", (320e9, 1.2e6, 24000), (291.2e9, 0, 6000))
            | unmounted((320e9, 1.2e6, 23100))
            | disk("/slow", (285000 * 1.1e6, 1.1e6, 24000), (285000 * 1.1e6 - 24000 * 1.1e6, 0, 6000))
            | disk("/brief", (100e9, 1.2e6, 19000), begins=11000)
        )
    ],
    lasts=29970,
    fires=[
        Fires(
            DAYS,
            by=23160,
            quiet_until=22950,
            over_by=29000,
            summary="node (m1:9100, /full): disk full in 2d 19h 38m 26s (< 3d)",
            labels=disk_labels("/full"),
        ),
        Fires(DAYS, by=23085, over_by=23085 + HELD, labels=disk_labels("/unmounted")),
    ],
    proves=[Proof.UNDER, Proof.START, Proof.MISSING],
    step=STEP,
    service="node",
)
SCENARIOS = (FULL_SOON,)
