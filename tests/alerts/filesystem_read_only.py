"""FilesystemReadOnly: for a minute a filesystem is read-only that could be written within the last day."""

from __future__ import annotations

from tests.oracle.of_disks import DISK, READ_ONLY, disk
from tests.oracle.samples import ScrapedSeries
from tests.oracle.scenario import Fires, Scenario
from vitals.verify.oracle.alert_case import EVALUATED as STEP
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
ALWAYS_READ_ONLY = Scenario(
    "a filesystem that is full and was always read-only does not fire",
    [
        ScrapedSeries(
            {
                series: ["0" if "avail" in series else "1" if "readonly" in series else "1000"] * 200
                for series in disk("/image", (0, 0, STEP))
            }
        )
    ],
    lasts=2900,
    quiet=["system.disk.space_low", "system.disk.nearly_full", "system.disk.read_only"],
    step=STEP,
    service="node",
)
A_DAY = Scenario(
    "a filesystem turned read-only, and after a day it is meant to be",
    [
        ScrapedSeries(
            {
                series: ["0"] * 60 + ["1"] * 1560 if "readonly" in series else ["1e9"] * 1620
                for series in disk("/", (0, 0, STEP))
            }
        )
    ],
    lasts=1619 * 60,
    fires=[Fires("system.disk.read_only", by=4200, quiet_until=3540, over_by=25 * 3600 + 300)],
    evaluated=300,
    step=60,
    service="node",
)


def _root(instance: str, read_only: list[str]) -> dict[str, list[str]]:
    """The root filesystem of a machine for ten minutes, which is not scraped in the ten after them."""
    return {
        series.replace("m1:9100", instance): [*(read_only if "readonly" in series else ["1000"] * 40), *["_"] * 40]
        for series in disk("/", (0, 0, STEP))
    }


OF_ONE_MACHINE = Scenario(
    "a filesystem turns read-only, then no machine is scraped: the same one of another machine does not fire",
    [ScrapedSeries({**_root("m1:9100", ["0"] * 10 + ["1"] * 30), **_root("m2:9100", ["0"] * 40)})],
    lasts=1100,
    fires=[Fires("system.disk.read_only", by=240, quiet_until=190, labels={"instance": "m1:9100", "mountpoint": "/"})],
    step=STEP,
    service="node",
)
SCENARIOS = (ALWAYS_READ_ONLY, A_DAY, OF_ONE_MACHINE)
