"""DiskFullInHours: a filesystem will be full within four hours, as fast as it filled in the last one.

One scenario has several disks, each with a past of its own that its mount point names.
"""

from __future__ import annotations

from tests.oracle.of_disks import HELD, disk, disk_labels, full_within, unmounted
from tests.oracle.samples import ScrapedSeries
from tests.oracle.scenario import Fires, Proof, Scenario
from vitals.verify.oracle.alert_case import EVALUATED as STEP
from vitals.verify.oracle.measures import HOUR

HOURS, DAYS = "system.disk.full_in_hours", "system.disk.full_in_days"
SPECS = {(HOURS, "node"): full_within("DiskFullInHours", "critical", over=HOUR, within=4 * HOUR, used=0.8, for_=900)}
FULL_SOON = Scenario(
    "12 MB a second: four hours are left after 6433 s, it fires 15 minutes later, and ends when writing stops",
    [
        ScrapedSeries(
            disk("/full", (250e9, 12e6, 9000), (142e9, 0, 4000))
            | unmounted((250e9, 12e6, 7320))
            | disk("/slow", (20400 * 8e6, 8e6, 5700), (163.2e9, 0, 7300))
            | disk("/young", (150e9, 20e6, 4200), begins=8505)
            | disk("/roomy", (500e9, 50e6, 6000), (500e9, 0, 7000))
            | disk("/emptied", (100e9, -5e6, 13000))
        )
    ],
    lasts=12990,
    fires=[
        Fires(
            HOURS,
            by=7380,
            quiet_until=7300,
            over_by=11400,
            summary="node (m1:9100, /full): disk full in 3h 44m 13s (< 4h)",
            labels=disk_labels("/full"),
        ),
        Fires(HOURS, by=7350, over_by=7305 + HELD, labels=disk_labels("/unmounted")),
        Fires(HOURS, by=8505 + 4200, quiet_until=8505 + 4080, labels=disk_labels("/young")),
    ],
    proves=[Proof.UNDER, Proof.START, Proof.MISSING],
    quiet=[DAYS],
    step=STEP,
    service="node",
)
SCENARIOS = (FULL_SOON,)
