"""VolumeNearlyFull: for five minutes more than 97 % of a mounted volume is used."""

from __future__ import annotations

from tests.oracle.of_volumes import CLAIM, FULL_BY, SPACE
from vitals.verify.oracle.alert_case import AlertCase
from vitals.verify.oracle.conditions import Above

CASES = (
    AlertCase(
        id="system.volume.nearly_full",
        name="VolumeNearlyFull",
        severity="critical",
        service="kubelet-volumes",
        condition=Above(SPACE, 0.97),
        for_=300,
        record="persistentvolumeclaim:kubelet_volume_used:ratio",
        scraped=FULL_BY,
        low=0.5,
        under=0.97,
        high=0.98,
        summary="kubelet-volumes (wellness/data-wellness-db-0): volume space used 98% (> 97%)",
        labels=CLAIM,
        every=60,
    ),
)
