"""VolumeSpaceLow: for a quarter of an hour more than nine tenths of a mounted volume is used."""

from __future__ import annotations

from tests.oracle.of_volumes import CLAIM, FULL_BY, SPACE
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
