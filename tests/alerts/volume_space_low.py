"""VolumeSpaceLow: for a quarter of an hour more than nine tenths of a mounted volume is used."""

from __future__ import annotations

from tests.oracle.of_volumes import CLAIM, FULL_BY, SPACE, volume
from tests.oracle.samples import ScrapedSeries
from tests.oracle.scenario import Scenario
from vitals.verify.oracle.alert_case import AlertCase
from vitals.verify.oracle.conditions import Above

CASES = (
    AlertCase(
        id="system.volume.space_low",
        name="VolumeSpaceLow",
        severity="warning",
        service="kubelet-volumes",
        condition=Above(SPACE, 0.9),
        for_=900,
        record="persistentvolumeclaim:kubelet_volume_used:ratio",
        scraped=FULL_BY,
        low=0.5,
        under=0.9,
        high=0.95,
        summary="kubelet-volumes (wellness/data-wellness-db-0): volume space used 95% (> 90%)",
        labels=CLAIM,
        every=60,
    ),
)
NOT_SEEN = Scenario(
    "a block volume shows its size alone, and a driver that counts no files shows none",
    [
        ScrapedSeries(
            volume("block", {what: [0.0] * 60 for what in ("available_bytes", "used_bytes")})
            | volume("block", {"capacity_bytes": [1000e9] * 60})
            | volume("no-inodes", {what: [0.0] * 60 for what in ("inodes", "inodes_free", "inodes_used")})
            | volume(
                "wrong-inodes", {"inodes": [1e6] * 60} | dict.fromkeys(("inodes_free", "inodes_used"), [0.0] * 60), []
            )
        )
    ],
    lasts=59 * 60,
    quiet=["system.volume.space_low", "system.volume.nearly_full", "system.volume.inodes_low"],
    evaluated=60,
    step=60,
    service="kubelet-volumes",
)
SCENARIOS = (NOT_SEEN,)
