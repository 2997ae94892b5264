"""VolumeInodesLow: for a quarter of an hour a mounted volume holds more than 97 % of the files that it can."""

from __future__ import annotations

from tests.oracle.of_volumes import CLAIM, FILES_BY, INODES
from vitals.verify.oracle.alert_case import AlertCase
from vitals.verify.oracle.conditions import Above

CASES = (
    AlertCase(
        id="system.volume.inodes_low",
        name="VolumeInodesLow",
        severity="warning",
        service="kubelet-volumes",
        condition=Above(INODES, 0.97),
        for_=900,
        record="persistentvolumeclaim:kubelet_volume_inodes_used:ratio",
        scraped=FILES_BY,
        low=0.5,
        under=0.97,
        high=0.99,
        summary="kubelet-volumes (wellness/data-wellness-db-0): volume inodes used 99% (> 97%)",
        labels=CLAIM,
        every=60,
    ),
)
